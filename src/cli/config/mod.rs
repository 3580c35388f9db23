//! `fairway config …`.

use clap::{Args, Subcommand};

use super::{CliError, Session};
use crate::config;
use crate::ops::OpError;
use crate::views::ConfigChecked;

/// What is done with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigVerb {
    Validate(ValidateArgs),
}

/// Check the configuration: every problem at once, each with its line.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway config validate\n  fairway --config other.toml config validate --json"
)]
pub struct ValidateArgs {}

impl ConfigVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Validate(_) => "config validate",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        let Self::Validate(_) = self;
        let path = session.paths()?.config;
        let loaded = config::load(&path).map_err(OpError::from)?;
        for warning in &loaded.warnings {
            session.ui.warn_about(warning);
        }
        session.ui.emit("config validate", &ConfigChecked { path, problems: loaded.warnings });
        Ok(())
    }
}
