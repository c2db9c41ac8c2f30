//! Letters by SMTP.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::address::resolve;
use super::deliver::NotDelivered;
use super::letter::Letter;
use super::settings::{Mail, MailTls};
use crate::translate::root_cause;

/// A mail server, and the password for it.
pub(super) struct Mailer<'a> {
    mail: &'a Mail,
    password: Option<String>,
    deadline: Duration,
}

impl<'a> Mailer<'a> {
    /// Takes the settings; nobody is called yet.
    pub(super) fn open(mail: &'a Mail, password: Option<String>, deadline: Duration) -> Self {
        Self { mail, password, deadline }
    }

    /// Sends a letter once; gives the code of the server's answer.
    pub(super) async fn send(&self, letter: &Letter) -> Result<String, NotDelivered> {
        let message = self.message(letter)?;
        let found = resolve(&self.mail.host, self.mail.port).await;
        let found = found.map_err(|error| NotDelivered::Connection(error.to_string()))?;
        let mut last = NotDelivered::Address;
        for address in found {
            let transport = self.transport(&address.ip().to_string())?;
            match transport.send(message.clone()).await {
                Ok(response) => return Ok(response.code().to_string()),
                Err(error) => last = refusal(&error),
            }
            if matches!(last, NotDelivered::Refused { .. }) {
                break;
            }
        }
        Err(last)
    }

    fn transport(&self, address: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, NotDelivered> {
        radoub_postgres::tls::install_provider();
        let parameters =
            || TlsParameters::new(self.mail.host.clone()).map_err(|error| refusal(&error));
        let tls = match self.mail.tls {
            MailTls::Always => Tls::Wrapper(parameters()?),
            MailTls::StartTls => Tls::Required(parameters()?),
            MailTls::Never => Tls::None,
        };
        // The system's name of this machine is nobody's business; RFC 5321 takes a literal.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address)
            .port(self.mail.port)
            .tls(tls)
            .hello_name(ClientId::default())
            .timeout(Some(self.deadline));
        if let (Some(user), Some(password)) = (&self.mail.user, &self.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(builder.build())
    }

    fn message(&self, letter: &Letter) -> Result<Message, NotDelivered> {
        let domain = self.mail.from.email.domain();
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let id = format!("<radoub.{}.{}@{domain}>", letter.moment.as_str(), since.as_nanos());
        let mut message = Message::builder()
            .from(self.mail.from.clone())
            .subject(format!("[radoub] {}", letter.subject))
            .message_id(Some(id))
            .date_now()
            .header(ContentType::TEXT_PLAIN);
        for to in &self.mail.to {
            message = message.to(to.clone());
        }
        // RFC 3834: nobody's holiday answers it.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let automatic = HeaderValue::new(automatic, "auto-generated".to_owned());
        let message = message.raw_header(automatic).body(letter.text());
        message.map_err(|_| NotDelivered::Address)
    }
}

/// Why the server did not take it. What it says beside its code is left out: it may repeat what it was sent.
fn refusal(error: &lettre::transport::smtp::Error) -> NotDelivered {
    match error.status() {
        Some(code) => NotDelivered::Refused { code: code.to_string(), again: error.is_transient() },
        None if error.is_timeout() => NotDelivered::Late,
        None => NotDelivered::Connection(root_cause(error)),
    }
}
