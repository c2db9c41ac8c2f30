//! Keys of backups: for whom they are encrypted, and what opens them again. The format is age's, so that
//! the standard tool opens a backup without us.
//!
//! Secrets are read when they are needed, and go with the values that hold them.

use std::fmt;
use std::io::{self, BufRead, Read, Write};
use std::iter;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;

use super::settings::Encryption;
pub use crate::secret::Environment;
use crate::secret::{SecretError, SecretSource};

/// What the manifest says of a backup that a passphrase opens.
pub const PASSPHRASE: &str = "passphrase";

/// Why keys cannot be used. Never repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A recipient is no public key of age.
    #[error("{text:?} is not a public key of age (age1…)")]
    Recipient {
        /// What stands there.
        text: String,
    },
    /// Recipients and a passphrase exclude each other.
    #[error("backups are encrypted either for recipients or with a passphrase, not both")]
    Both,
    /// There is a key to open with and none to close with.
    #[error("there is nobody to encrypt for: neither recipients nor a passphrase")]
    Nobody,
    /// There is nothing to open backups with.
    #[error(
        "no key that opens backups is configured: identity_file, identity_env or identity_command"
    )]
    NoIdentity,
    /// A secret is not where it should be.
    #[error("{from} gave no key: {reason}")]
    Source {
        /// File, variable or program.
        from: String,
        /// Why not.
        reason: String,
    },
    /// What was found is no secret key of age.
    #[error("{from} holds no secret key of age (AGE-SECRET-KEY-1…)")]
    Identity {
        /// File, variable or program.
        from: String,
    },
}

impl From<SecretError> for KeyError {
    fn from(error: SecretError) -> Self {
        Self::Source { from: error.from, reason: error.reason }
    }
}

/// Closes backups.
pub(crate) enum Lock {
    /// For these public keys.
    Recipients(Vec<age::x25519::Recipient>),
    /// With a passphrase.
    Passphrase(SecretString),
}

/// Opens backups.
pub(crate) enum Key {
    /// With these secret keys.
    Identities(Vec<age::x25519::Identity>),
    /// With a passphrase.
    Passphrase(SecretString),
}

impl fmt::Debug for Lock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Lock(…)")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Key(…)")
    }
}

impl Lock {
    /// What closes backups.
    pub(crate) fn read(wanted: &Encryption, environment: &Environment) -> Result<Self, KeyError> {
        let mut recipients = Vec::new();
        let mut take = |text: &str| -> Result<(), KeyError> {
            let recipient = text.parse::<age::x25519::Recipient>();
            let wrong = |_| KeyError::Recipient { text: text.chars().take(80).collect() };
            recipients.push(recipient.map_err(wrong)?);
            Ok(())
        };
        for text in &wanted.recipients {
            take(text.trim())?;
        }
        if let Some(path) = &wanted.recipients_file {
            for line in file(path)?.lines().map(str::trim) {
                if !line.is_empty() && !line.starts_with('#') {
                    take(line)?;
                }
            }
        }
        match (recipients.is_empty(), &wanted.passphrase) {
            (false, Some(_)) => Err(KeyError::Both),
            (false, None) => Ok(Self::Recipients(recipients)),
            (true, Some(source)) => Ok(Self::Passphrase(passphrase(source, environment)?)),
            // A secret key has its public one in it.
            (true, None) => match &wanted.identity {
                Some(source) => {
                    let identities = identities(source, environment)?;
                    Ok(Self::Recipients(
                        identities.iter().map(age::x25519::Identity::to_public).collect(),
                    ))
                }
                None => Err(KeyError::Nobody),
            },
        }
    }

    /// For the manifest.
    pub(crate) fn recipients(&self) -> Vec<String> {
        match self {
            Self::Recipients(recipients) => recipients.iter().map(ToString::to_string).collect(),
            Self::Passphrase(_) => vec![PASSPHRASE.to_owned()],
        }
    }

    /// Encrypts what is written to it into `output`; [`age::stream::StreamWriter::finish`] ends it.
    pub(crate) fn close<W: Write>(&self, output: W) -> io::Result<age::stream::StreamWriter<W>> {
        let encryptor = match self {
            Self::Recipients(recipients) => {
                let recipients = recipients.iter().map(|it| it as &dyn age::Recipient);
                age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?
            }
            Self::Passphrase(text) => age::Encryptor::with_user_passphrase(text.clone()),
        };
        encryptor.wrap_output(output)
    }
}

/// Why data cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// The key is not one of those it was encrypted for.
    #[error("the key does not fit")]
    WrongKey,
    /// It is not what was written.
    #[error("the data cannot be decrypted: {0}")]
    Damaged(String),
    /// It cannot be read.
    #[error("the data cannot be read")]
    Read(#[source] io::Error),
}

impl Key {
    /// What opens backups.
    pub(crate) fn read(wanted: &Encryption, environment: &Environment) -> Result<Self, KeyError> {
        match (&wanted.identity, &wanted.passphrase) {
            (Some(source), _) => Ok(Self::Identities(identities(source, environment)?)),
            (None, Some(source)) => Ok(Self::Passphrase(passphrase(source, environment)?)),
            (None, None) => Err(KeyError::NoIdentity),
        }
    }

    /// Decrypts `input`.
    pub(crate) fn open<R: BufRead>(&self, input: R) -> Result<impl Read + use<R>, OpenError> {
        let sorted = |error: age::DecryptError| match error {
            age::DecryptError::NoMatchingKeys
            | age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed => OpenError::WrongKey,
            age::DecryptError::Io(source) => OpenError::Read(source),
            other => OpenError::Damaged(other.to_string()),
        };
        let decryptor = age::Decryptor::new_buffered(input).map_err(sorted)?;
        match self {
            Self::Identities(identities) => {
                let identities = identities.iter().map(|it| it as &dyn age::Identity);
                decryptor.decrypt(identities).map_err(sorted)
            }
            Self::Passphrase(text) => {
                let identity = age::scrypt::Identity::new(text.clone());
                decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(sorted)
            }
        }
    }
}

fn passphrase(source: &SecretSource, environment: &Environment) -> Result<SecretString, KeyError> {
    Ok(SecretString::from(source.read(environment)?))
}

fn identities(
    source: &SecretSource,
    environment: &Environment,
) -> Result<Vec<age::x25519::Identity>, KeyError> {
    let text = source.read(environment)?;
    let lines = text.lines().map(str::trim);
    let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read: Result<Vec<age::x25519::Identity>, _> = keys.map(str::parse).collect();
    match read {
        Ok(identities) if !identities.is_empty() => Ok(identities),
        _ => Err(KeyError::Identity { from: source.named() }),
    }
}

fn file(path: &Path) -> Result<String, KeyError> {
    let path: PathBuf = path.to_path_buf();
    std::fs::read_to_string(&path).map_err(|error| KeyError::Source {
        from: path.display().to_string(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of the documentation of age, and its public half.
    const SECRET: &str =
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

    fn round(encryption: &Encryption, environment: &Environment) -> Result<String, String> {
        let mut stored = Vec::new();
        let lock = Lock::read(encryption, environment).map_err(|error| error.to_string())?;
        let mut writer = lock.close(&mut stored).unwrap();
        writer.write_all(b"the rows").unwrap();
        writer.finish().unwrap();
        assert!(!String::from_utf8_lossy(&stored).contains("the rows"));
        let key = Key::read(encryption, environment).map_err(|error| error.to_string())?;
        let mut text = String::new();
        let mut reader = key.open(stored.as_slice()).map_err(|error| error.to_string())?;
        reader.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    fn variable(name: &str) -> SecretSource {
        SecretSource::Variable(name.to_owned())
    }

    #[test]
    fn what_a_key_closes_it_opens() {
        let environment = Environment::from([("KEY".to_owned(), format!("# mine\n{SECRET}\n"))]);
        let by_key = Encryption { identity: Some(variable("KEY")), ..Encryption::default() };
        assert_eq!(round(&by_key, &environment).as_deref(), Ok("the rows"));
    }

    #[test]
    fn another_key_does_not_fit() {
        let other = age::x25519::Identity::generate();
        let environment = Environment::from([("KEY".to_owned(), SECRET.to_owned())]);
        let encryption = Encryption {
            recipients: vec![other.to_public().to_string()],
            identity: Some(variable("KEY")),
            ..Encryption::default()
        };
        assert_eq!(round(&encryption, &environment), Err("the key does not fit".to_owned()));
    }

    #[test]
    fn what_is_wrong_with_a_key_is_told_without_it() {
        let environment = Environment::from([("KEY".to_owned(), "hush-hush".to_owned())]);
        for (encryption, told) in [
            (
                Encryption::default(),
                "there is nobody to encrypt for: neither recipients nor a passphrase",
            ),
            (
                Encryption { identity: Some(variable("KEY")), ..Encryption::default() },
                "KEY holds no secret key of age (AGE-SECRET-KEY-1…)",
            ),
            (
                Encryption { identity: Some(variable("GONE")), ..Encryption::default() },
                "GONE gave no key: the variable is not set",
            ),
            (
                Encryption { recipients: vec!["age1".to_owned()], ..Encryption::default() },
                "\"age1\" is not a public key of age (age1…)",
            ),
        ] {
            assert_eq!(round(&encryption, &environment), Err(told.to_owned()));
        }
    }
}
