//! `fairway migrate verify`.

use clap::Args;

use super::states;
use crate::cli::{CliError, Session, said};
use crate::ops;

/// Prove that a migration lost nothing.
///
/// Every row and field of the kept sources is looked up in the store: it is there, is kept as JSON, belongs to a table that
/// carries nothing over, or is reported with both values. The database is read with plain SQL and the queue file by another
/// library than the import's; then the state of every lane, as the legacy's own commands show it in a copy, is compared with
/// the store's. Exit codes: 0 nothing was lost, 4 something was.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway migrate verify\n  fairway migrate verify 20260227-160000-ab12cd34 --json"
)]
pub struct VerifyArgs {
    /// The migration; without it the latest that is applied.
    #[arg(value_name = "ID")]
    id: Option<String>,
}

pub(super) fn run(session: &mut Session, args: VerifyArgs) -> Result<u8, CliError> {
    let context = session.context()?;
    let id = said(args.id);
    let progress = session.ui.progress();
    progress.stage("reading the source a second time", 0);
    let verified =
        ops::verify_migration(&context, id.as_deref(), &|wanted| states::read(&context.paths.root, wanted));
    progress.finish();
    let verified = verified?;
    let code = if verified.sound { 0 } else { 4 };
    session.ui.emit("migrate verify", &verified);
    Ok(code)
}
