//! The name of a run: sortable by time, unique, short enough to be typed.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A run: `20260212-182206-a1b2`, the time in UTC and four digits by chance.
///
/// Byte order is the order of time. Where the clock of the machine was set back, the time goes on
/// from the newest run there is, so that the order of the names is the order of the runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

/// How the time is written.
const FORMAT: &str = "%Y%m%d-%H%M%S";

impl RunId {
    /// A name for a run that begins `now`, later than `newest` whatever the clock says; `chance`
    /// tells apart what two machines begin in the same second.
    pub(super) fn after(newest: Option<&Self>, now: SystemTime, chance: u16) -> Self {
        let text = |at: SystemTime| {
            let at = Timestamp::try_from(at).unwrap_or(Timestamp::UNIX_EPOCH);
            at.to_zoned(TimeZone::UTC).strftime(FORMAT).to_string()
        };
        let mut time = text(now);
        if let Some(begun) = newest.and_then(Self::began)
            && text(begun) >= time
        {
            time = text(begun + Duration::from_secs(1));
        }
        Self(format!("{time}-{chance:04x}"))
    }

    /// The name of a run's folder; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, chance) = text.rsplit_once('-')?;
        let is_hex = chance.len() == 4 && chance.bytes().all(|it| it.is_ascii_hexdigit());
        let id = Self(text.to_owned());
        (is_hex && time.len() == 15 && id.began().is_some()).then_some(id)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When it began, to the second.
    pub fn began(&self) -> Option<SystemTime> {
        let (time, _) = self.0.rsplit_once('-')?;
        let time = jiff::civil::DateTime::strptime(FORMAT, time).ok()?;
        time.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp().into())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn names_are_read_back() {
        let id = RunId::after(None, at(1_770_920_526), 0xa1b2);
        assert_eq!(id.as_str(), "20260212-182206-a1b2");
        assert_eq!(RunId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(id.began(), Some(at(1_770_920_526)));
        for wrong in
            ["", "latest", "20260212-182206", "20260212-182206-xyzw", "20261312-182206-a1b2"]
        {
            assert_eq!(RunId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn fault_10_a_later_run_has_a_later_name_whatever_the_clock_says() {
        let first = RunId::after(None, at(1_770_920_526), 0xffff);
        for now in [1_770_920_526, 1_770_920_000, 0] {
            let second = RunId::after(Some(&first), at(now), 0);
            assert!(second > first, "{second} after {first}");
        }
    }
}
