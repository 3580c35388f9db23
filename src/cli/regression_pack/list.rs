//! `fairway regression-pack list`.

use clap::Args;

use super::CatalogArgs;
use crate::cli::{CliError, Session};
use crate::ops;

/// List the packs, with their owners and where they block.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway regression-pack list\n  fairway regression-pack list --catalog doc/packs.yaml --json"
)]
pub struct ListArgs {
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(session: &mut Session, args: &ListArgs) -> Result<(), CliError> {
    let packs = ops::packs(&session.context()?, args.catalog.path(session).as_deref())?;
    session.ui.emit("regression-pack list", &packs);
    Ok(())
}
