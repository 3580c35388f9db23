//! Finds a run that was recorded.

use std::path::PathBuf;

use clap::Args;
use fairway_parity::report::{ReadError, RunResult, latest, read};

use crate::cli::{CliError, Session};

/// A run that was recorded.
#[derive(Debug, Args)]
pub struct Recorded {
    /// The run: its id, or the folder of its results; `latest` is the latest under .fairway/parity.
    #[arg(value_name = "RUN", default_value = "latest", value_hint = clap::ValueHint::DirPath)]
    run: String,
}

impl Recorded {
    /// What the run found, and its folder.
    pub(super) fn find(&self, session: &Session) -> Result<(RunResult, PathBuf), CliError> {
        find(session, &self.run)
    }
}

/// The run of this id or in this folder, and its folder.
pub(super) fn find(session: &Session, run: &str) -> Result<(RunResult, PathBuf), CliError> {
    let root = session.paths().map_or_else(|_| session.environment.directory.clone(), |paths| paths.root);
    let runs = root.join(".fairway/parity");
    let given = session.path(&PathBuf::from(run));
    let folder = if given.is_dir() {
        given
    } else if run == "latest" {
        latest(&runs)?
    } else if run.contains('/') {
        return Err(ReadError::Missing(given).into());
    } else {
        runs.join(run)
    };
    Ok((read(&folder)?, folder))
}
