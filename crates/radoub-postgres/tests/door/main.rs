//! The door to a database, tried on real servers.

mod connect;
mod ground;
mod look;
