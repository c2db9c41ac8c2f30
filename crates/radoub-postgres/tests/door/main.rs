//! The door to a database, tried on real servers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::result_large_err, reason = "errors here end the test")]

mod census;
mod connect;
mod correct;
mod create;
mod cut;
mod dataloss;
mod execute;
mod ground;
mod integrity;
mod introspect;
mod lock;
mod look;
mod measured;
mod oracle;
mod pooler;
mod probe;
mod replay;
mod reset;
mod resolve;
mod scratch;
mod stepwise;
mod survey;
mod tls;
mod whole;
