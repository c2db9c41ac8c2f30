//! `[[notify]]` of `radoub.toml`, as written; what it means is settled in [`crate::notify::settings`].

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::secret::Secret;

/// Somebody who is told of runs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotifySection {
    /// What is sent: JSON to any `webhook`, a message to `slack` or `teams`, an `email`.
    pub(crate) kind: KindWord,
    /// What is told: that a run starts, that a service or a wave did not pass, the result; the last two
    /// otherwise.
    pub(crate) on: Option<Vec<MomentWord>>,
    /// Only what concerns one of these services; everything otherwise.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) services: Vec<Spanned<String>>,
    /// Address that it is posted to. It is a secret, better kept elsewhere: see `url_env`, `url_file`,
    /// `url_command`.
    #[schemars(with = "Option<String>")]
    pub(crate) url: Option<Secret>,
    /// Variable that holds the address.
    pub(crate) url_env: Option<String>,
    /// File that holds the address, relative to this file.
    pub(crate) url_file: Option<String>,
    /// Program and arguments that print the address within ten seconds; no shell is involved.
    pub(crate) url_command: Option<Vec<String>>,
    /// Mail server.
    pub(crate) host: Option<String>,
    /// Its port; 465 with `tls = "always"`, 587 with `"starttls"`, 25 with `"never"` otherwise.
    pub(crate) port: Option<u16>,
    /// Whether the line to it is encrypted. `starttls` otherwise; `always` on port 465, `never` on this
    /// machine, where alone it is allowed.
    pub(crate) tls: Option<SmtpTlsWord>,
    /// Who the message is from: `radoub <radoub@example.org>`.
    pub(crate) from: Option<String>,
    /// Who it is for.
    #[serde(default)]
    pub(crate) to: Vec<String>,
    /// Name to log in with; nobody logs in otherwise.
    pub(crate) user: Option<String>,
    /// Variable that holds the password.
    pub(crate) password_env: Option<String>,
    /// File that holds the password, relative to this file.
    pub(crate) password_file: Option<String>,
    /// Program and arguments that print the password within ten seconds; no shell is involved.
    pub(crate) password_command: Option<Vec<String>>,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KindWord {
    /// One JSON document to any address.
    Webhook,
    /// Blocks to an incoming webhook of Slack, or of what speaks like it.
    Slack,
    /// An adaptive card to a workflow of Microsoft Teams.
    Teams,
    /// A message by SMTP.
    Email,
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MomentWord {
    /// A run starts.
    Start,
    /// A service or a wave did not pass.
    Gate,
    /// What a run came to.
    Result,
}

/// Whether the line to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SmtpTlsWord {
    /// From the first byte.
    Always,
    /// From STARTTLS on, which must be had.
    Starttls,
    /// Not at all.
    Never,
}
