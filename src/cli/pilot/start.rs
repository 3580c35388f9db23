//! `fairway pilot start`.

use clap::Args;

use super::{legacy_project, standings};
use crate::cli::{CliError, Session, named};
use crate::ops::{self, StartRequest};

/// Make one lane Fairway's while the others stay the scripts'.
///
/// The operations have to have graduated, the queue to have been migrated and rehearsed; git-check has to find nothing in the
/// lane, and both sides to hold the same once what the scripts did since has come in. Store and queue are kept as they
/// were; then the lane changes hands. Whatever fails before leaves it the scripts'. `fairway pilot sync --write-legacy` tells
/// the scripts from then on what happens in the lane.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway pilot start --lane C-ops --person \"R. Lead\" --dry-run\n  fairway pilot start --lane C-ops --person \"R. Lead\""
)]
pub struct StartArgs {
    /// The lane: the name of a role.
    #[arg(long, value_name = "LANE", value_parser = named)]
    lane: String,
    /// Who answers for it.
    #[arg(long, value_name = "NAME", value_parser = named)]
    person: String,
    /// Only say what is missing.
    #[arg(long)]
    dry_run: bool,
    /// Start though git-check finds something in the lane: it was so before, and stays so.
    #[arg(long)]
    despite_findings: bool,
}

pub(super) fn run(session: &mut Session, args: StartArgs) -> Result<(), CliError> {
    let project = legacy_project(session)?;
    let StartArgs { lane, person, dry_run, despite_findings } = args;
    let request = StartRequest { lane, person, dry_run, despite_findings, standings: standings(&project)? };
    let context = session.context()?;
    let progress = session.ui.progress();
    let done = ops::start_pilot(&context, &project, &request, &progress);
    progress.finish();
    session.ui.emit("pilot start", &done?);
    Ok(())
}
