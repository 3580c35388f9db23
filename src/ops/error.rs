//! What a use case can fail with.

use std::path::PathBuf;

use fairway_parity::LibraryError;

use super::pilot::NotTheirs;
use crate::config::{ConfigErrors, FindError};
use crate::git::GitError;
use crate::legacy::packs::CatalogError;
use crate::legacy::queue::QueueError;
use crate::migrate::MigrateError;
use crate::migrate::export_back::BackError;
use crate::migrate::import::ImportError;
use crate::pilot::PilotError;
use crate::policy::Refusal;
use crate::process::ProcessError;
use crate::store::{Holder, StoreError};
use crate::views::packet::TemplateError;

/// A failure of a use case. Nothing was half-written.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no configuration.
    #[error(transparent)]
    NoProject(#[from] FindError),
    /// The configuration has problems.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// A queue file cannot be opened.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A catalogue of regression packs cannot be used; it carries its problems.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// An import failed; when the sources have errors it carries them all.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A migration was refused or failed.
    #[error(transparent)]
    Migrate(MigrateError),
    /// The way back to the legacy's own form failed.
    #[error(transparent)]
    Back(#[from] BackError),
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The program of a session backend is not there.
    #[error("{program} is not installed, and the backend {backend} needs it")]
    NotInstalled {
        /// The program.
        program: String,
        /// The backend.
        backend: String,
    },
    /// A session could not be launched; it is recorded as failed.
    #[error("session {session} could not be launched")]
    Launch {
        /// The session.
        session: String,
        /// Why.
        source: ProcessError,
    },
    /// A packet could not be rendered.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The lane is not Fairway's.
    #[error("{} {}", if lane.is_empty() { "what belongs to no task".to_owned() } else { format!("the lane {lane}") }, match holder {
        Holder::Nobody => "is paused: neither Fairway nor the scripts change its tasks",
        _ => "is still the scripts'",
    })]
    Lane {
        /// The lane; empty for what belongs to no task.
        lane: String,
        /// Whose it is.
        holder: Holder,
    },
    /// A command of the scripts would change what is not theirs any more.
    #[error(transparent)]
    NotTheirs(Box<NotTheirs>),
    /// A pilot cannot go on.
    #[error(transparent)]
    Pilot(#[from] PilotError),
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The harness's data files have problems.
    #[error(transparent)]
    Adapters(LibraryError),
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// What a part below a migration fails with is told as that part tells it.
impl From<MigrateError> for OpError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Import(error) => Self::Import(error),
            MigrateError::Snapshot(error) => Self::Import(error.into()),
            MigrateError::Store(error) => Self::Store(error),
            MigrateError::Git(error) => Self::Git(error),
            other => Self::Migrate(other),
        }
    }
}
