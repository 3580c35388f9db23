//! What can go wrong with a snapshot.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// A database that cannot be read. It was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// There is no such file.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// The file is there and is no SQLite database.
    #[error("{} is not a SQLite database", .0.display())]
    NotADatabase(PathBuf),
    /// A database, but no queue of the kind that the mapping describes.
    #[error("{} is a SQLite database without the table `{table}`, so it is no queue DB", path.display())]
    NotAQueue {
        /// The file.
        path: PathBuf,
        /// The table that is missing.
        table: String,
    },
    /// Nothing says where its rows go.
    #[error("nothing says where the rows of {} go", .0.display())]
    NoMapping(PathBuf),
    /// It holds several projects, and none of the configured name.
    #[error("{} holds the projects {found}, and none of the configuration's name", path.display())]
    Projects {
        /// The file.
        path: PathBuf,
        /// Their names.
        found: String,
    },
    /// Written by later scripts than the mapping knows.
    #[error("{} has schema {found}, the mapping knows {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema in the file.
        found: i64,
        /// The schema of the mapping.
        known: i64,
    },
    /// Somebody holds it exclusively.
    #[error("{} is locked by another process", .0.display())]
    Locked(PathBuf),
    /// It is damaged.
    #[error("{} is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// The private copy cannot be made.
    #[error("cannot make a private copy of the database: {0}")]
    Copy(#[from] std::io::Error),
    /// There is no mapping of that name.
    #[error("there is no snapshot mapping {name:?}")]
    UnknownMapping {
        /// The name that was asked for.
        name: String,
        /// The one that was probably meant.
        near: Option<String>,
        /// All that there are.
        known: String,
    },
    /// The mapping is none.
    #[error("the snapshot mapping {file} is broken: {why}")]
    Mapping {
        /// Its file.
        file: String,
        /// What is wrong, with line and column.
        why: String,
    },
    /// The mapping cannot be read.
    #[error("cannot read the snapshot mapping {}: {source}", path.display())]
    MappingFile {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Anything else that SQLite says.
    #[error("cannot read the database {}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl SnapshotError {
    pub(super) fn from_sqlite(path: &std::path::Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked(path),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, why: source.to_string() },
            _ => Self::Sqlite { path, source },
        }
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Locked(_))
    }

    /// What to do about it, when there is something.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::UnknownMapping { near, known, .. } => {
                let near = near.as_ref().map(|near| format!("did you mean {near:?}? ")).unwrap_or_default();
                return Some(format!(
                    "{near}`[import] mapping` names one of {known}, or a file of your own, .fairway/parity/mappings/NAME.toml"
                ));
            }
            Self::Missing(_) | Self::NotADatabase(_) | Self::NotAQueue { .. } => {
                "name the legacy queue DB, such as .git/agent_queue/agent_queue.db of its repository, or a backup of it"
            }
            Self::NoMapping(_) => {
                "name a mapping: `[import] mapping` in .fairway/config.toml, or `fairway migrate plan --adapter NAME`"
            }
            Self::Projects { .. } => "set `[fairway] project_name` to the one that is meant",
            Self::Newer { .. } => "use a Fairway whose adapter knows that schema; nothing was read",
            Self::Locked(_) => "try again, or import a backup of it",
            Self::Damaged { .. } => "import a backup of it, or repair it with sqlite3's .recover",
            Self::Mapping { .. } => {
                "parity/mappings/gpuaas.toml in Fairway's sources shows what a mapping says"
            }
            Self::MappingFile { .. } => "check the file's type, permissions and encoding",
            Self::Copy(_) | Self::Sqlite { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
