//! The command `radoub`: arguments, settings, one file per command, all printing.

mod cli;
mod commands;
mod error;
mod report;
mod settings;
mod ui;

use std::process::ExitCode;

/// Small values come and go by the thousand between a schema and its SQL.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("the system gives a process its timers and sockets");
    let exit = runtime.block_on(commands::run(std::env::args_os().collect()));
    ExitCode::from(exit as u8)
}
