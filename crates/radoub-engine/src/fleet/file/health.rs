//! `health` of a service in `radoub.toml`, as written: a route alone, or a table that says what it has to answer.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::fleet::HealthRoute;

/// What a health route has to answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HealthSection {
    /// A path (`/api/health`) on its published port, or a whole address; `/health` or `/api/health` otherwise.
    pub(crate) path: Option<String>,
    /// The HTTP status of its answer; any from 200 to 299 otherwise.
    #[schemars(range(min = 100, max = 599))]
    pub(crate) status: Option<u16>,
    /// How many milliseconds its answer may take.
    #[schemars(range(min = 1))]
    pub(crate) within_ms: Option<u32>,
}

/// The two forms, for the JSON Schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is asked for")]
pub(crate) enum HealthForm {
    /// A path on its published port, or a whole address.
    Path(String),
    /// The same, with what it has to answer.
    Route(HealthSection),
}

impl HealthSection {
    /// What is meant.
    pub(crate) fn route(&self) -> HealthRoute {
        HealthRoute {
            path: self.path.clone(),
            status: self.status,
            within: self.within_ms.map(|it| Duration::from_millis(it.into())),
        }
    }
}

/// Reads either form; what is wrong in a table is named like anywhere else, which an untagged enum would not do.
pub(super) fn either<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<HealthSection>, D::Error> {
    deserializer.deserialize_any(Either).map(Some)
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = HealthSection;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a path, an address, or a table of `path`, `status` and `within_ms`")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<HealthSection, E> {
        Ok(HealthSection { path: Some(path.to_owned()), ..HealthSection::default() })
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<HealthSection, M::Error> {
        let section = HealthSection::deserialize(MapAccessDeserializer::new(map))?;
        let wrong = |number: u64, expected: &str| {
            M::Error::invalid_value(Unexpected::Unsigned(number), &expected)
        };
        match (section.status, section.within_ms) {
            (Some(status), _) if !(100..=599).contains(&status) => {
                Err(wrong(status.into(), "an HTTP status in `status`, 100 to 599"))
            }
            (_, Some(0)) => Err(wrong(0, "at least one millisecond in `within_ms`")),
            _ => Ok(section),
        }
    }
}
