//! The lock under which the scripts' queue changes hands. What shadows the scripts honours it: it waits, and goes on once
//! the lock is gone or its time is over, so that nothing that dies can keep the queue shut.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long the lock holds at most; then the queue is the scripts' again, whatever became of whoever took it.
const LIMIT: SignedDuration = SignedDuration::from_secs(120);
/// How often somebody who waits looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// The lock, as long as it is held.
#[derive(Debug)]
pub struct LegacyLock {
    path: PathBuf,
    until: Timestamp,
}

/// What the file says.
#[derive(Debug, Serialize, Deserialize)]
struct Held {
    by: String,
    until: Timestamp,
}

impl LegacyLock {
    /// Takes the lock of a project. One whose time is over is taken over.
    ///
    /// # Errors
    /// Somebody holds it (`AlreadyExists`), or the file cannot be written.
    pub fn take(root: &Path, by: &str) -> io::Result<Self> {
        let path = path(root);
        if read(&path).is_none_or(|held| held.until <= Timestamp::now()) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let until = Timestamp::now() + LIMIT;
        let held = serde_json::to_vec(&Held { by: by.to_owned(), until }).unwrap_or_default();
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        file.write_all(&held)?;
        file.sync_all()?;
        Ok(Self { path, until })
    }

    /// Whether there is still time to do what it was taken for.
    pub fn holds(&self) -> bool {
        Timestamp::now() < self.until
    }
}

impl Drop for LegacyLock {
    fn drop(&mut self) {
        // One that stays is over in two minutes.
        drop(fs::remove_file(&self.path));
    }
}

/// Waits until nobody holds the lock of a project.
pub(super) fn wait(root: &Path) {
    let path = path(root);
    while read(&path).is_some_and(|held| held.until > Timestamp::now()) {
        thread::sleep(PAUSE);
    }
}

/// What cannot be understood keeps nobody waiting.
fn read(path: &Path) -> Option<Held> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn path(root: &Path) -> PathBuf {
    root.join(".fairway/legacy.lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".fairway")).unwrap();
        root
    }

    #[test]
    fn it_is_held_once_and_gone_with_its_holder() {
        let root = root();
        let held = LegacyLock::take(root.path(), "me").unwrap();
        assert!(held.holds());
        assert_eq!(LegacyLock::take(root.path(), "you").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        drop(held);
        wait(root.path());
        drop(LegacyLock::take(root.path(), "you").unwrap());
    }

    #[test]
    fn a_lock_whose_time_is_over_keeps_nobody() {
        let root = root();
        let over = Held { by: "dead".into(), until: Timestamp::now() - SignedDuration::from_secs(1) };
        fs::write(path(root.path()), serde_json::to_vec(&over).unwrap()).unwrap();
        wait(root.path());
        assert!(LegacyLock::take(root.path(), "me").unwrap().holds());
        fs::write(path(root.path()), "nonsense").unwrap();
        wait(root.path());
    }
}
