//! The folder of one temporary cluster: claimed, watched over by a guardian, swept away when orphaned.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{self, Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::cluster::StartError;

/// A process that outlives ours only to clean up: it waits for the end of its standard input, which
/// comes however our process ends, stops the server and removes the folder.
#[cfg(unix)]
pub(super) fn guardian(folder: &Path) -> Result<Option<(Child, ChildStdin)>, StartError> {
    use std::os::unix::process::CommandExt as _;

    /// The pid is that of a server only if the system says so: a pid may have been given to another process.
    const SCRIPT: &str = r#"
        cat >/dev/null
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ] && { [ ! -d /proc/self ] || grep -q postgres "/proc/$pid/comm" 2>/dev/null; }; then
            kill -QUIT "$pid" 2>/dev/null
            turns=0
            while [ -f "$1/data/postmaster.pid" ] && [ $turns -lt 100 ]; do sleep 0.05; turns=$((turns + 1)); done
        fi
        rm -rf "$1" "$1.lock"
    "#;
    let program = PathBuf::from("/bin/sh");
    let mut child = Command::new(&program)
        .args(["-c", SCRIPT, "radoub-guardian"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .process_group(0)
        .spawn()
        .map_err(|source| StartError::Program { program, source })?;
    Ok(child.stdin.take().map(|stdin| (child, stdin)))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
pub(super) fn guardian(_folder: &Path) -> Result<Option<(Child, ChildStdin)>, StartError> {
    Ok(None)
}

/// Makes the folder of a new cluster and locks it.
pub(super) fn claim(base: &Path) -> Result<(PathBuf, File), StartError> {
    let folder = base.join(unique("c"));
    let failed = |source| StartError::Folder { folder: folder.clone(), source };
    let lock = File::create(lock_of(&folder)).map_err(failed)?;
    lock.lock().map_err(failed)?;
    fs::create_dir(&folder).map_err(failed)?;
    Ok((folder, lock))
}

pub(super) fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

/// Removes what killed test processes and killed guardians left. A folder whose lock can be taken has no owner.
pub(super) fn sweep(base: &Path) {
    let Ok(entries) = base.read_dir() else { return };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("c_") || path.extension().is_none_or(|extension| extension != "lock") {
            continue;
        }
        let Ok(lock) = File::open(&path) else { continue };
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => continue,
        }
        // An orphan's guardian needs a moment: only what is older than that is ours to remove.
        let fresh = entry
            .metadata()
            .and_then(|data| data.modified())
            .ok()
            .and_then(|time| time.elapsed().ok());
        if fresh.is_none_or(|age| age < Duration::from_secs(30)) {
            continue;
        }
        let folder = path.with_extension("");
        if let Ok(text) = fs::read_to_string(folder.join("data/postmaster.pid"))
            && let Some(pid) = text.lines().next()
            && fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|comm| comm.contains("postgres"))
        {
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
        let _ = fs::remove_dir_all(&folder);
        let _ = fs::remove_file(&path);
    }
}

/// A name that no other test of this machine uses: `hint_<pid>_<n>_<nanoseconds>`.
pub(super) fn unique(hint: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let time = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
    format!("{hint}_{}_{count}_{time:x}", process::id())
}
