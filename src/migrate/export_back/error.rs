//! Why nothing goes back.

use std::path::PathBuf;

use super::yaml::EditError;
use crate::legacy::snapshot::SnapshotError;
use crate::migrate::import::ImportError;
use crate::store::StoreError;

/// An export back that did not take place. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum BackError {
    /// The queue file cannot be edited.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The database that was imported cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The store, or the database that goes back, fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the import of the database says of it.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Something else stands where a file would be written.
    #[error("{} is there, and is not what was imported", .0.display())]
    InTheWay(PathBuf),
    /// Somebody else wrote the file.
    #[error("{} was changed meanwhile", .0.display())]
    Meanwhile(PathBuf),
    /// The mapping does not say which keys of the queue file carry state.
    #[error("the mapping names no keys of the queue file that carry state")]
    NoKeys,
    /// The mapping names something that does not exist.
    #[error("the mapping of the way back names {0}, which does not exist")]
    Mapping(String),
}

impl BackError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Edit(error) => Some(error.hint().to_owned()),
            Self::Snapshot(error) => error.hint(),
            Self::Store(_) | Self::Import(_) => None,
            Self::InTheWay(_) => {
                Some("export back into another folder, or move it away; nothing was written".to_owned())
            }
            Self::Meanwhile(_) => Some("call it again; nothing was written".to_owned()),
            Self::NoKeys => Some("add `[[file.key]]` to it, as parity/mappings/gpuaas.toml does".to_owned()),
            Self::Mapping(_) => {
                Some("parity/mappings/gpuaas.toml in Fairway's sources shows what a mapping says".to_owned())
            }
        }
    }
}
