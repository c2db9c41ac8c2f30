//! Names of constraints and indexes that the schema does not give.

use smol_str::SmolStr;

/// Length of a name in PostgreSQL, in bytes (`NAMEDATALEN` − 1).
pub(crate) const LIMIT: usize = 63;

/// The parts, `_` between them, followed by `suffix`; the parts are cut at a character boundary so
/// that all fits in 63 bytes (Prisma facts 9.7).
pub(crate) fn constraint_name<'a>(
    parts: impl IntoIterator<Item = &'a str>,
    suffix: &str,
) -> SmolStr {
    let mut name = String::with_capacity(2 * LIMIT);
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            name.push('_');
        }
        name.push_str(part);
    }
    name.truncate(name.floor_char_boundary(LIMIT - suffix.len()));
    name.push_str(suffix);
    SmolStr::from(name)
}

#[cfg(test)]
mod tests {
    use super::constraint_name;

    #[test]
    fn the_suffix_survives_and_letters_stay_whole() {
        assert_eq!(constraint_name(["User"], "_pkey"), "User_pkey");
        assert_eq!(constraint_name(["User", "id"], "_key"), "User_id_key");
        let long = "a".repeat(70);
        assert_eq!(constraint_name([&*long], "_pkey"), format!("{}_pkey", "a".repeat(58)));
        let long = "é".repeat(40);
        assert_eq!(constraint_name([&*long], "_key"), format!("{}_key", "é".repeat(29)));
    }
}
