//! `fairway parity diff`.

use clap::Args;
use fairway_parity::report::ScenarioResult;
use globset::Glob;

use super::recorded::Recorded;
use crate::cli::{CliError, Session};
use crate::policy::{Reason, Refusal};
use crate::views::{DiffLayout, ScenarioDiffs};

/// Show how the two sides of a run differ, step by step.
///
/// Without SCENARIO: whatever did not match and no waiver accepts. Two columns where the terminal is wide enough, a
/// unified diff elsewhere. `-` and the left column are the reference.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity diff\n  fairway parity diff latest claim/held-task\n  fairway parity diff target/parity/latest 'ready-order/*' --unified"
)]
pub struct DiffArgs {
    #[command(flatten)]
    recorded: Recorded,
    /// Only scenarios whose name, or `behaviour/name`, matches this glob.
    #[arg(value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Accepted differences too.
    #[arg(long)]
    waived: bool,
    /// Lines under each other.
    #[arg(long, conflicts_with = "side_by_side")]
    unified: bool,
    /// Two columns.
    #[arg(long)]
    side_by_side: bool,
}

pub(super) fn run(session: &mut Session, args: &DiffArgs) -> Result<u8, CliError> {
    let (result, out) = args.recorded.find(session)?;
    let named = args.scenario.is_some();
    let mut scenarios = result.scenarios;
    if let Some(text) = &args.scenario {
        let glob = Glob::new(text).map_err(|error| CliError::usage(error.to_string()))?.compile_matcher();
        scenarios.retain(|one| {
            glob.is_match(&one.name) || glob.is_match(format!("{}/{}", one.behaviour, one.name))
        });
        if scenarios.is_empty() {
            let message = format!("the run {} has no scenario `{text}`", result.run_id);
            let refusal = Refusal::new(Reason::NotFound, message);
            return Err(refusal
                .hint("`fairway parity show` lists its behaviours; a glob such as 'claim/*' takes all of one")
                .into());
        }
    }
    let accepted = |one: &ScenarioResult| one.verdict.exit_code() == 0;
    let hidden = scenarios.iter().filter(|one| accepted(one) && !one.differences.is_empty()).count();
    let all = args.waived || named;
    scenarios.retain(|one| !accepted(one) || all && !one.differences.is_empty());
    let layout = match (args.unified, args.side_by_side) {
        (true, _) => DiffLayout::Unified,
        (_, true) => DiffLayout::Columns,
        _ => DiffLayout::ByWidth,
    };
    let view = ScenarioDiffs {
        run_id: result.run_id,
        out,
        waived_not_shown: if all { 0 } else { hidden },
        scenarios,
        layout,
    };
    session.ui.emit("parity diff", &view);
    Ok(0)
}
