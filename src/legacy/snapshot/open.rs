//! A private copy of a database that may be in use, without writing to it.
//!
//! A database that nobody has open is copied byte by byte, with its write-ahead log or rollback journal, and opened only
//! in the copy: opening it in place, even to read, would make SQLite create or recover files next to it. One that is in
//! use, or that changed while it was copied, goes through SQLite's backup API.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use rustix::process::{Flock, FlockType, fcntl_getlk};
use tempfile::TempDir;

use super::SnapshotError;

/// How long an exclusive lock of somebody else is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// The database itself, its write-ahead log, its rollback journal. Its `-shm` is an index of the log that whoever opens
/// the database makes anew.
const COMPANIONS: [&str; 3] = ["", "-wal", "-journal"];

/// A private copy of a database.
pub(super) struct Copy {
    pub(super) connection: Connection,
    /// Holds the copy; removed with this value.
    pub(super) folder: TempDir,
    /// Whether somebody had the database open.
    pub(super) in_use: bool,
}

/// Copies a database, as it stands at one moment. The copy lives as long as the folder.
pub(super) fn copy(path: &Path) -> Result<Copy, SnapshotError> {
    let failed = |error| SnapshotError::from_sqlite(path, error);
    let meta = std::fs::metadata(path).map_err(|_| SnapshotError::Missing(path.to_owned()))?;
    if !meta.is_file() || meta.len() == 0 {
        return Err(SnapshotError::NotADatabase(path.to_owned()));
    }
    let folder = tempfile::Builder::new().prefix("fairway-snapshot-").tempdir()?;
    let to = place(&folder);
    let quiet = !in_use(path)? && copy_bytes(path, &to)?;
    let copy = if quiet {
        let copy = Connection::open(&to).map_err(failed)?;
        // Reading takes the log in, or rolls the journal back.
        copy.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(())).map_err(failed)?;
        copy
    } else {
        for suffix in COMPANIONS {
            remove(&beside(&to, suffix))?;
        }
        let source = open(path).map_err(failed)?;
        let mut copy = Connection::open(&to).map_err(failed)?;
        run(path, &source, &mut copy)?;
        copy
    };
    prepare(&copy).map_err(failed)?;
    Ok(Copy { connection: copy, folder, in_use: !quiet })
}

/// How much of a copy is kept in memory, in KiB when negative: the tasks of a queue of 100,000, which are gone over several
/// times in the order of their ids, not of the file.
const CACHE: i64 = -65_536;

/// Has a copy read, and not written.
pub(super) fn prepare(copy: &Connection) -> rusqlite::Result<()> {
    copy.pragma_update(None, "cache_size", CACHE)?;
    copy.pragma_update(None, "query_only", true)
}

/// Where a folder holds the copy.
pub(super) fn place(folder: &TempDir) -> PathBuf {
    folder.path().join("queue.db")
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether another process has the database open in a way that matters. A reader or writer holds a lock on the file
/// itself, whoever has a write-ahead database open holds one on its `-shm`; asking for the lock that would be in the way
/// takes none.
fn in_use(path: &Path) -> io::Result<bool> {
    for file in [path.to_owned(), beside(path, "-shm")] {
        let file = match File::open(&file) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if fcntl_getlk(&file, &Flock::from(FlockType::WriteLock))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies the files as they stand. `false` when they moved meanwhile and the copy is worth nothing.
fn copy_bytes(from: &Path, to: &Path) -> io::Result<bool> {
    let stamps = || COMPANIONS.map(|suffix| std::fs::metadata(beside(from, suffix)).ok().map(|m| stamp(&m)));
    let before = stamps();
    for suffix in COMPANIONS {
        let to = beside(to, suffix);
        match std::fs::copy(beside(from, suffix), &to) {
            // The copy is ours to settle, also of a database that may only be read.
            Ok(_) => std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o600))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(before == stamps() && !in_use(from)?)
}

/// What changes when a file is written.
fn stamp(meta: &Metadata) -> (u64, u64, i64, i64) {
    (meta.ino(), meta.size(), meta.mtime(), meta.mtime_nsec())
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

/// All pages in one step, so that no write of somebody else makes the copy begin anew.
fn run(path: &Path, source: &Connection, copy: &mut Connection) -> Result<(), SnapshotError> {
    let failed = |error| SnapshotError::from_sqlite(path, error);
    let deadline = Instant::now() + PATIENCE;
    let backup = Backup::new(source, copy).map_err(failed)?;
    loop {
        match backup.step(-1).map_err(failed)? {
            StepResult::Done => return Ok(()),
            StepResult::Busy | StepResult::Locked if Instant::now() >= deadline => {
                return Err(SnapshotError::Locked(path.to_owned()));
            }
            _ => std::thread::sleep(PAUSE),
        }
    }
}
