//! Opening a store: pragmas, the checks that refuse a wrong file, and the counts that depend on configuration.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use super::schema::{self, Pending};
use super::{Result, Store, StoreError};
use crate::model::Timestamp;

/// How long a call waits for another writer before it gives up, unless told otherwise.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes per page of a new store: with rows of notes and JSON, larger pages than SQLite's own 4,096 make a large import
/// cheaper (docs/decisions/0009).
const PAGE_SIZE: u32 = 8192;

/// What the store has to know of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Every row carries it.
    pub project: String,
    /// A dependency in one of these states is met.
    pub terminal: Vec<String>,
    /// How long to wait for another writer.
    pub busy_timeout: Duration,
}

impl Settings {
    pub(super) fn terminal_json(&self) -> String {
        let mut states = self.terminal.clone();
        states.sort();
        serde_json::Value::from(states).to_string()
    }
}

impl Store {
    /// Makes a store, or opens the one that is there and brings it up to date.
    ///
    /// # Errors
    /// When the file cannot be made, or is there and is no store.
    pub fn create(path: &Path, settings: Settings, now: Timestamp) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|source| StoreError::File { path: folder.to_owned(), source })?;
        }
        let mut connection = connect(path, OpenFlags::default(), settings.busy_timeout)?;
        // Somebody else's database is left as it is.
        if !is_empty(&connection).map_err(|error| not_a_database(error, path))? && !is_ours(&connection)? {
            return Err(StoreError::NotAStore(path.to_owned()));
        }
        connection.pragma_update(None, "page_size", PAGE_SIZE)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(|e| not_a_database(e, path))?;
        schema::migrate(&mut connection, now)?;
        Self { connection, settings }.adopt()
    }

    /// Makes a store that is filled once, looked at as a whole and thrown away: nothing waits until a row has reached the disk, a
    /// write that fails leaves a store that is worth nothing, and there are no indexes but those that are keys.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn scratch(path: &Path, settings: Settings, now: Timestamp) -> Result<Self> {
        let store = Self::create(path, settings, now)?;
        store.connection.pragma_update(None, "synchronous", "OFF")?;
        store.connection.pragma_update(None, "journal_mode", "OFF")?;
        let drops: String = store.connection.query_row(
            "SELECT group_concat('DROP INDEX ' || name, ';') FROM sqlite_master
             WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'",
            [],
            |row| row.get(0),
        )?;
        store.connection.execute_batch(&drops)?;
        Ok(store)
    }

    /// Opens a store that has exactly this program's schema.
    ///
    /// # Errors
    /// When it is missing, no store, of another schema, or of another project.
    pub fn open(path: &Path, settings: Settings) -> Result<Self> {
        let connection = connect_existing(path, settings.busy_timeout)?;
        schema::require_current(schema::version_of(&connection).map_err(|e| explain(e, path))?)?;
        Self { connection, settings }.adopt()
    }

    /// The migrations that the store at `path` needs; nothing is changed.
    ///
    /// # Errors
    /// When it is missing, no store, or newer than this program.
    pub fn pending_migrations(path: &Path) -> Result<Vec<Pending>> {
        let connection = connect_existing(path, BUSY_TIMEOUT)?;
        schema::pending(schema::version_of(&connection).map_err(|e| explain(e, path))?)
    }

    /// Applies the migrations that the store at `path` needs.
    ///
    /// # Errors
    /// When it is missing, no store, or newer than this program.
    pub fn migrate(path: &Path, now: Timestamp) -> Result<Vec<Pending>> {
        schema::migrate(&mut connect_existing(path, BUSY_TIMEOUT)?, now)
    }

    /// Opens a store to look at: what is done with it never reaches its file.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_to_look(path: &Path, settings: Settings) -> Result<Self> {
        let connection = connect_existing(path, settings.busy_timeout)?;
        schema::require_current(schema::version_of(&connection).map_err(|e| explain(e, path))?)?;
        let store = Self { connection, settings };
        if store.is_adopted()? { Ok(store) } else { store.in_memory()?.adopt() }
    }

    /// A copy of the store as it stands, in memory.
    ///
    /// # Errors
    /// When the database fails.
    pub fn in_memory(&self) -> Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        connection.pragma_update(None, "foreign_keys", true)?;
        backup::Backup::new(&self.connection, &mut connection)?.run_to_completion(
            i32::MAX,
            Duration::ZERO,
            None,
        )?;
        Ok(Self { connection, settings: self.settings.clone() })
    }

    /// Whether the rows are this project's, and the counts of unmet dependencies were made with the terminal states
    /// of this configuration.
    fn is_adopted(&self) -> Result<bool> {
        let known: Option<(String, String)> = self
            .connection
            .query_row(
                "SELECT project_id, value FROM store_settings WHERE key = 'terminal_states' ORDER BY project_id = ?1 DESC",
                [&self.settings.project],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        match known {
            Some((found, _)) if found != self.settings.project => {
                Err(StoreError::OtherProject { found, expected: self.settings.project.clone() })
            }
            Some((_, terminal)) => Ok(terminal == self.settings.terminal_json()),
            None => Ok(false),
        }
    }

    /// Takes over a store whose counts were made with other terminal states, or never.
    fn adopt(mut self) -> Result<Self> {
        if self.is_adopted()? {
            return Ok(self);
        }
        let wanted = self.settings.terminal_json();
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute(
            "INSERT INTO store_settings (project_id, key, value) VALUES (?1, 'terminal_states', ?2)
             ON CONFLICT (project_id, key) DO UPDATE SET value = excluded.value",
            params![self.settings.project, wanted],
        )?;
        super::aggregates::dependencies::recount(&tx, &self.settings)?;
        tx.commit()?;
        Ok(self)
    }
}

/// Opens without creating, and refuses what is not a store of ours.
fn connect_existing(path: &Path, busy_timeout: Duration) -> Result<Connection> {
    if !path.exists() {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let connection =
        connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX, busy_timeout)?;
    if !is_ours(&connection).map_err(|error| not_a_database(error, path))? {
        return Err(StoreError::NotAStore(path.to_owned()));
    }
    super::journal::restore(&connection)?;
    Ok(connection)
}

fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'store_settings')";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Whether a database has no tables: a new one, or one that nobody has come to fill.
fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| row.get(0))
}

fn connect(path: &Path, flags: OpenFlags, busy_timeout: Duration) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags).map_err(|error| not_a_database(error, path))?;
    connection.busy_timeout(busy_timeout)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn not_a_database(error: rusqlite::Error, path: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::NotADatabase(path.to_owned()),
        _ => error.into(),
    }
}

fn explain(error: StoreError, path: &Path) -> StoreError {
    match error {
        StoreError::Sqlite(source) => not_a_database(source, path),
        other => other,
    }
}
