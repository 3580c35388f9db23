//! The lock under which the scripts' queue changes hands. What shadows the scripts honours it: it waits, and goes on once
//! the lock is free or has been held for too long, so that nothing that dies or hangs can keep the queue shut. And it is
//! honoured in turn: who takes the lock waits for the calls that are under way.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// How long the lock counts at most; then the queue is the scripts' again, whatever became of whoever took it.
const LIMIT: Duration = Duration::from_mins(2);
/// How long the calls that are under way are waited for.
const DRAIN: Duration = Duration::from_secs(30);
/// How often somebody who waits looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// The lock, as long as it is held; the system lets go of it when its holder dies.
#[derive(Debug)]
pub struct LegacyLock {
    _lock: File,
    _calls: File,
    until: Instant,
}

impl LegacyLock {
    /// Takes the lock of a project, and waits until the calls that are under way have ended.
    ///
    /// # Errors
    /// Somebody holds it (`WouldBlock`), a call does not end (`TimedOut`), or a file cannot be opened.
    pub fn take(root: &Path) -> io::Result<Self> {
        let until = Instant::now() + LIMIT;
        let lock = open(&Place::Lock.path(root))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        // From here on nobody begins.
        let calls = open(&Place::Calls.path(root))?;
        let drained = Instant::now() + DRAIN;
        while let Err(error) = flock(&calls, FlockOperation::NonBlockingLockExclusive) {
            if error != Errno::WOULDBLOCK {
                return Err(error.into());
            }
            if Instant::now() >= drained {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "a call of the scripts does not end"));
            }
            thread::sleep(PAUSE);
        }
        Ok(Self { _lock: lock, _calls: calls, until })
    }

    /// Whether there is still time to do what it was taken for.
    pub fn holds(&self) -> bool {
        Instant::now() < self.until
    }
}

/// A call of the scripts that is under way, as long as this is kept: the queue does not change hands meanwhile.
#[derive(Debug)]
pub struct UnderWay {
    _calls: Option<File>,
}

impl UnderWay {
    /// Waits until nobody holds the lock of a project, or somebody has for too long. What cannot be asked keeps nobody
    /// waiting.
    pub fn begin(root: &Path) -> Self {
        let until = Instant::now() + LIMIT;
        let Ok(calls) = open(&Place::Calls.path(root)) else { return Self { _calls: None } };
        loop {
            // First the one and then the other: whoever takes the lock in between waits for this call.
            let is_held = |lock: io::Result<File>| lock.is_ok_and(|lock| !is_free(&lock));
            if is_free(&calls) && !is_held(File::open(Place::Lock.path(root))) {
                return Self { _calls: Some(calls) };
            }
            if flock(&calls, FlockOperation::Unlock).is_err() || Instant::now() >= until {
                return Self { _calls: None };
            }
            thread::sleep(PAUSE);
        }
    }
}

/// Whether nobody holds a file for themselves alone; if so, it is shared from now on.
fn is_free(file: &File) -> bool {
    !matches!(flock(file, FlockOperation::NonBlockingLockShared), Err(Errno::WOULDBLOCK))
}

/// The two files of a project.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Held by who changes the queue's hands.
    Lock,
    /// Shared by the calls that are under way.
    Calls,
}

impl Place {
    fn path(self, root: &Path) -> PathBuf {
        root.join(match self {
            Self::Lock => ".fairway/legacy.lock",
            Self::Calls => ".fairway/legacy.calls",
        })
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(".fairway")).unwrap();
        root
    }

    #[test]
    fn it_is_held_once_and_keeps_others_waiting_until_it_is_free() {
        let root = project();
        drop(UnderWay::begin(root.path()));
        let held = LegacyLock::take(root.path()).unwrap();
        assert!(held.holds());
        assert_eq!(LegacyLock::take(root.path()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        let place = root.path().to_owned();
        let waiting = thread::spawn(move || UnderWay::begin(&place));
        thread::sleep(PAUSE * 3);
        assert!(!waiting.is_finished(), "somebody holds it");
        drop(held);
        drop(waiting.join().unwrap());
        drop(LegacyLock::take(root.path()).unwrap());
    }

    #[test]
    fn whoever_takes_it_waits_for_the_calls_that_are_under_way() {
        let root = project();
        let (one, other) = (UnderWay::begin(root.path()), UnderWay::begin(root.path()));
        let place = root.path().to_owned();
        let taking = thread::spawn(move || LegacyLock::take(&place));
        drop(one);
        thread::sleep(PAUSE * 3);
        assert!(!taking.is_finished(), "one of the two has not ended");
        drop(other);
        taking.join().unwrap().unwrap();
    }

    #[test]
    fn a_project_whose_files_cannot_be_opened_keeps_nobody_waiting() {
        let root = tempfile::tempdir().unwrap();
        drop(UnderWay::begin(root.path()));
        assert!(LegacyLock::take(root.path()).is_err());
    }
}
