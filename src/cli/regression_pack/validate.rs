//! `fairway regression-pack validate`.

use std::path::PathBuf;

use clap::Args;

use super::CatalogArgs;
use crate::cli::{CliError, Session};
use crate::ops;

/// Check the packs: every problem at once, each with its line. Exit code 1 when there is one.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway regression-pack validate\n  fairway regression-pack validate doc/packs.yaml --json"
)]
pub struct ValidateArgs {
    /// The catalogue, as --catalog names it.
    #[arg(value_name = "PATH", conflicts_with = "catalog")]
    path: Option<PathBuf>,
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(session: &mut Session, args: &ValidateArgs) -> Result<(), CliError> {
    let path = args.path.as_ref().map(|path| session.path(path)).or_else(|| args.catalog.path(session));
    let checked = ops::check_packs(&session.context()?, path.as_deref())?;
    for warning in &checked.problems {
        session.ui.warn_about(warning);
    }
    session.ui.emit("regression-pack validate", &checked);
    Ok(())
}
