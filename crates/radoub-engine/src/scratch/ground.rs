//! The grounds that a scratch database may lie on, and why one was chosen.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::failure::{Failure, FailureCode};

/// Where a scratch database lies, in the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// The shadow database that the service configures; it is emptied first.
    Shadow,
    /// A temporary database on the service's own server.
    Server,
    /// A temporary server, made with the programs of this system.
    Local,
    /// The PostgreSQL inside this process.
    Embedded,
}

impl Ground {
    /// All of them, in the order of trying.
    pub const ALL: [Self; 4] = [Self::Shadow, Self::Server, Self::Local, Self::Embedded];

    /// The name in `--json`, and the end of the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Server => "server",
            Self::Local => "local",
            Self::Embedded => "embedded",
        }
    }
}

/// The one ground that somebody insists on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Forced {
    /// A temporary database on the service's own server.
    Server,
    /// A temporary server, made with the programs of this system.
    Local,
    /// The PostgreSQL inside the process.
    Embedded,
}

impl From<Forced> for Ground {
    fn from(forced: Forced) -> Self {
        match forced {
            Forced::Server => Self::Server,
            Forced::Local => Self::Local,
            Forced::Embedded => Self::Embedded,
        }
    }
}

/// The ground of a scratch database, and how it came to be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Where it lies.
    pub ground: Ground,
    /// Host and port of that server.
    pub server: String,
    /// First number of that server's version; 0 when it does not say.
    pub major: u32,
    /// The same of the service's own server, as far as it is known.
    pub service_major: Option<u32>,
    /// The grounds that were tried before, and what was against each.
    pub passed: Vec<Passed>,
    /// Tables that a new database of that server has from the beginning, because its template has them; the
    /// first ones, for a message. Prisma's shadow database has them too.
    pub template_tables: Vec<String>,
}

impl Chosen {
    /// The versions of scratch server and service's server, when they are not of the same release: what the one
    /// accepts the other may refuse.
    pub fn other_major(&self) -> Option<(u32, u32)> {
        self.service_major.filter(|it| *it != self.major).map(|service| (self.major, service))
    }
}

/// A ground that gives no scratch database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Which.
    pub ground: Ground,
    /// What is against it.
    pub failure: Failure,
}

/// Why there is no scratch database for a service (P3014).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoScratch {
    /// In one sentence.
    pub failure: Failure,
    /// What is against each ground.
    pub passed: Vec<Passed>,
}

impl NoScratch {
    /// After all grounds were passed over. A single one says best itself what is wrong with it; so does the
    /// shadow database that somebody has configured.
    pub(super) fn of(mut passed: Vec<Passed>) -> Self {
        let says_it = match passed.as_slice() {
            [_] => true,
            [first, ..] => first.ground == Ground::Shadow,
            [] => false,
        };
        if says_it {
            let failure = passed.remove(0).failure;
            return Self { failure, passed };
        }
        Self { failure: Failure::new(FailureCode::NoScratch, Vec::new()), passed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(major: u32, service_major: Option<u32>) -> Chosen {
        Chosen {
            ground: Ground::Local,
            server: "127.0.0.1:1".to_owned(),
            major,
            service_major,
            passed: Vec::new(),
            template_tables: Vec::new(),
        }
    }

    #[test]
    fn another_release_is_told_when_both_are_known() {
        assert_eq!(chosen(15, Some(17)).other_major(), Some((15, 17)));
        assert_eq!(chosen(15, Some(15)).other_major(), None);
        assert_eq!(chosen(15, None).other_major(), None);
    }

    #[test]
    fn a_single_ground_speaks_for_itself_and_several_are_listed() {
        let passed = |ground, code| Passed { ground, failure: Failure::new(code, Vec::new()) };
        let denied = passed(Ground::Server, FailureCode::ScratchDenied);
        let missing = passed(Ground::Local, FailureCode::LocalMissing);
        let none = NoScratch::of(vec![denied.clone()]);
        assert_eq!((none.failure.code, none.passed.len()), (FailureCode::ScratchDenied, 0));
        let none = NoScratch::of(vec![denied.clone(), missing.clone()]);
        assert_eq!(
            (none.failure.code, none.passed),
            (FailureCode::NoScratch, vec![denied, missing])
        );
    }
}
