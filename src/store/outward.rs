//! A database of another program's, brought to another state row by row.
//!
//! It is a copy that nobody else has open. Each row stands or falls alone: what the other schema refuses is told, and leaves
//! the rows around it as they are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Error, OpenFlags, Transaction, params_from_iter};

use super::{Column, Result, StoreError};

/// How long somebody who holds the database is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open database of another program's.
#[derive(Debug)]
pub struct Outward {
    connection: Connection,
    path: PathBuf,
}

/// A transaction in it.
#[derive(Debug)]
pub struct OutwardWriter<'a> {
    transaction: Transaction<'a>,
}

impl Outward {
    /// Opens a database that is there.
    ///
    /// # Errors
    /// When it is none.
    pub fn open(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies all of it into another file, in one transaction there: whoever has that open sees the old rows or the new.
    ///
    /// # Errors
    /// When the file cannot be written, or somebody holds it.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        if path.metadata().is_ok_and(|meta| meta.len() > 0) {
            return self.copy_into(path);
        }
        // Where there is none, a call that is killed leaves no half of one: a new one gets its name when it is whole.
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
        let file_error = |source| StoreError::File { path: path.to_owned(), source };
        match std::fs::remove_file(&unfinished) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(file_error(error)),
            _ => {}
        }
        self.copy_into(&unfinished)?;
        std::fs::File::open(&unfinished).and_then(|file| file.sync_all()).map_err(file_error)?;
        std::fs::rename(&unfinished, path).map_err(file_error)
    }

    fn copy_into(&self, path: &Path) -> Result<()> {
        let mut target = Connection::open(path)?;
        target.busy_timeout(PATIENCE)?;
        Backup::new(&self.connection, &mut target)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
        target.close().map_err(|(_, error)| StoreError::from(error))
    }

    /// Lets `body` change rows. They are there when it answers, and as they were when it fails.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        body: impl FnOnce(&OutwardWriter<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let transaction = self.connection.transaction().map_err(StoreError::from)?;
        let writer = OutwardWriter { transaction };
        let answer = body(&writer)?;
        writer.transaction.commit().map_err(StoreError::from)?;
        Ok(answer)
    }
}

impl OutwardWriter<'_> {
    /// The columns of a table.
    pub fn columns(&self, table: &str) -> Result<Vec<Column>> {
        let mut statement = self.transaction.prepare_cached(
            "SELECT name, type = 'INTEGER', \"notnull\" = 1 FROM pragma_table_info(?1) ORDER BY cid",
        )?;
        let rows = statement.query_map([table], |row| {
            Ok(Column { name: row.get(0)?, integer: row.get(1)?, required: row.get(2)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Changes columns of the row that a key names. Answers why the schema refuses it, when it does.
    pub fn change(&self, table: &str, key: (&str, &Sql), values: &[(&str, Sql)]) -> Result<Option<String>> {
        let columns: Vec<String> = values.iter().map(|(name, _)| format!("{} = ?", quote(name))).collect();
        let sql = format!("UPDATE {} SET {} WHERE {} = ?", quote(table), columns.join(", "), quote(key.0));
        self.run(&sql, values.iter().map(|(_, value)| value).chain([key.1]))
    }

    /// Adds a row. Answers why the schema refuses it, when it does.
    pub fn add(&self, table: &str, values: &[(&str, Sql)]) -> Result<Option<String>> {
        let names: Vec<String> = values.iter().map(|(name, _)| quote(name)).collect();
        let places = vec!["?"; values.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({places})", quote(table), names.join(", "));
        self.run(&sql, values.iter().map(|(_, value)| value))
    }

    /// Takes the row away that a key names. Answers why the schema refuses it, when it does.
    pub fn remove(&self, table: &str, key: (&str, &Sql)) -> Result<Option<String>> {
        let sql = format!("DELETE FROM {} WHERE {} = ?", quote(table), quote(key.0));
        self.run(&sql, [key.1].into_iter())
    }

    fn run<'v>(&self, sql: &str, values: impl Iterator<Item = &'v Sql>) -> Result<Option<String>> {
        match self.transaction.prepare_cached(sql)?.execute(params_from_iter(values)) {
            Ok(_) => Ok(None),
            Err(Error::SqliteFailure(cause, why))
                if cause.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                Ok(Some(why.unwrap_or_else(|| cause.to_string())))
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
