//! Packets about a task: for whoever takes it on, and for whoever reviews a fix.

use serde_json::{Map, Value};

use super::watcher::handoff_format_of;
use super::{Context, Result};
use crate::policy::Refusal;
use crate::policy::packets::{complete, items};
use crate::store::Reader;
use crate::views::{BugfixPacket, ContextPacket, TaskBrief};

/// What a context packet is given; a list that is empty was not given.
#[derive(Debug, Default)]
pub struct ContextRequest {
    /// The task; none for work that is in no queue.
    pub task: Option<String>,
    /// The track.
    pub track: Option<String>,
    /// What for.
    pub goal: Option<String>,
    /// The lane that does the work.
    pub owner: Option<String>,
    /// When the work is done.
    pub acceptance: Vec<String>,
    /// Whether the work has to be handed over.
    pub handoff_required: Option<String>,
    /// The regression pack that has to pass.
    pub workflow_pack: Option<String>,
    /// What is not a goal.
    pub non_goals: Vec<String>,
    /// Where the work stands; from the store when not given.
    pub current_state: Vec<String>,
    /// What of the architecture has to be known.
    pub architecture: Vec<String>,
    /// Where the work runs.
    pub environment: Vec<String>,
    /// What may be changed.
    pub owned_files: Vec<String>,
    /// What has to be left alone.
    pub must_not_touch: Vec<String>,
    /// What to run.
    pub commands: Vec<String>,
    /// What may go wrong.
    pub risks: Vec<String>,
    /// When to stop.
    pub stop_conditions: Vec<String>,
    /// What to do when the work cannot go as it was meant to.
    pub deviation_rules: Vec<String>,
    /// How the work is handed over.
    pub handoff_format: Vec<String>,
}

/// What a packet about a bug fix is given.
#[derive(Debug, Default)]
pub struct BugfixRequest {
    /// The task; none for work that is in no queue.
    pub task: Option<String>,
    /// What was wrong.
    pub bug_summary: Option<String>,
    /// Why.
    pub root_cause: Option<String>,
    /// The layer in which it was mended.
    pub owning_layer: Option<String>,
    /// Whom it hit, and how.
    pub impact: Option<String>,
    /// What shows that it is mended.
    pub proof_command: Option<String>,
    /// What keeps it mended.
    pub regression_coverage: Option<String>,
    /// What may still go wrong.
    pub residual_risk: Option<String>,
    /// The regression pack that has to pass.
    pub workflow_pack: Option<String>,
    /// What else was changed.
    pub scope_drift: Option<String>,
    /// What is left to do, or in the way.
    pub follow_up: Option<String>,
}

/// The brief for whoever takes a task on. The store is read, never written.
///
/// # Errors
/// A refusal of class `usage` that names all that is missing, or `not-found` for the pack or the task.
pub fn context_packet(context: &Context, request: ContextRequest) -> Result<ContextPacket> {
    let needed = [
        ("--goal", request.goal.is_some()),
        ("--owner", request.owner.is_some()),
        ("--acceptance", !request.acceptance.is_empty()),
    ];
    complete("packet context", &needed)?;
    let pack = pack(context, request.workflow_pack.as_deref())?;
    let task = task(context, request.task.as_deref())?;
    let current_state = match (&task, request.current_state.as_slice()) {
        (Some(task), []) => task.state.clone(),
        (None, []) => vec!["not stated".to_owned()],
        (_, given) => split(given),
    };
    let ours = &context.config.packets;
    let handoff_format = match ours.handoff_format.as_slice() {
        [] => vec![handoff_format_of(context)],
        configured => configured.to_vec(),
    };
    Ok(ContextPacket {
        title: format!("Context Packet: {}", request.task.as_deref().unwrap_or("untracked")),
        task_id: request.task,
        track_id: request.track,
        owner_lane: request.owner.unwrap_or_default(),
        handoff_required: request.handoff_required.unwrap_or_else(|| "yes".to_owned()),
        workflow_regression_pack: request.workflow_pack,
        goal: request.goal.unwrap_or_default(),
        non_goals: or(&request.non_goals, &ours.non_goals),
        current_state,
        architecture_context: or(&request.architecture, &ours.architecture),
        environment: or(&request.environment, &ours.environment),
        pack,
        owned_files: or(&request.owned_files, &ours.owned_files),
        must_not_touch: or(&request.must_not_touch, &ours.must_not_touch),
        commands_to_run: or(&request.commands, &ours.commands),
        acceptance: split(&request.acceptance),
        known_risks: or(&request.risks, &ours.risks),
        stop_conditions: or(&request.stop_conditions, &ours.stop_conditions),
        deviation_rules: or(&request.deviation_rules, &ours.deviation_rules),
        handoff_format: or(&request.handoff_format, &handoff_format),
        task,
    })
}

/// The brief for whoever reviews a bug fix. The store is read, never written.
///
/// # Errors
/// A refusal of class `usage` that names all that is missing, or `not-found` for the pack or the task.
pub fn bugfix_packet(context: &Context, request: BugfixRequest) -> Result<BugfixPacket> {
    let needed = [
        ("--bug-summary", request.bug_summary.is_some()),
        ("--root-cause", request.root_cause.is_some()),
        ("--owning-layer", request.owning_layer.is_some()),
        ("--impact", request.impact.is_some()),
        ("--proof-command", request.proof_command.is_some()),
        ("--regression-coverage", request.regression_coverage.is_some()),
        ("--residual-risk", request.residual_risk.is_some()),
    ];
    complete("packet bugfix", &needed)?;
    let pack = pack(context, request.workflow_pack.as_deref())?;
    let task = task(context, request.task.as_deref())?;
    let about = request.task.as_ref().map(|task| format!(": {task}")).unwrap_or_default();
    Ok(BugfixPacket {
        title: format!("Bug-fix Review Packet{about}"),
        task_id: request.task,
        bug_summary: request.bug_summary.unwrap_or_default(),
        root_cause: request.root_cause.unwrap_or_default(),
        owning_layer: request.owning_layer.unwrap_or_default(),
        impact: request.impact.unwrap_or_default(),
        proof_command: request.proof_command.unwrap_or_default(),
        regression_coverage: request.regression_coverage.unwrap_or_default(),
        workflow_pack: request.workflow_pack,
        pack,
        scope_drift: request.scope_drift,
        residual_risk: request.residual_risk.unwrap_or_default(),
        follow_up: request.follow_up,
        review_questions: context.config.packets.review_questions.clone(),
        task,
    })
}

/// All of the regression pack that is named.
fn pack(context: &Context, id: Option<&str>) -> Result<Option<Map<String, Value>>> {
    id.map(|id| super::pack(context, None, id).map(|pack| pack.0)).transpose()
}

/// What the store knows of the task that is named.
fn task(context: &Context, id: Option<&str>) -> Result<Option<TaskBrief>> {
    id.map(|id| context.look(|reader| task_brief(&reader, id))).transpose()
}

fn task_brief(reader: &Reader<'_>, id: &str) -> Result<TaskBrief> {
    let task = reader.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?;
    let dependencies = reader.dependency_statuses(id)?;
    Ok(TaskBrief {
        evidence: reader.evidence(id)?,
        handoffs: reader.handoffs(id)?,
        reviews: reader.reviews(id)?,
        ..TaskBrief::new(task, dependencies).with_history(reader.history(id)?)
    })
}

/// The items of what was given, each time the flag was given.
fn split(given: &[String]) -> Vec<String> {
    given.iter().flat_map(|text| items(text)).collect()
}

/// The items of what was given, or what is configured.
fn or(given: &[String], configured: &[String]) -> Vec<String> {
    if given.is_empty() { configured.to_vec() } else { split(given) }
}
