//! Telling people of runs: JSON to a webhook, messages to Slack and Microsoft Teams, e-mail.
//!
//! What is told is a [`Letter`], put into words by the command; when, where and how it goes is decided here.
//! A run never waits for a letter and never fails by one: each subscription has a lane of its own
//! ([`post()`]), and what has not arrived by the end is reported as undelivered. Addresses and passwords are
//! secrets; of an address only the host is ever named.

mod address;
mod deliver;
mod hook;
mod letter;
mod mail;
mod post;
pub mod settings;
mod slack;
mod teams;

pub use deliver::{NotDelivered, Receipt};
pub use letter::{Letter, Moment, Mood};
pub use post::{Closing, Outbox, Undelivered, post, try_all};
pub use settings::{Channel, HookKind, Mail, MailTls, Subscription};
