//! What can go wrong with the store.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// A failure of the store. None of them leaves a half-written change behind.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store yet.
    #[error("no store at {}", .0.display())]
    Missing(PathBuf),
    /// The file is there and is no SQLite database.
    #[error("{} is not a SQLite database", .0.display())]
    NotADatabase(PathBuf),
    /// A database, but not one of ours.
    #[error("{} is a SQLite database, but not a Fairway store", .0.display())]
    NotAStore(PathBuf),
    /// Written by a later Fairway.
    #[error("the store has schema {found}, this Fairway knows {known}")]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The schema of this program.
        known: usize,
    },
    /// Written by an earlier Fairway, and not migrated yet.
    #[error("the store has schema {found}, this Fairway needs {known}")]
    Older {
        /// The schema in the file.
        found: i64,
        /// The schema of this program.
        known: usize,
    },
    /// The rows are another project's.
    #[error("the store belongs to project `{found}`, the configuration names `{expected}`")]
    OtherProject {
        /// The project in the file.
        found: String,
        /// The project of the configuration.
        expected: String,
    },
    /// Somebody else held the write lock for longer than the busy timeout.
    #[error("the store is busy: another process holds its write lock")]
    Busy,
    /// A stored value that does not parse.
    #[error("{table}.{column} of {row} holds {value:?}, which is not {expected}")]
    BadValue {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Which row.
        row: String,
        /// What it holds.
        value: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// A file next to the store could not be made.
    #[error("cannot write {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A backup would replace a file.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The migrations failed.
    #[error("the store could not be migrated: {0}")]
    Migration(#[from] rusqlite_migration::Error),
    /// Anything else that SQLite says.
    #[error("database error: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Sqlite(error),
        }
    }
}

impl StoreError {
    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Busy)
    }

    /// What to do about it, when there is something.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing(_) => "run `fairway init` in the repository".to_owned(),
            Self::NotADatabase(_) => "check `[fairway] db_path` in .fairway/config.toml, or --db".to_owned(),
            Self::NotAStore(_) => {
                "name another place as `[fairway] db_path` in .fairway/config.toml, or with --db; \
                 a store of Fairway's Go prototype is then a source of `fairway migrate plan`"
                    .to_owned()
            }
            Self::Newer { .. } => "use the Fairway that wrote it, or a later one".to_owned(),
            Self::Older { .. } => "run `fairway db migrate` (see it first with --dry-run)".to_owned(),
            Self::OtherProject { found, .. } => {
                format!("set `[fairway] project_name = \"{found}\"`, or name another `db_path`")
            }
            Self::Busy => "try again; nothing was changed".to_owned(),
            Self::BadValue { .. } => "the store was changed by something other than Fairway".to_owned(),
            Self::Exists(_) => "name another file; nothing is overwritten".to_owned(),
            Self::Sqlite(error) => return unwritable(error),
            Self::File { .. } | Self::Migration(_) => return None,
        })
    }
}

/// What to do where the system refuses to write the store's file.
fn unwritable(error: &rusqlite::Error) -> Option<String> {
    let hint = match error.sqlite_error_code()? {
        ErrorCode::DiskFull => "make room on the disk, and call again; nothing was changed",
        ErrorCode::ReadOnly => "the store's file and its folder have to be writable; nothing was changed",
        ErrorCode::CannotOpen => "the store's folder has to be writable, and have room; nothing was changed",
        ErrorCode::SystemIoFailure => {
            "the system refused to read or write: look at the disk, and at limits on the size of files; nothing was changed"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}
