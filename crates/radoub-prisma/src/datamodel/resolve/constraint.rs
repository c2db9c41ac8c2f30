//! Names of constraints and indexes that the schema does not give.

use smol_str::SmolStr;

/// Length of a name in PostgreSQL, in bytes (`NAMEDATALEN` − 1).
pub(crate) const LIMIT: usize = 63;

/// Puts names together, all in the same place.
#[derive(Debug, Default)]
pub(crate) struct ConstraintNames {
    text: String,
}

impl ConstraintNames {
    /// The parts, `_` between them, followed by `suffix`; the parts are cut at a character boundary
    /// so that all fits in 63 bytes (Prisma facts 9.7).
    pub(crate) fn name<'a>(
        &mut self,
        parts: impl IntoIterator<Item = &'a str>,
        suffix: &str,
    ) -> SmolStr {
        self.text.clear();
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                self.text.push('_');
            }
            self.text.push_str(part);
        }
        self.text.truncate(self.text.floor_char_boundary(LIMIT - suffix.len()));
        self.text.push_str(suffix);
        SmolStr::new(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::ConstraintNames;

    #[test]
    fn the_suffix_survives_and_letters_stay_whole() {
        let mut names = ConstraintNames::default();
        assert_eq!(names.name(["User"], "_pkey"), "User_pkey");
        assert_eq!(names.name(["User", "id"], "_key"), "User_id_key");
        let long = "a".repeat(70);
        assert_eq!(names.name([&*long], "_pkey"), format!("{}_pkey", "a".repeat(58)));
        let long = "é".repeat(40);
        assert_eq!(names.name([&*long], "_key"), format!("{}_key", "é".repeat(29)));
    }
}
