//! The command on real fleets: real binary, real servers, the real Prisma engine beside it.
//!
//! One file a promise of the project. Every run of the binary is also searched for planted passwords, in
//! its output and in the process list (see `radoub_testing::command`).

mod adopt;
#[cfg(unix)]
mod commands;
mod compare;
mod demo;
mod develop;
mod doctor;
mod drift;
mod drop_in;
mod founding;
mod history;
mod new;
mod notify;
mod plan;
mod pull;
mod push;
mod replayed;
mod resolve;
mod round;
mod runs;
mod scratch;
mod secrets;
mod squash;
mod together;
mod undone;
mod verify;
#[cfg(unix)]
mod watch;
mod wrong;

use std::path::Path;

use radoub_testing::command::Call;

/// The binary under test, English and without a terminal, in `folder`.
fn radoub(folder: impl AsRef<Path>, arguments: &[&str]) -> Call {
    Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder).env("RADOUB_LANG", "en").args(arguments)
}

/// What `check --json` says of one service; panics when it says nothing of it.
#[track_caller]
fn service<'json>(document: &'json serde_json::Value, name: &str) -> &'json serde_json::Value {
    let services = document["services"].as_array().expect("services");
    let found = services.iter().find(|service| service["service"] == name);
    found.unwrap_or_else(|| panic!("{name} is not among the services: {document:#}"))
}

/// The texts of a JSON array.
#[track_caller]
fn texts(array: &serde_json::Value) -> Vec<String> {
    let items = array.as_array().unwrap_or_else(|| panic!("not an array: {array}"));
    items.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
}
