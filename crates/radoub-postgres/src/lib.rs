//! The only door to a database: connect, read and write the ledger, take Prisma's lock, apply.

pub mod url;
