//! One look at the whole queue: what blocks a shift, where all stands, what to do next. Nothing is ever changed, not
//! even the definitions that the store keeps of a source that has changed since.

use super::{Context, OpError, Result, git_check, reports, session};
use crate::config::Role;
use crate::migrate::import::ImportError;
use crate::model::{Diagnostic, Severity};
use crate::policy::Reason;
use crate::policy::checkpoints::{Age, stale};
use crate::policy::consistency::TaskClaim;
use crate::policy::coordination::{self, Git, Level, Source, Standing, Survey};
use crate::store::{Reader, ReadyFilter};
use crate::views::{
    CoordinatorPreflight, CoordinatorStatus, CoordinatorTick, DispatchPlan, SessionStanding, StatusReport,
    TrackStanding,
};

/// How many ready tasks of each role a status names.
const NAMED: u64 = 20;

/// What [`survey`] saw, as far as there was something to see.
#[derive(Default)]
pub(super) struct Seen {
    survey: Survey,
    report: Option<StatusReport>,
    problems: Vec<Diagnostic>,
    sessions: Vec<SessionStanding>,
    tracks: Vec<TrackStanding>,
}

/// What blocks a shift, what is odd, and what is well.
///
/// # Errors
/// When the configuration is unusable; what else cannot be read is part of the answer.
pub fn coordinator_preflight(context: &Context) -> Result<CoordinatorPreflight> {
    Ok(preflight(context, &survey(context, 1)?.survey))
}

/// Where everything stands.
///
/// # Errors
/// As [`coordinator_preflight`].
pub fn coordinator_status(context: &Context) -> Result<CoordinatorStatus> {
    Ok(status(context, survey(context, NAMED)?))
}

/// Where everything stands, and what to do next.
///
/// # Errors
/// As [`coordinator_preflight`].
pub fn coordinator_tick(context: &Context) -> Result<CoordinatorTick> {
    Ok(recommended(context, survey(context, 1)?))
}

fn recommended(context: &Context, seen: Seen) -> CoordinatorTick {
    let limit = context.config.coordinator.max_primary_tracks;
    CoordinatorTick {
        recommendations: coordination::recommend(&seen.survey, limit),
        status: status(context, seen),
    }
}

/// Which task a role, or each of them, could take on next, and what it works on.
///
/// # Errors
/// When the store or the source cannot be read.
pub fn dispatch_plan(context: &Context, role: Option<&Role>, limit: u64) -> Result<DispatchPlan> {
    let names = match role {
        Some(role) => vec![role.name.as_str()],
        None => context.config.role_names().collect(),
    };
    let standings = context.look(|reader| standings(&reader, &names, limit))?;
    Ok(DispatchPlan::new(&standings, context.config.coordinator.max_primary_tracks))
}

fn preflight(context: &Context, survey: &Survey) -> CoordinatorPreflight {
    let blockers = &context.config.coordinator.blockers;
    let blocks = |code: &str| blockers.iter().any(|blocker| blocker.as_str() == code);
    let checks = coordination::checks(survey, &blocks);
    let count = |level| checks.iter().filter(|checked| checked.level == level).count();
    CoordinatorPreflight { blockers: count(Level::Blocker), warnings: count(Level::Warn), checks }
}

fn status(context: &Context, seen: Seen) -> CoordinatorStatus {
    let preflight = preflight(context, &seen.survey);
    CoordinatorStatus {
        problems: seen.problems,
        sessions: seen.sessions,
        tracks: seen.tracks,
        ..CoordinatorStatus::new(context.now, preflight, &seen.survey, seen.report)
    }
}

/// Looks at everything that the store says; `next` is how many tasks of each role are named. With it comes what
/// [`tick`] holds against the repository.
///
/// # Errors
/// When it cannot be read.
pub(super) fn seen(context: &Context, reader: Reader<'_>, next: u64) -> Result<(Seen, Vec<TaskClaim>)> {
    let names: Vec<&str> = context.config.role_names().collect();
    let (_, judged) = session::judged(context, reader)?;
    let tracks = tracks(context, &reader)?;
    let stale = tracks.iter().filter(|track| track.stale);
    let survey = Survey {
        source: Source::Sound(reader.source_size()?),
        roles: standings(&reader, &names, next)?,
        health: reports::health(context, &reader)?,
        stale_tracks: stale
            .map(|one| (one.track.clone(), one.state.as_str().to_owned(), one.why.join(", ")))
            .collect(),
        dead_sessions: judged
            .iter()
            .filter_map(|one| Some((one.session.clone(), one.why.clone()?)))
            .collect(),
        ..Survey::default()
    };
    let verdict = |id: &str| judged.iter().find(|one| one.session == id).map(|one| one.verdict);
    let sessions = reader.all_sessions()?.into_iter().map(|session| {
        let verdict = verdict(&session.id);
        SessionStanding::new(session, verdict)
    });
    let report = Some(reports::status(context, &reader)?);
    let seen = Seen { survey, report, sessions: sessions.collect(), tracks, ..Seen::default() };
    Ok((seen, reader.task_claims()?))
}

/// Where everything stands, and what to do next, for a store that has been looked at.
pub(super) fn tick(context: &Context, seen: Seen, tasks: &[TaskClaim]) -> CoordinatorTick {
    recommended(context, with_git(context, seen, tasks))
}

fn with_git(context: &Context, mut seen: Seen, tasks: &[TaskClaim]) -> Seen {
    seen.survey.git = git(context, tasks);
    seen
}

/// Looks at everything; `next` is how many tasks of each role are named.
fn survey(context: &Context, next: u64) -> Result<Seen> {
    match context.look(|reader| seen(context, reader, next)) {
        Ok((seen, tasks)) => Ok(with_git(context, seen, &tasks)),
        Err(error @ OpError::Config(_)) => Err(error),
        Err(error) => Ok(Seen { survey: blind(&error), problems: problems(&error), ..Seen::default() }),
    }
}

/// What is wrong with the source, each with what it is about.
fn problems(error: &OpError) -> Vec<Diagnostic> {
    let OpError::Import(ImportError::Broken(plan)) = error else { return Vec::new() };
    plan.problems.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect()
}

/// What is left to see when the store cannot be used or the source has errors.
fn blind(error: &OpError) -> Survey {
    let source = match error {
        OpError::Import(ImportError::Broken(_)) => Source::Broken(
            problems(error).into_iter().map(|problem| (problem.subject, problem.message)).collect(),
        ),
        OpError::Queue(_) | OpError::Import(_) => Source::Unreadable(error.to_string()),
        OpError::Refused(refusal) if refusal.reason == Reason::BrokenQueue => {
            Source::Unreadable(error.to_string())
        }
        _ => Source::Unseen,
    };
    Survey { source, store: Some(error.to_string()), ..Survey::default() }
}

fn git(context: &Context, tasks: &[TaskClaim]) -> Git {
    match git_check::all_findings(context, tasks, None) {
        Ok(findings) => Git::Findings(findings),
        Err(error) => Git::Unusable(error.to_string()),
    }
}

/// Where each role stands, with its first `next` tasks.
fn standings(reader: &Reader<'_>, roles: &[&str], next: u64) -> Result<Vec<Standing>> {
    let active = reader.active_tasks()?;
    let ready = reader.ready_counts()?;
    let mut standings = Vec::with_capacity(roles.len());
    for role in roles {
        let filter =
            ReadyFilter { role: Some((*role).to_owned()), limit: Some(next), ..ReadyFilter::default() };
        let of_role = active.iter().filter(|task| task.role == *role);
        standings.push(Standing {
            role: (*role).to_owned(),
            active: of_role.map(|task| task.id.clone()).collect(),
            ready: ready.iter().find(|(name, _)| name == role).map_or(0, |(_, count)| *count),
            next: reader.ready(&filter)?.into_iter().map(|task| (task.id, task.title)).collect(),
        });
    }
    Ok(standings)
}

/// Every track by its latest checkpoint.
fn tracks(context: &Context, reader: &Reader<'_>) -> Result<Vec<TrackStanding>> {
    let after = context.config.coordinator.checkpoint_stale_after;
    let age = Age::Over { span: after.duration(), text: after.to_string() };
    let latest = reader.latest_checkpoints()?.into_iter();
    Ok(latest
        .map(|track| {
            let why = stale(&track, context.now, &age);
            TrackStanding::new(track, why)
        })
        .collect())
}
