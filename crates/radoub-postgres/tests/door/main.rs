//! The door to a database, tried on real servers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::result_large_err, reason = "errors here end the test")]

mod connect;
mod create;
mod cut;
mod ground;
mod introspect;
mod lock;
mod look;
mod oracle;
mod pooler;
mod replay;
mod reset;
mod resolve;
mod scratch;
mod stepwise;
mod survey;
mod tls;
mod whole;
