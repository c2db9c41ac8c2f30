//! Scratch databases for replay and proof: where they come from, and what a history makes of an empty one.
//!
//! A [`Workshop`] belongs to one command. For each service it hands out databases from the first of these
//! grounds that there is: the configured shadow database; a temporary database on the service's own server; a
//! temporary server made with the programs of this system; the embedded one. Servers are started once and
//! serve the whole fleet. [`Workshop::close`] takes everything away; what a killed process leaves is taken away
//! by the next workshop on the same server and machine. How a database is made and recognised belongs to
//! `radoub_postgres::scratch`.

mod database;
mod ground;
mod memory;
mod needs;
mod own;
mod replay;
mod server;
mod workshop;

pub use database::ScratchDatabase;
pub(crate) use own::{OwnServer, Recipe};

pub use ground::{Chosen, Forced, Ground, NoScratch, Passed};
pub use replay::{OnReplayed, Replay, ReplayStop, Replayed};
pub use workshop::{Workshop, WorkshopSettings};
