//! Who is told of runs, as `[[notify]]` of `radoub.toml` says; paths absolute, defaults filled in, mistakes
//! found.
//!
//! Secrets are not read here: only where they lie is known.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;

use lettre::message::Mailbox;
use toml::Spanned;

use super::letter::{Letter, Moment};
use crate::fleet::file::{
    FleetFileError, KindWord, Loaded, MomentWord, NotifySection, SmtpTlsWord, closest,
};
use crate::fleet::place::joined;
use crate::secret::SecretSource;

/// Somebody who is told of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// What is told.
    pub on: BTreeSet<Moment>,
    /// Only what concerns these services; everything when there is none.
    pub services: BTreeSet<String>,
    /// How it goes there.
    pub channel: Channel,
}

/// The way of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// A POST to an address that is a secret.
    Hook {
        /// What is posted.
        kind: HookKind,
        /// Where the address lies.
        url: SecretSource,
    },
    /// An e-mail.
    Mail(Box<Mail>),
}

/// What is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookKind {
    /// The document of the letter.
    Webhook,
    /// Blocks of Slack.
    Slack,
    /// An adaptive card.
    Teams,
}

/// A mail server and an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line to it is encrypted.
    pub tls: MailTls,
    /// Who it is from.
    pub from: Mailbox,
    /// Who it is for; not empty.
    pub to: Vec<Mailbox>,
    /// Who logs in, when anybody does.
    pub user: Option<String>,
    /// The password; there when a user is.
    pub password: Option<SecretSource>,
}

/// How the line to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte.
    Always,
    /// From STARTTLS on, which must be had.
    StartTls,
    /// Not at all: only on this machine.
    Never,
}

impl Subscription {
    /// The word of `radoub.toml`.
    pub fn kind(&self) -> &'static str {
        match &self.channel {
            Channel::Hook { kind: HookKind::Webhook, .. } => "webhook",
            Channel::Hook { kind: HookKind::Slack, .. } => "slack",
            Channel::Hook { kind: HookKind::Teams, .. } => "teams",
            Channel::Mail(_) => "email",
        }
    }

    /// The host, when it is known without reading a secret.
    pub fn place(&self) -> Option<String> {
        match &self.channel {
            Channel::Hook { .. } => None,
            Channel::Mail(mail) => Some(format!("{}:{}", mail.host, mail.port)),
        }
    }

    /// Whether this letter is for them.
    pub fn wants(&self, letter: &Letter) -> bool {
        let concerned = || letter.services.iter().any(|it| self.services.contains(it.as_str()));
        self.on.contains(&letter.moment) && (self.services.is_empty() || concerned())
    }
}

/// The subscriptions of a file; `folder` is where its paths start from, `names` are the services there are.
pub(crate) fn subscriptions(
    loaded: &Loaded,
    folder: &Path,
    names: &BTreeSet<&str>,
) -> Result<Vec<Subscription>, FleetFileError> {
    loaded.file.notify.iter().map(|entry| subscription(loaded, entry, folder, names)).collect()
}

fn subscription(
    loaded: &Loaded,
    entry: &Spanned<NotifySection>,
    folder: &Path,
    names: &BTreeSet<&str>,
) -> Result<Subscription, FleetFileError> {
    let section = entry.get_ref();
    for name in &section.services {
        if !names.contains(name.get_ref().as_str()) {
            return Err(FleetFileError::UnknownService {
                place: loaded.place(name),
                name: name.get_ref().clone(),
                suggestion: closest(name.get_ref(), names.iter().copied()),
            });
        }
    }
    let desk = Desk { loaded, entry, folder };
    let channel = match section.kind {
        KindWord::Webhook => desk.hook(HookKind::Webhook)?,
        KindWord::Slack => desk.hook(HookKind::Slack)?,
        KindWord::Teams => desk.hook(HookKind::Teams)?,
        KindWord::Email => desk.mail()?,
    };
    let on = section.on.as_deref().unwrap_or(&[MomentWord::Gate, MomentWord::Result]);
    let on = on.iter().map(|word| match word {
        MomentWord::Start => Moment::Start,
        MomentWord::Gate => Moment::Gate,
        MomentWord::Result => Moment::Result,
    });
    let services = section.services.iter().map(|name| name.get_ref().clone()).collect();
    Ok(Subscription { on: on.collect(), services, channel })
}

/// An entry that is being understood.
struct Desk<'a> {
    loaded: &'a Loaded,
    entry: &'a Spanned<NotifySection>,
    folder: &'a Path,
}

type Given<'a> = (&'static str, Option<SecretSource>);

impl Desk<'_> {
    fn hook(&self, kind: HookKind) -> Result<Channel, FleetFileError> {
        let section = self.entry.get_ref();
        let strays = [
            ("host", section.host.is_some()),
            ("port", section.port.is_some()),
            ("tls", section.tls.is_some()),
            ("from", section.from.is_some()),
            ("to", !section.to.is_empty()),
            ("user", section.user.is_some()),
            ("password_env", section.password_env.is_some()),
            ("password_file", section.password_file.is_some()),
            ("password_command", section.password_command.is_some()),
        ];
        self.no_stray(&strays)?;
        let url = self.only([
            ("url", section.url.clone().map(SecretSource::Text)),
            ("url_env", section.url_env.clone().map(SecretSource::Variable)),
            ("url_file", self.file(section.url_file.as_ref())),
            ("url_command", self.command(section.url_command.as_ref())),
        ])?;
        let url = url.ok_or_else(|| self.lacks("url_env, url_file, url_command, url"))?;
        Ok(Channel::Hook { kind, url })
    }

    fn mail(&self) -> Result<Channel, FleetFileError> {
        let section = self.entry.get_ref();
        let strays = [
            ("url", section.url.is_some()),
            ("url_env", section.url_env.is_some()),
            ("url_file", section.url_file.is_some()),
            ("url_command", section.url_command.is_some()),
        ];
        self.no_stray(&strays)?;
        let host = section.host.clone().ok_or_else(|| self.lacks("host"))?;
        let from = section.from.as_deref().ok_or_else(|| self.lacks("from"))?;
        let from = from.parse().map_err(|_| self.unfit("from", "address"))?;
        let to: Result<Vec<Mailbox>, _> = section.to.iter().map(|text| text.parse()).collect();
        let to = to.map_err(|_| self.unfit("to", "address"))?;
        if to.is_empty() {
            return Err(self.lacks("to"));
        }
        let tls = match (section.tls, section.port) {
            (Some(SmtpTlsWord::Always), _) | (None, Some(465)) => MailTls::Always,
            (Some(SmtpTlsWord::Never), _) if !is_loopback(&host) => {
                return Err(self.unfit("tls", "in-the-clear"));
            }
            (Some(SmtpTlsWord::Never), _) => MailTls::Never,
            (None, _) if is_loopback(&host) => MailTls::Never,
            (Some(SmtpTlsWord::Starttls) | None, _) => MailTls::StartTls,
        };
        let usual = match tls {
            MailTls::Always => 465,
            MailTls::StartTls => 587,
            MailTls::Never => 25,
        };
        let password = self.only([
            ("password_env", section.password_env.clone().map(SecretSource::Variable)),
            ("password_file", self.file(section.password_file.as_ref())),
            ("password_command", self.command(section.password_command.as_ref())),
        ])?;
        match (&section.user, &password) {
            (Some(_), None) => {
                return Err(self.lacks("password_env, password_file, password_command"));
            }
            (None, Some(_)) => return Err(self.lacks("user")),
            _ => {}
        }
        Ok(Channel::Mail(Box::new(Mail {
            port: section.port.unwrap_or(usual),
            user: section.user.clone(),
            host,
            tls,
            from,
            to,
            password,
        })))
    }

    fn file(&self, path: Option<&String>) -> Option<SecretSource> {
        path.map(|path| SecretSource::File(joined(self.folder, path)))
    }

    fn command(&self, words: Option<&Vec<String>>) -> Option<SecretSource> {
        words.map(|words| SecretSource::Command(words.clone(), self.folder.to_path_buf()))
    }

    /// The one that is given.
    fn only<const N: usize>(
        &self,
        given: [Given<'_>; N],
    ) -> Result<Option<SecretSource>, FleetFileError> {
        let mut given = given.into_iter().filter_map(|(key, source)| Some((key, source?)));
        let Some((first, source)) = given.next() else { return Ok(None) };
        match given.next() {
            None => Ok(Some(source)),
            Some((second, _)) => Err(FleetFileError::Both {
                place: self.loaded.place(self.entry),
                service: self.name(),
                first,
                second,
            }),
        }
    }

    fn no_stray(&self, keys: &[(&'static str, bool)]) -> Result<(), FleetFileError> {
        match keys.iter().find(|(_, is_there)| *is_there) {
            Some((key, _)) => Err(self.unfit(key, "stray")),
            None => Ok(()),
        }
    }

    fn name(&self) -> String {
        let kind = match self.entry.get_ref().kind {
            KindWord::Webhook => "webhook",
            KindWord::Slack => "slack",
            KindWord::Teams => "teams",
            KindWord::Email => "email",
        };
        format!("[[notify]] {kind}")
    }

    fn lacks(&self, key: &'static str) -> FleetFileError {
        FleetFileError::Lacks { place: self.loaded.place(self.entry), entry: self.name(), key }
    }

    fn unfit(&self, key: &'static str, why: &'static str) -> FleetFileError {
        let place = self.loaded.place(self.entry);
        FleetFileError::Unfit { place, entry: self.name(), key, why }
    }
}

/// Whether a host is this machine, by its very name.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
