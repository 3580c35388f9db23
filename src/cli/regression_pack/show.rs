//! `fairway regression-pack show`.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::CatalogArgs;
use crate::cli::{CliError, Session};
use crate::ops;

/// Show all of one pack, keys that Fairway does not know included.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway regression-pack show auth-session")]
pub struct ShowArgs {
    /// The pack.
    #[arg(value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pack: String,
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(session: &mut Session, args: &ShowArgs) -> Result<(), CliError> {
    let pack = ops::pack(&session.context()?, args.catalog.path(session).as_deref(), &args.pack)?;
    session.ui.emit("regression-pack show", &pack);
    Ok(())
}
