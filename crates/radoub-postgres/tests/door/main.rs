//! The door to a database, tried on real servers.

mod connect;
mod create;
mod ground;
mod lock;
mod look;
mod oracle;
mod pooler;
mod resolve;
mod stepwise;
mod tls;
mod whole;
