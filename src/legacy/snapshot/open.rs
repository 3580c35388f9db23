//! A private copy of a database that may be in use.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::SnapshotError;

/// How long an exclusive lock of somebody else is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// Copies a database, as it stands at one moment, through SQLite's backup API. The copy lives as long as the folder.
pub(super) fn copy(path: &Path) -> Result<(Connection, TempDir), SnapshotError> {
    let meta = std::fs::metadata(path).map_err(|_| SnapshotError::Missing(path.to_owned()))?;
    if !meta.is_file() || meta.len() == 0 {
        return Err(SnapshotError::NotADatabase(path.to_owned()));
    }
    let source = open(path).map_err(|error| SnapshotError::from_sqlite(path, error))?;
    let folder = tempfile::Builder::new().prefix("fairway-snapshot-").tempdir()?;
    let mut copy = Connection::open(folder.path().join("queue.db"))
        .map_err(|error| SnapshotError::from_sqlite(path, error))?;
    run(path, &source, &mut copy)?;
    copy.pragma_update(None, "query_only", true).map_err(|error| SnapshotError::from_sqlite(path, error))?;
    Ok((copy, folder))
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let probe = |connection: Connection| -> rusqlite::Result<Connection> {
        connection.busy_timeout(PATIENCE)?;
        connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(connection)
    };
    match Connection::open_with_flags(path, flags).and_then(probe) {
        // A WAL database that nobody has open, in a folder that may not be written, has no shared memory file and
        // cannot get one. Nobody writes to it, so it is read as a file that does not change.
        Err(error)
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen) && !has_wal(path) =>
        {
            let uri = format!("file:{}?immutable=1", encode(path));
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).and_then(probe)
        }
        other => other,
    }
}

fn has_wal(path: &Path) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(Path::new(&name)).is_ok_and(|meta| meta.len() > 0)
}

/// A path as it stands in a URI.
fn encode(path: &Path) -> String {
    use std::fmt::Write;
    path.as_os_str().as_encoded_bytes().iter().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
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
