//! The artifact of parity: what the other use cases say of a queue, in one document.

use std::collections::BTreeMap;

use super::worktrees::worktree_status;
use super::{Context, OpError, Result};
use super::{coordinator, merge_ready, packs, reports, routing};
use crate::config::Role;
use crate::model::AgentSession;
use crate::model::task::IN_PROGRESS;
use crate::policy::consistency::TaskClaim;
use crate::policy::coordination::Level;
use crate::store::{MergeFacts, Reader, ReadyFilter};
use crate::views::{
    CoordinatorPreflight, HealthReport, ImportSummary, MergeReadiness, PackValidation, ParityArtifact,
    ReadyRole, RouteSample, SessionLine,
};

/// Everything that those who decide on the switch have to see. Nothing is written.
///
/// # Errors
/// When the store or the repository cannot be read. What is merely wrong with the queue is part of the answer.
pub fn parity_artifact(context: &Context) -> Result<ParityArtifact> {
    // What the store says in all sections is of one moment.
    let read = context.read(|reader| {
        Ok(Read {
            import: import(context, &reader)?,
            ready: ready(context, &reader)?,
            health: reports::health(context, &reader)?.into(),
            sessions: reader.all_sessions()?,
            merges: reader.merge_facts(IN_PROGRESS, &merge_ready::accepted(context))?,
            seen: coordinator::seen(context, reader, 1)?,
        })
    })?;
    let (seen, tasks) = read.seen;
    let tick = coordinator::tick(context, seen, &tasks);
    let CoordinatorPreflight { blockers, warnings, mut checks } = tick.status.preflight;
    checks.retain(|checked| checked.level != Level::Ok);
    Ok(ParityArtifact {
        project: context.config.fairway.project_name.clone(),
        at: context.now.to_string(),
        ready_total: read.ready.iter().map(|role| role.count).sum(),
        routes: context.config.roles.iter().map(|role| route(context, role)).collect::<Result<_>>()?,
        sessions: read.sessions.into_iter().filter(|session| !session.status.is_over()).map(line).collect(),
        import: read.import,
        ready: read.ready,
        packs: pack_validation(context)?,
        health: read.health,
        merges: merges(context, &read.merges)?,
        lanes: worktree_status(context)?.roles,
        blockers,
        warnings,
        issues: checks,
        recommendations: tick.recommendations,
    })
}

/// What is read of the store.
struct Read {
    import: ImportSummary,
    ready: Vec<ReadyRole>,
    health: HealthReport,
    sessions: Vec<AgentSession>,
    merges: Vec<MergeFacts>,
    seen: (coordinator::Seen, Vec<TaskClaim>),
}

fn import(context: &Context, reader: &Reader<'_>) -> Result<ImportSummary> {
    let status = reports::status(context, reader)?;
    let mut preserved = BTreeMap::new();
    for row in reader.preserved_rows()? {
        *preserved.entry(row.source_table).or_default() += 1;
    }
    Ok(ImportSummary {
        tasks: status.total.values().filter_map(serde_json::Value::as_i64).sum(),
        by_state: status.total,
        not_in_source: status.not_in_source,
        preserved,
    })
}

fn ready(context: &Context, reader: &Reader<'_>) -> Result<Vec<ReadyRole>> {
    let role = |name: &str| ReadyRole { role: name.to_owned(), count: 0, tasks: Vec::new() };
    let mut roles: Vec<ReadyRole> = context.config.role_names().map(role).collect();
    for task in reader.ready(&ReadyFilter::default())? {
        if !roles.iter().any(|known| known.role == task.role) {
            roles.push(role(&task.role));
        }
        if let Some(found) = roles.iter_mut().find(|known| known.role == task.role) {
            found.count += 1;
            found.tasks.push(task.id);
        }
    }
    Ok(roles)
}

/// Who would review what a lane has changed since it left the main branch. Nothing is stored.
fn route(context: &Context, role: &Role) -> Result<RouteSample> {
    let branch = role.branch().into_owned();
    let mut sample =
        RouteSample { role: role.name.clone(), branch, paths: 0, reviewers: Vec::new(), note: None };
    let repository = context.repository()?;
    let main = &context.config.fairway.main_branch;
    let Some(commit) = repository.commit(&sample.branch)? else {
        sample.note = Some("the branch does not exist".to_owned());
        return Ok(sample);
    };
    let paths = match repository.changed_since_base(&sample.branch, main) {
        Ok(paths) => paths,
        Err(error) => {
            sample.note = Some(error.to_string());
            return Ok(sample);
        }
    };
    sample.paths = paths.len();
    if paths.is_empty() {
        sample.note = Some(format!("nothing since {main}"));
        return Ok(sample);
    }
    let request = routing::RouteRequest { paths, commit: Some(commit), ..routing::RouteRequest::default() };
    match routing::route_review(context, &request) {
        Ok(routed) => sample.reviewers = routed.reviewers,
        Err(OpError::Refused(refusal)) => sample.note = Some(refusal.to_string()),
        Err(error) => return Err(error),
    }
    Ok(sample)
}

/// A catalogue that is missing or broken is a finding here, not a failure.
fn pack_validation(context: &Context) -> Result<PackValidation> {
    Ok(match packs::check_packs(context, None) {
        Ok(checked) => PackValidation {
            file: Some(checked.file),
            packs: checked.packs,
            warnings: checked.problems.len(),
            problem: None,
        },
        Err(OpError::Store(error)) => return Err(error.into()),
        Err(error) => PackValidation { file: None, packs: 0, warnings: 0, problem: Some(error.to_string()) },
    })
}

/// The gates of the tasks that somebody works on.
fn merges(context: &Context, tasks: &[MergeFacts]) -> Result<Vec<MergeReadiness>> {
    let mut merges = Vec::new();
    if tasks.is_empty() {
        return Ok(merges);
    }
    let repository = context.repository()?;
    for facts in tasks {
        match merge_ready::judge(context, &repository, facts, None) {
            Ok(readiness) => merges.push(readiness),
            // A role that the configuration does not have: what the import let through is not judged here.
            Err(OpError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(merges)
}

fn line(session: AgentSession) -> SessionLine {
    SessionLine {
        session: session.id,
        role: session.role,
        status: session.status.as_str(),
        task: session.task_id,
        heard: session.last_heartbeat_at,
    }
}
