//! A failure in a journal: enough to say it again in any language, without rows and passwords.

use radoub_schema::script::masked;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, FailureCode, ScriptPlace, ServerMessage, VALUE_NAMES};

/// A failure, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureRecord {
    /// Its code, as in `--json`.
    pub code: String,
    /// The values of its sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
    /// SQLSTATE, when the server refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// What the server said, its detail left out: that quotes rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What the server suggested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where in the script: line, column and the text of the line, passwords masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(usize, usize, String)>,
    /// Why, when that is a failure of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Box<FailureRecord>>,
}

/// Values of sentences that repeat the script or what the server said in full.
const NOT_KEPT: &[&str] = &["prisma"];

impl FailureRecord {
    /// What of a failure is kept.
    pub fn of(failure: &Failure) -> Self {
        let values = failure.values.iter().filter(|(name, _)| !NOT_KEPT.contains(name));
        let server = failure.server.as_deref();
        let place = server.and_then(|it| it.place.as_ref());
        Self {
            code: failure.code.as_str().to_owned(),
            values: values.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            sqlstate: server.map(|it| it.sqlstate.clone()),
            message: server.map(|it| it.message.clone()),
            hint: server.and_then(|it| it.hint.clone()),
            place: place.map(|it| (it.line, it.column, masked(&it.text).into_owned())),
            because: failure.because.as_ref().map(|it| Box::new(Self::of(it))),
        }
    }

    /// The failure again; `None` when its code is of a later version.
    pub fn failure(&self) -> Option<Failure> {
        let code = FailureCode::named(&self.code)?;
        let values = self.values.iter().filter_map(|(name, value)| {
            let known = VALUE_NAMES.iter().find(|it| *it == name)?;
            Some((*known, value.clone()))
        });
        let mut failure = Failure::new(code, values.collect());
        if let (Some(sqlstate), Some(message)) = (&self.sqlstate, &self.message) {
            failure = failure.said(ServerMessage {
                sqlstate: sqlstate.clone(),
                message: message.clone(),
                detail: None,
                hint: self.hint.clone(),
                place: self.place.clone().map(|(line, column, text)| ScriptPlace {
                    line,
                    column,
                    text,
                }),
            });
        }
        failure.because = self.because.as_ref().and_then(|it| it.failure()).map(Box::new);
        Some(failure)
    }
}
