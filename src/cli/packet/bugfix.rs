//! `fairway packet bugfix`.

use clap::Args;

use super::OutputArgs;
use crate::cli::{CliError, Session, said};
use crate::ops::{self, BugfixRequest};

/// Write the brief for whoever reviews a bug fix.
///
/// Summary, root cause, owning layer, impact, proof command, regression coverage and residual risk are needed. The
/// records of the task come from the store, the review questions from `[packets]` of the configuration. The Markdown
/// comes from a template; `.fairway/templates/bugfix.md.j2` replaces the shipped one.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway packet bugfix A-7 --bug-summary \"Reconnect loses the shell\" \\\n    --root-cause \"the gateway drops the lease\" --owning-layer gateway \\\n    --impact \"every reconnect after 30 s\" --proof-command \"make soak\" \\\n    --regression-coverage \"gateway lease test\" --residual-risk \"none known\" \\\n    --output bugfix.md"
)]
pub struct BugfixArgs {
    /// The task; without it the packet is about a fix that is in no queue.
    #[arg(value_name = "TASK")]
    task: Option<String>,
    /// What was wrong.
    #[arg(long, value_name = "TEXT")]
    bug_summary: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    root_cause: Option<String>,
    /// The layer in which it was mended.
    #[arg(long, value_name = "TEXT")]
    owning_layer: Option<String>,
    /// Whom it hit, and how.
    #[arg(long, value_name = "TEXT")]
    impact: Option<String>,
    /// What shows that it is mended.
    #[arg(long, value_name = "TEXT")]
    proof_command: Option<String>,
    /// What keeps it mended.
    #[arg(long, value_name = "TEXT")]
    regression_coverage: Option<String>,
    /// What may still go wrong.
    #[arg(long, value_name = "TEXT")]
    residual_risk: Option<String>,
    /// The regression pack that has to pass.
    #[arg(long, value_name = "PACK")]
    workflow_pack: Option<String>,
    /// What else was changed.
    #[arg(long, value_name = "TEXT")]
    scope_drift: Option<String>,
    /// What is left to do, or in the way.
    #[arg(long, value_name = "TEXT")]
    follow_up: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(session: &mut Session, args: BugfixArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let request = BugfixRequest {
        task: said(args.task),
        bug_summary: said(args.bug_summary),
        root_cause: said(args.root_cause),
        owning_layer: said(args.owning_layer),
        impact: said(args.impact),
        proof_command: said(args.proof_command),
        regression_coverage: said(args.regression_coverage),
        residual_risk: said(args.residual_risk),
        workflow_pack: args.workflow_pack.filter(|pack| !pack.is_empty()),
        scope_drift: said(args.scope_drift),
        follow_up: said(args.follow_up),
    };
    let packet = ops::bugfix_packet(&context, request)?;
    args.output.deliver(session, &context, "packet bugfix", packet)
}
