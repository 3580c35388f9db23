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
        let root = session.paths().map_or_else(|_| session.environment.directory.clone(), |paths| paths.root);
        let runs = root.join(".fairway/parity");
        let given = session.path(&PathBuf::from(&self.run));
        let folder = if given.is_dir() {
            given
        } else if self.run == "latest" {
            latest(&runs)?
        } else if self.run.contains('/') {
            return Err(ReadError::Missing(given).into());
        } else {
            runs.join(&self.run)
        };
        Ok((read(&folder)?, folder))
    }
}
