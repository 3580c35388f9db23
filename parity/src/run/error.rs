//! Why a run cannot begin, or not be written.

use std::path::PathBuf;

use crate::adapter::Adapter;
use crate::golden::GoldenError;
use crate::sandbox::SandboxError;

use super::Examination;

/// A run cannot begin, or its results cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no such adapter.
    #[error("there is no adapter `{name}`; known are: {}", known.join(", "))]
    NoAdapter {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The two adapters show different parts of the state, so that part of it would not be compared.
    #[error("only the adapter `{adapter}` shows the state section `{section}`; both have to")]
    Sections {
        /// The adapter that has it.
        adapter: String,
        /// The section.
        section: String,
    },
    /// No scenario was asked for.
    #[error("no scenario matches; behaviours with scenarios are: {}", known.join(", "))]
    NothingSelected {
        /// The behaviours that there are.
        known: Vec<String>,
    },
    /// The glob is none.
    #[error("not a glob: {0}")]
    Glob(#[from] globset::Error),
    /// Something that an adapter requires is missing.
    #[error("something that the run requires is missing:\n{}", .0.missing())]
    Unfit(Examination),
    /// The reference does not say where its queue file is.
    #[error("the adapter `{0}` does not say where the queue file is (`queue` under `[files]`)")]
    NoQueue(String),
    /// Nobody said where goldens are kept.
    #[error(
        "there is no folder for goldens: record in a project, or say where they are kept with --golden DIR"
    )]
    NoGoldenFolder,
    /// A digest for goldens cannot be taken.
    #[error("{0}")]
    Golden(#[from] GoldenError),
    /// The results would lie in the original.
    #[error("the results may not lie in the original: {} is in {}", out.display(), original.display())]
    OutInside {
        /// Where the results were to go.
        out: PathBuf,
        /// The original.
        original: PathBuf,
    },
    /// The reference cannot be copied.
    #[error("{0}")]
    Sandbox(#[from] SandboxError),
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl RunError {
    /// For `map_err`: an input or output error at `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}

/// Whether both adapters show the same sections of the state.
pub(super) fn same_sections(one: &Adapter, two: &Adapter) -> Result<(), RunError> {
    for (has, lacks) in [(one, two), (two, one)] {
        let missing =
            has.state.iter().find(|section| lacks.state.iter().all(|other| other.name != section.name));
        if let Some(section) = missing {
            return Err(RunError::Sections { adapter: has.name.clone(), section: section.name.clone() });
        }
    }
    Ok(())
}
