//! One letter to one subscription: a few tries, each with a deadline, a pause before the next.

use std::time::{Duration, Instant};

use super::hook::Hook;
use super::letter::Letter;
use super::mail::Mailer;
use super::settings::{Channel, Subscription};
use crate::secret::{Environment, SecretError};

/// How long one try may take.
const DEADLINE: Duration = Duration::from_secs(4);

/// What is waited before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// A letter that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// HTTP status, or code of the mail server.
    pub code: String,
    /// How many tries it took.
    pub tries: usize,
    /// From the first try to the answer.
    pub took: Duration,
}

/// Why a letter did not arrive. Never carries a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDelivered {
    /// The address or the password is not where it should be.
    #[error("{0}")]
    Secret(SecretError),
    /// It is no address of HTTP, or of a person.
    #[error("it is no address")]
    Address,
    /// Nobody answered in time.
    #[error("no answer in time")]
    Late,
    /// The other side did not want it.
    #[error("refused with {code}")]
    Refused {
        /// HTTP status, or code of the mail server.
        code: String,
        /// Whether it may be otherwise later.
        again: bool,
    },
    /// There was no line to the other side, or it broke.
    #[error("{0}")]
    Connection(String),
}

impl NotDelivered {
    fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Late | Self::Connection(_) => true,
            Self::Refused { again, .. } => *again,
            Self::Secret(_) | Self::Address => false,
        }
    }
}

/// A subscription whose secrets are read.
pub(super) enum Line<'a> {
    /// By HTTP.
    Hook(Hook),
    /// By SMTP.
    Mail(Mailer<'a>),
}

impl<'a> Line<'a> {
    /// Reads the secrets of a subscription.
    pub(super) async fn open(
        to: &'a Subscription,
        environment: &Environment,
    ) -> Result<Self, NotDelivered> {
        match &to.channel {
            Channel::Hook { kind, url } => {
                let url = url.fetch(environment).await.map_err(NotDelivered::Secret)?;
                Hook::open(*kind, &url, DEADLINE, environment).map(Self::Hook)
            }
            Channel::Mail(mail) => {
                let password = match &mail.password {
                    Some(source) => {
                        Some(source.fetch(environment).await.map_err(NotDelivered::Secret)?)
                    }
                    None => None,
                };
                Ok(Self::Mail(Mailer::open(mail, password, DEADLINE)))
            }
        }
    }

    /// The host that it leads to.
    pub(super) fn place(&self) -> Option<String> {
        match self {
            Self::Hook(hook) => Some(hook.place()),
            Self::Mail(_) => None,
        }
    }

    /// Sends a letter, again when that may help.
    pub(super) async fn deliver(&self, letter: &Letter) -> Result<Receipt, NotDelivered> {
        let begun = Instant::now();
        let mut pauses = PAUSES.iter();
        for tries in 1.. {
            let sent = tokio::time::timeout(DEADLINE, self.send(letter)).await;
            match sent.unwrap_or(Err(NotDelivered::Late)) {
                Ok(code) => return Ok(Receipt { code, tries, took: begun.elapsed() }),
                Err(error) => match pauses.next() {
                    Some(pause) if error.is_worth_another_try() => tokio::time::sleep(*pause).await,
                    _ => return Err(error),
                },
            }
        }
        Err(NotDelivered::Late)
    }

    async fn send(&self, letter: &Letter) -> Result<String, NotDelivered> {
        match self {
            Self::Hook(hook) => hook.send(letter).await,
            Self::Mail(mailer) => mailer.send(letter).await,
        }
    }
}
