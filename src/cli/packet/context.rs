//! `fairway packet context`.

use clap::Args;

use super::OutputArgs;
use crate::cli::{CliError, Session, said};
use crate::ops::{self, ContextRequest};

/// Write the brief for whoever takes a task on.
///
/// Goal, owner and acceptance are needed; what else is not given comes from `[packets]` of the configuration, the
/// current state and the records of the task from the store. A text is split into items at line breaks and semicolons,
/// and a flag that takes items may be given more than once. The Markdown comes from a template;
/// `.fairway/templates/context.md.j2` replaces the shipped one.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway packet context A-7 --goal \"Reconnect keeps the shell\" \\\n    --owner A-backend --acceptance \"no lost shell; soak passes\" \\\n    --workflow-pack terminal\n  fairway packet context A-7 --goal G --owner A-backend --acceptance A \\\n    --output packet.md"
)]
pub struct ContextArgs {
    /// The task; without it the packet is about work that is in no queue.
    #[arg(value_name = "TASK")]
    task: Option<String>,
    /// What for.
    #[arg(long, value_name = "TEXT")]
    goal: Option<String>,
    /// The lane that does the work.
    #[arg(long, value_name = "LANE")]
    owner: Option<String>,
    /// When the work is done.
    #[arg(long, value_name = "ITEMS")]
    acceptance: Vec<String>,
    /// The track that the work belongs to.
    #[arg(long, value_name = "TRACK")]
    track: Option<String>,
    /// Whether the work has to be handed over; yes without it.
    #[arg(long, value_name = "TEXT")]
    handoff_required: Option<String>,
    /// The regression pack that has to pass.
    #[arg(long, value_name = "PACK")]
    workflow_pack: Option<String>,
    /// What is not a goal.
    #[arg(long, value_name = "ITEMS")]
    non_goals: Vec<String>,
    /// Where the work stands, instead of what the store says.
    #[arg(long, value_name = "ITEMS")]
    current_state: Vec<String>,
    /// What of the architecture has to be known.
    #[arg(long, value_name = "ITEMS")]
    architecture: Vec<String>,
    /// Where the work runs.
    #[arg(long, value_name = "ITEMS")]
    environment: Vec<String>,
    /// What may be changed.
    #[arg(long, value_name = "ITEMS")]
    owned_files: Vec<String>,
    /// What has to be left alone.
    #[arg(long, value_name = "ITEMS")]
    must_not_touch: Vec<String>,
    /// What to run.
    #[arg(long, value_name = "ITEMS")]
    commands: Vec<String>,
    /// What may go wrong.
    #[arg(long, value_name = "ITEMS")]
    risks: Vec<String>,
    /// When to stop.
    #[arg(long, value_name = "ITEMS")]
    stop_conditions: Vec<String>,
    /// What to do when the work cannot go as it was meant to.
    #[arg(long, value_name = "ITEMS")]
    deviation_rules: Vec<String>,
    /// How the work is handed over.
    #[arg(long, value_name = "ITEMS")]
    handoff_format: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(session: &mut Session, args: ContextArgs) -> Result<(), CliError> {
    let context = session.context()?;
    // A list that is given as a blank has no items; one that is given as nothing is not given.
    let all = |texts: Vec<String>| texts.into_iter().filter(|text| !text.is_empty()).collect();
    let request = ContextRequest {
        task: said(args.task),
        track: said(args.track),
        goal: said(args.goal),
        owner: said(args.owner),
        acceptance: all(args.acceptance),
        handoff_required: said(args.handoff_required),
        workflow_pack: args.workflow_pack.filter(|pack| !pack.is_empty()),
        non_goals: all(args.non_goals),
        current_state: all(args.current_state),
        architecture: all(args.architecture),
        environment: all(args.environment),
        owned_files: all(args.owned_files),
        must_not_touch: all(args.must_not_touch),
        commands: all(args.commands),
        risks: all(args.risks),
        stop_conditions: all(args.stop_conditions),
        deviation_rules: all(args.deviation_rules),
        handoff_format: all(args.handoff_format),
    };
    let packet = ops::context_packet(&context, request)?;
    args.output.deliver(session, &context, "packet context", packet)
}
