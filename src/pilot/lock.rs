//! The lock under which the scripts' queue changes hands. What shadows the scripts honours it: it waits, and goes on once
//! the lock is free or has been held for too long, so that nothing that dies or hangs can keep the queue shut. And it is
//! honoured in turn: who takes the lock waits for the calls that are under way.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
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
    /// Kept open for as long as it is held: the lock, and the calls that are kept from beginning.
    files: [File; 2],
    root: PathBuf,
    until: Instant,
}

/// A lock that does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LockLost {
    /// What it was taken for took too long.
    #[error("it took longer than the {} s for which the lock counts", LIMIT.as_secs())]
    Expired,
    /// Its file was removed, or a file system of another machine gave it away.
    #[error("the lock was lost while it was held: its file was removed, or its file system forgot it")]
    Gone,
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
        Ok(Self { files: [lock, calls], root: root.to_owned(), until })
    }

    /// Whether it still keeps everybody else out. Nobody is told when a lock on a network file system is lost; but whoever opens
    /// the file then gets it.
    ///
    /// # Errors
    /// Why it does not.
    pub fn check(&self) -> Result<(), LockLost> {
        if Instant::now() >= self.until {
            return Err(LockLost::Expired);
        }
        let identity = |file: &File| file.metadata().map(|meta| (meta.dev(), meta.ino()));
        let holds = |held: &File, place: Place| {
            let found = File::open(place.path(&self.root))?;
            // Nobody gets it; nobody but its holder, who may have it once more.
            let is_shut = identity(&found)? == identity(held)? && !is_free(&found);
            Ok::<_, io::Error>(is_shut && flock(held, FlockOperation::NonBlockingLockExclusive).is_ok())
        };
        let mut both = self.files.iter().zip([Place::Lock, Place::Calls]);
        if both.all(|(held, place)| holds(held, place).unwrap_or(false)) {
            Ok(())
        } else {
            Err(LockLost::Gone)
        }
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
        assert_eq!(held.check(), Ok(()));
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
    fn a_lock_that_is_lost_while_it_is_held_is_noticed() {
        let root = project();
        let held = LegacyLock::take(root.path()).unwrap();
        std::fs::remove_file(Place::Lock.path(root.path())).unwrap();
        assert_eq!(held.check(), Err(LockLost::Gone), "its file is gone");
        drop(open(&Place::Lock.path(root.path())).unwrap());
        assert_eq!(
            held.check(),
            Err(LockLost::Gone),
            "another file stands in its place, and nobody holds that"
        );
        drop(held);
        // What a server does that forgets a lock: its holder is not told.
        for forgotten in [0, 1] {
            let held = LegacyLock::take(root.path()).unwrap();
            assert_eq!(held.check(), Ok(()));
            flock(&held.files[forgotten], FlockOperation::Unlock).unwrap();
            assert_eq!(held.check(), Err(LockLost::Gone), "{forgotten}");
        }
        for forgotten in [Place::Lock, Place::Calls] {
            let held = LegacyLock::take(root.path()).unwrap();
            held.files.iter().for_each(|file| flock(file, FlockOperation::Unlock).unwrap());
            let other = open(&forgotten.path(root.path())).unwrap();
            flock(&other, FlockOperation::NonBlockingLockExclusive).unwrap();
            assert_eq!(held.check(), Err(LockLost::Gone), "somebody else holds {forgotten:?}");
        }
        let late = LegacyLock { until: Instant::now(), ..LegacyLock::take(root.path()).unwrap() };
        assert_eq!(late.check(), Err(LockLost::Expired));
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
