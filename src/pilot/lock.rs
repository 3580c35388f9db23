//! The lock under which the scripts' queue changes hands. What shadows the scripts honours it: it waits, and goes on once
//! the lock is free or has been held for too long, so that nothing that dies or hangs can keep the queue shut.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};

/// How long the lock counts at most; then the queue is the scripts' again, whatever became of whoever took it.
const LIMIT: Duration = Duration::from_mins(2);
/// How often somebody who waits looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// The lock, as long as it is held; the system lets go of it when its holder dies.
#[derive(Debug)]
pub struct LegacyLock {
    _file: File,
    until: Instant,
}

impl LegacyLock {
    /// Takes the lock of a project.
    ///
    /// # Errors
    /// Somebody holds it (`WouldBlock`), or the file cannot be opened.
    pub fn take(root: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path(root))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self { _file: file, until: Instant::now() + LIMIT })
    }

    /// Whether there is still time to do what it was taken for.
    pub fn holds(&self) -> bool {
        Instant::now() < self.until
    }
}

/// Where the lock of a project is.
fn path(root: &Path) -> PathBuf {
    root.join(".fairway/legacy.lock")
}

/// Waits until nobody holds the lock of a project, or somebody has for too long. What cannot be asked keeps nobody waiting.
pub(super) fn wait(root: &Path) {
    let Ok(file) = File::open(path(root)) else { return };
    let until = Instant::now() + LIMIT;
    while Instant::now() < until {
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Err(error) if error == rustix::io::Errno::WOULDBLOCK => thread::sleep(PAUSE),
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_held_once_and_keeps_others_waiting_until_it_is_free() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(".fairway")).unwrap();
        wait(root.path());
        let held = LegacyLock::take(root.path()).unwrap();
        assert!(held.holds());
        assert_eq!(LegacyLock::take(root.path()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        let place = root.path().to_owned();
        let waiting = thread::spawn(move || wait(&place));
        thread::sleep(PAUSE * 3);
        assert!(!waiting.is_finished(), "somebody holds it");
        drop(held);
        waiting.join().unwrap();
        drop(LegacyLock::take(root.path()).unwrap());
    }
}
