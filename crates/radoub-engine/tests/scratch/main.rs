//! The workshop on real servers: which ground it takes, what it makes of histories, what it leaves behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod ground;
mod grounds;
mod histories;
mod shadow;
