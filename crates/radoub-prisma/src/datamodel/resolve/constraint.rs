//! Names of constraints and indexes that the schema does not give.

/// Length of a name in PostgreSQL, in bytes (`NAMEDATALEN` − 1).
pub(crate) const LIMIT: usize = 63;

/// `base` followed by `suffix`, the base cut at a character boundary so that both fit in 63
/// bytes (Prisma facts 9.7).
pub(crate) fn constraint_name(base: &str, suffix: &str) -> String {
    let room = LIMIT - suffix.len();
    let mut end = base.len().min(room);
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &base[..end])
}

#[cfg(test)]
mod tests {
    use super::constraint_name;

    #[test]
    fn the_suffix_survives_and_letters_stay_whole() {
        assert_eq!(constraint_name("User", "_pkey"), "User_pkey");
        assert_eq!(constraint_name(&"a".repeat(70), "_pkey"), format!("{}_pkey", "a".repeat(58)));
        assert_eq!(constraint_name(&"é".repeat(40), "_key"), format!("{}_key", "é".repeat(29)));
    }
}
