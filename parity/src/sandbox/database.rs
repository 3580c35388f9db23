//! Takes a consistent copy of a queue database that may be in use, without writing to it.
//!
//! A database that nobody has open is copied byte by byte, with its write-ahead log or rollback journal, and
//! opened only in the copy: opening it in place, even to read, would make SQLite create or recover files
//! next to it. One that is in use, or that changed while it was copied, goes through SQLite's backup API.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rustix::process::{Flock, FlockType, fcntl_getlk};

use super::SandboxError;

/// How long a writer that shuts out readers is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Copies a database that may be in use to the new file `to`, whose folder exists and which needs no companion.
///
/// # Errors
/// It cannot be copied, or is no database.
pub(crate) fn settle(database: &Path, to: &Path) -> Result<(), SandboxError> {
    Database::at(database.to_owned()).settle_at(to)
}

/// A database file and what SQLite keeps next to it.
#[derive(Debug, Clone)]
pub(super) struct Database {
    path: PathBuf,
    /// What errors call it: where the operator knows it from.
    known_as: PathBuf,
}

impl Database {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { known_as: path.clone(), path }
    }

    /// A copy of this database.
    pub(super) fn copied_to(&self, path: PathBuf) -> Self {
        Self { path, known_as: self.known_as.clone() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// The database and its companions, there or not: everything that is judged by its rows, not its bytes.
    pub(super) fn files(&self) -> [PathBuf; 4] {
        [self.path.clone(), self.beside("-wal"), self.beside("-journal"), self.beside("-shm")]
    }

    /// Copies the database to the new file `to`, whose folder exists.
    pub(super) fn copy_to(&self, to: &Path) -> Result<(), SandboxError> {
        if !self.in_use()? && self.copy_bytes(to)? {
            return Ok(());
        }
        for file in self.copied_to(to.to_owned()).files() {
            remove(&file)?;
        }
        self.back_up(to)
    }

    /// Copies the database into `folder` as one file that needs no companion, and gives its path.
    pub(super) fn settle_in(&self, folder: &Path) -> Result<PathBuf, SandboxError> {
        let to = folder.join(self.path.file_name().unwrap_or_default());
        self.settle_at(&to)?;
        Ok(to)
    }

    /// Copies the database to the new file `to`, which needs no companion.
    fn settle_at(&self, to: &Path) -> Result<(), SandboxError> {
        self.copy_to(to)?;
        // The copy is ours to settle, also of a database that may only be read.
        for file in self.copied_to(to.to_owned()).files().iter().filter(|file| file.exists()) {
            fs::set_permissions(file, Permissions::from_mode(0o600))
                .map_err(SandboxError::io("write", file))?;
        }
        let copy = Connection::open(to).map_err(SandboxError::database(&self.known_as))?;
        // Leaving the write-ahead mode takes its log in and removes it; reading rolls a journal back.
        copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
            .and_then(|()| copy.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())))
            .map_err(SandboxError::database(&self.known_as))?;
        copy.close().map_err(|(_, source)| SandboxError::database(&self.known_as)(source))
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(suffix);
        PathBuf::from(name)
    }

    /// Whether another process has the database open in a way that matters. A reader or writer holds a lock on
    /// the file itself, whoever has a write-ahead database open holds one on its `-shm`; asking for the lock
    /// that would be in the way takes none. Locks of our own process do not show.
    fn in_use(&self) -> Result<bool, SandboxError> {
        for path in [self.path.clone(), self.beside("-shm")] {
            let file = match File::open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(SandboxError::io("read", &path)(error)),
            };
            let held = fcntl_getlk(&file, &Flock::from(FlockType::WriteLock))
                .map_err(|error| SandboxError::io("ask for the locks of", &path)(error.into()))?;
            if held.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Copies the files as they stand. `false` when they moved meanwhile and the copy is worth nothing.
    fn copy_bytes(&self, to: &Path) -> Result<bool, SandboxError> {
        let from = self.files();
        let to = self.copied_to(to.to_owned()).files();
        let before = from.each_ref().map(|file| stamp(file));
        // The last one, `-shm`, is an index of the log that whoever opens the database makes anew.
        for (from, to) in from.iter().zip(&to).take(3) {
            match fs::copy(from, to) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(SandboxError::io("copy", from)(error)),
            }
        }
        Ok(before == from.each_ref().map(|file| stamp(file)) && !self.in_use()?)
    }

    /// Copies through SQLite, in one read transaction.
    fn back_up(&self, to: &Path) -> Result<(), SandboxError> {
        let fail = SandboxError::database(&self.known_as);
        let begun = Instant::now();
        loop {
            match self.try_back_up(to) {
                Ok(StepResult::Done) => break,
                Ok(_) => {}
                Err(error) if is_busy(&error) => {}
                Err(error) => return Err(fail(error)),
            }
            if begun.elapsed() >= PATIENCE {
                return Err(SandboxError::DatabaseBusy { path: self.known_as.clone(), waited: PATIENCE });
            }
            thread::sleep(Duration::from_millis(25));
        }
        let mode = fs::metadata(&self.path).map_err(SandboxError::io("read", &self.path))?.permissions();
        fs::set_permissions(to, mode).map_err(SandboxError::io("write", to))
    }

    fn try_back_up(&self, to: &Path) -> rusqlite::Result<StepResult> {
        let source = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut copy = Connection::open(to)?;
        let backup = Backup::new(&source, &mut copy)?;
        backup.step(-1)
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// What changes when a file is written: `None` when there is none.
fn stamp(path: &Path) -> Option<(u64, u64, i64, i64)> {
    let of = |file: Metadata| (file.ino(), file.size(), file.mtime(), file.mtime_nsec());
    fs::metadata(path).ok().map(of)
}

fn remove(path: &Path) -> Result<(), SandboxError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SandboxError::io("remove", path)(error)),
        _ => Ok(()),
    }
}
