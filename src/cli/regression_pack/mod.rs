//! `fairway regression-pack …`.

mod list;
mod show;
mod validate;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CliError, Session};

/// What is done with the catalogue of regression packs.
#[derive(Debug, Subcommand)]
pub enum RegressionPackVerb {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Validate(validate::ValidateArgs),
}

/// Which catalogue.
#[derive(Debug, Args)]
struct CatalogArgs {
    /// The catalogue, instead of `[fairway] regression_packs`.
    #[arg(long, value_name = "PATH")]
    catalog: Option<PathBuf>,
}

impl CatalogArgs {
    fn path(&self, session: &Session) -> Option<PathBuf> {
        self.catalog.as_ref().map(|path| session.path(path))
    }
}

impl RegressionPackVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "regression-pack list",
            Self::Show(_) => "regression-pack show",
            Self::Validate(_) => "regression-pack validate",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::List(args) => list::run(session, &args),
            Self::Show(args) => show::run(session, &args),
            Self::Validate(args) => validate::run(session, &args),
        }
    }
}
