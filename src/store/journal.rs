//! How a change reaches the file: through a write-ahead log, so that nobody who reads waits for who writes; or, for the
//! first load into an empty store, through a rollback journal, so that each page is written once.

use rusqlite::{Connection, ErrorCode};

use super::{Result, Store, StoreError, Writer};
use crate::model::Timestamp;

/// Reasons for which the journal stays as it is.
const MAY_STAY: [ErrorCode; 5] = [
    ErrorCode::DatabaseBusy,
    ErrorCode::DiskFull,
    ErrorCode::ReadOnly,
    ErrorCode::SystemIoFailure,
    ErrorCode::CannotOpen,
];

impl Store {
    /// [`Store::write`], for a change of very many rows. Into a store that has no tasks it goes without a write-ahead
    /// log, if nobody else has the store open; a reader that comes meanwhile waits for the end. Killed at any moment,
    /// it leaves the store as it was: SQLite rolls back when the store is opened again, and [`restore`] does the rest.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database.
    pub fn write_many<T, E: From<StoreError>>(
        &mut self,
        operation: &str,
        actor: &str,
        now: Timestamp,
        body: impl FnOnce(&Writer<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.make_room()?;
        if mode(&self.connection)? == "wal" && self.is_empty()? {
            set(&self.connection, "DELETE")?;
        }
        let answer = self.write(operation, actor, now, body);
        // What became of the rows is what counts; whoever opens the store next restores the log too.
        let _ = restore(&self.connection);
        answer
    }

    /// Makes room in memory, so that pages are not written and read again on the way, and what SQLite notes down for
    /// itself (statement journals, rows to sort for an index) never reaches a disk.
    fn make_room(&self) -> Result<()> {
        // In KiB when negative. A queue of 100,000 tasks makes a file of about 70 MB.
        self.connection.pragma_update(None, "cache_size", -98_304)?;
        Ok(self.connection.pragma_update(None, "temp_store", "MEMORY")?)
    }

    fn is_empty(&self) -> Result<bool> {
        let none = "SELECT NOT EXISTS (SELECT 1 FROM task_definitions)";
        Ok(self.connection.query_row(none, [], |row| row.get(0))?)
    }
}

/// Gives the store its write-ahead log back when a first load was killed before it could.
pub(super) fn restore(connection: &Connection) -> Result<()> {
    if mode(connection)? == "wal" { Ok(()) } else { set(connection, "WAL") }
}

fn mode(connection: &Connection) -> Result<String> {
    Ok(connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?)
}

/// Sets the journal, unless somebody else is at work in the store, or nothing can be written: then it stays as it is, which
/// is slower for this one and wrong for nobody. What cannot be written is said where rows are.
fn set(connection: &Connection, mode: &str) -> Result<()> {
    match connection.pragma_update(None, "journal_mode", mode) {
        Err(error) if error.sqlite_error_code().is_some_and(|code| MAY_STAY.contains(&code)) => Ok(()),
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Settings;
    use std::path::Path;

    fn settings() -> Settings {
        Settings {
            project: "p".to_owned(),
            terminal: vec!["done".to_owned()],
            busy_timeout: std::time::Duration::from_secs(1),
        }
    }

    fn mode(path: &Path) -> String {
        super::mode(&Connection::open(path).unwrap()).unwrap()
    }

    #[test]
    fn a_first_load_uses_a_rollback_journal_and_gives_the_log_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let mut store = Store::create(&path, settings(), Timestamp::now()).unwrap();
        store
            .write_many("load", "tester", Timestamp::now(), |tx| {
                let inside: String =
                    tx.connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
                assert_eq!(inside, "delete");
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(mode(&path), "wal");
    }

    #[test]
    fn beside_somebody_else_the_log_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let mut store = Store::create(&path, settings(), Timestamp::now()).unwrap();
        let other = Store::open(&path, settings()).unwrap();
        store
            .write_many("load", "tester", Timestamp::now(), |tx| {
                let inside: String =
                    tx.connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
                assert_eq!(inside, "wal");
                Ok::<_, StoreError>(())
            })
            .unwrap();
        drop(other);
    }

    #[test]
    fn opening_restores_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        drop(Store::create(&path, settings(), Timestamp::now()).unwrap());
        set(&Connection::open(&path).unwrap(), "DELETE").unwrap();
        assert_eq!(mode(&path), "delete");
        drop(Store::open(&path, settings()).unwrap());
        assert_eq!(mode(&path), "wal");
    }
}
