//! The material that lies beside the repository: corpus, fleets, golden cases, the oracle.
//!
//! It is not part of the repository (licences, size), so a test that needs it says so in a loud line when
//! it is not there, and fails where it has to be there: in CI and under `RADOUB_REQUIRE_SHARED=1`.

use std::env;
use std::path::{Path, PathBuf};

/// The folder with the material: `RADOUB_SHARED`, else `../shared` beside the repository. `None` when
/// it is not there.
pub fn shared() -> Option<PathBuf> {
    let folder = match env::var_os("RADOUB_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("../shared"),
    };
    folder.canonicalize().ok().filter(|folder| folder.join("oracle").is_dir())
}

/// As [`shared`]; when it is not there, says on standard error that `what` is left out.
///
/// Panics instead when the environment says `CI=true` or `RADOUB_REQUIRE_SHARED=1`: then nothing may
/// be left out.
#[track_caller]
#[expect(
    clippy::print_stderr,
    reason = "what a test run leaves out has to be seen by whoever runs it"
)]
pub fn shared_or_say(what: &str) -> Option<PathBuf> {
    let found = shared();
    if found.is_none() {
        assert!(
            !required(),
            "{what}: ../shared is not there, and here it is required (RADOUB_SHARED says where it is)"
        );
        eprintln!(
            "LEFT OUT: {what}, because ../shared is not there (RADOUB_SHARED says where it is)"
        );
    }
    found
}

/// Says what a test leaves out on this machine, and why.
#[expect(
    clippy::print_stderr,
    reason = "what a test run leaves out has to be seen by whoever runs it"
)]
pub fn leave_out(what: impl std::fmt::Display) {
    eprintln!("LEFT OUT: {what}");
}

/// Whether nothing may be left out.
pub fn required() -> bool {
    let set = |name: &str, yes: &str| env::var(name).is_ok_and(|value| value == yes);
    set("CI", "true") || set("RADOUB_REQUIRE_SHARED", "1")
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
