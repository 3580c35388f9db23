//! `fairway pilot cutover`.

use clap::Args;

use super::{legacy_project, standings};
use crate::cli::{CliError, Session, named};
use crate::ops::{self, CutoverRequest};

/// Make every lane Fairway's.
///
/// The operations have to have graduated, the queue to have been migrated and rehearsed, and the scripts' queue to be what was
/// migrated, or after the pilot of a lane what both sides say once they are brought together; git-check has to find nothing, and
/// store and lock have to lie on a local file system. Then what shadows the scripts waits, the queue is compared once more, the
/// store is backed up, and all lanes change hands in one transaction. Whatever fails before leaves every lane the scripts'; the
/// lock that keeps them waiting goes with the call, and counts for two minutes at most.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway pilot cutover --all-lanes --person \"R. Lead\" --dry-run\n  fairway pilot cutover --all-lanes --person \"R. Lead\""
)]
pub struct CutoverArgs {
    /// Every lane: what belongs to one queue changes hands together.
    #[arg(long, required = true)]
    all_lanes: bool,
    /// Who answers for it.
    #[arg(long, value_name = "NAME", value_parser = named)]
    person: String,
    /// Only say what is missing.
    #[arg(long)]
    dry_run: bool,
    /// Go over though git-check finds something: it was so before, and stays so.
    #[arg(long)]
    despite_findings: bool,
}

pub(super) fn run(session: &mut Session, args: CutoverArgs) -> Result<(), CliError> {
    let project = legacy_project(session)?;
    let CutoverArgs { all_lanes: _, person, dry_run, despite_findings } = args;
    let request = CutoverRequest { person, dry_run, despite_findings, standings: standings(&project)? };
    let context = session.context()?;
    let progress = session.ui.progress();
    let done = ops::cut_over(&context, &project, &request, &progress);
    progress.finish();
    session.ui.emit("pilot cutover", &done?);
    Ok(())
}
