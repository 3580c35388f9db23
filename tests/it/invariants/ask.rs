//! How each call is made.

use std::fmt::Write;

use fairway::config::TimeSpan;
use fairway::migrate::Unwatched;
use fairway::model::records::{EvidenceResult, Handoff};
use fairway::model::{Definition, WatchBrief};
use fairway::ops::*;
use fairway::policy::holding::Caller;

use super::calls::{Call, Id, QueueTask, ROLES, owned};
use super::project::Project;

fn all(texts: &[Id]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn given(really: bool, text: &str) -> Option<String> {
    really.then(|| text.to_owned())
}

/// Short enough that it runs out within a few calls.
fn a_lease(really: bool) -> Option<TimeSpan> {
    really.then(|| "3m".parse().unwrap())
}

impl Call {
    pub(super) fn ask(&self, project: &Project) -> Result<()> {
        match self.clone() {
            Self::Add { .. } | Self::Update { .. } | Self::Spawn { .. } => self.define(project),
            Self::Evidence { .. } | Self::Handoff { .. } | Self::Acknowledge { .. } | Self::Review { .. } => {
                self.record(project)
            }
            Self::As { session, epoch, call } => {
                project.say(Caller { epoch, session: owned(session) });
                let answer = call.ask(project);
                project.say(Caller::default());
                answer
            }
            Self::Takeover { .. } | Self::Release { .. } | Self::Heartbeat { .. } => self.hold(project),
            Self::Claim { id, within, role, reason, standing, lease } => {
                let request = ClaimRequest {
                    task: owned(id),
                    within: owned(within),
                    reason: given(reason, "why"),
                    skip_preflight: !standing,
                    lease: a_lease(lease),
                    ..ClaimRequest::default()
                };
                claim(&project.context(Some(role)), &request).map(drop)
            }
            Self::SetStatus { id, to, reason, commit, reopen } => {
                let (reason, commit) = (given(reason, "why"), given(commit, "abc1234"));
                let request =
                    StatusRequest { task: id.to_owned(), to: to.to_owned(), reason, commit, reopen };
                set_status(&project.context(None), &request).map(drop)
            }
            Self::Route { id, path, reviewer } => {
                let (task, reviewer) = (owned(id), owned(reviewer));
                let request =
                    RouteRequest { task, reviewer, paths: vec![path.to_owned()], ..RouteRequest::default() };
                route_review(&project.context(None), &request).map(drop)
            }
            Self::Checkpoint { .. } | Self::StartWatch { .. } | Self::FinishWatch { .. } => {
                self.watch(project)
            }
            Self::Session { .. } | Self::EndSession { .. } | Self::Reconcile => self.session(project),
            Self::PruneStale => prune_stale(&project.context(None), false).map(drop),
            Self::Queue { tasks, broken } => {
                project.write_queue(&queue(&tasks, broken));
                // Where the rules say so the file is read again, whatever is asked; whether it is sound or not.
                let _ = status_report(&project.context(None));
                Ok(())
            }
            Self::Import { state_once, dry_run } => {
                let request = ImportRequest { queue: project.queue(), snapshot: None, state_once, dry_run };
                import(&project.context(None), &request, &Unwatched).map(drop)
            }
            Self::Look(look) => look.ask(project),
            Self::Lane(lane) => lane.ask(project),
        }
    }

    fn hold(&self, project: &Project) -> Result<()> {
        match self.clone() {
            Self::Takeover { id, role, reason, lease } => {
                let request = ClaimRequest {
                    task: Some(id.to_owned()),
                    reason: given(reason, "why"),
                    skip_preflight: true,
                    lease: a_lease(lease),
                    ..ClaimRequest::default()
                };
                takeover(&project.context(Some(role)), &request).map(drop)
            }
            Self::Release { id } => {
                let request = ReleaseRequest { task: id.to_owned(), reason: None };
                release(&project.context(None), &request).map(drop)
            }
            Self::Heartbeat { session } => {
                let key = SessionKey { id: Some(session.to_owned()), ..SessionKey::default() };
                heartbeat(&project.context(None), &key).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn define(&self, project: &Project) -> Result<()> {
        let context = project.context(None);
        match self.clone() {
            Self::Add { id, role, parent, depends_on, priority } => {
                let definition = Definition {
                    id: id.to_owned(),
                    title: "T".to_owned(),
                    role: role.to_owned(),
                    parent: owned(parent),
                    depends_on: all(&depends_on),
                    priority,
                    ..Definition::default()
                };
                add(&context, &NewTask { definition }).map(drop)
            }
            Self::Update { id, parent, depends_on, role } => {
                let change = TaskChange {
                    id: id.to_owned(),
                    parent: parent.map(owned),
                    depends_on: depends_on.map(|ids| all(&ids)),
                    role: owned(role),
                    ..TaskChange::default()
                };
                update(&context, &change).map(drop)
            }
            Self::Spawn { id, from, place } => {
                let definition =
                    Definition { id: id.to_owned(), title: "T".to_owned(), ..Definition::default() };
                let request =
                    SpawnRequest { definition, place, from_task: owned(from), ..SpawnRequest::default() };
                spawn(&context, &request).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn record(&self, project: &Project) -> Result<()> {
        let context = project.context(None);
        match self.clone() {
            Self::Evidence { id, result, seconds } => {
                let request = EvidenceRequest {
                    task: id.to_owned(),
                    command_text: "make check".to_owned(),
                    result,
                    artifact: None,
                    artifact_type: None,
                    duration_seconds: owned(seconds),
                    notes: None,
                };
                record_evidence(&context, &request).map(drop)
            }
            Self::Handoff { id, to, whole } => {
                let some = given(whole, "x");
                let handoff = Handoff {
                    task_id: id.to_owned(),
                    to_role: to.to_owned(),
                    commit_sha: some.clone(),
                    changed_files: some.clone(),
                    commands: some.clone(),
                    results: some.clone(),
                    risks: some.clone(),
                    blockers: some.clone(),
                    next_step: some,
                    ..Handoff::default()
                };
                record_handoff(&context, &HandoffRequest { handoff }).map(drop)
            }
            Self::Acknowledge { number, id, role } => {
                let request = AckRequest { id: owned(number), task: owned(id), notes: None };
                ack_handoff(&project.context(role), &request).map(drop)
            }
            Self::Review { id, reviewer, verdict, reason, commit } => {
                let request = ReviewRequest {
                    task: id.to_owned(),
                    reviewer: reviewer.to_owned(),
                    verdict,
                    reason: given(reason, "why"),
                    commit: given(commit, "abc1234"),
                };
                record_review(&context, &request).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn session(&self, project: &Project) -> Result<()> {
        let context = project.context(None);
        let key = |session: Id| SessionKey { id: Some(session.to_owned()), ..SessionKey::default() };
        match self.clone() {
            Self::Session { session, role, task, running } => {
                let request = SessionUpsert {
                    key: key(session),
                    role: owned(role),
                    task: owned(task),
                    backend: Some("manual".to_owned()),
                    status: running.then(|| "running".to_owned()),
                    ..SessionUpsert::default()
                };
                upsert_session(&context, &request).map(drop)
            }
            Self::EndSession { session, failed, proof } => {
                let request = SessionEnd {
                    key: key(session),
                    failed,
                    result: proof.then_some(EvidenceResult::Pass),
                    command_text: given(proof, "make check"),
                    ..SessionEnd::default()
                };
                end_session(&context, &request).map(drop)
            }
            Self::Reconcile => reconcile_sessions(&context, false).map(drop),
            _ => Ok(()),
        }
    }

    fn watch(&self, project: &Project) -> Result<()> {
        let context = project.context(None);
        match self.clone() {
            Self::Checkpoint { track, state, target } => {
                let request = CheckpointRequest {
                    track: track.to_owned(),
                    state,
                    owner: Some("A-backend".to_owned()),
                    summary: "S".to_owned(),
                    target_close_by: owned(target),
                    artifact: None,
                };
                record_checkpoint(&context, &request).map(drop)
            }
            Self::StartWatch { watch, id, whole } => {
                let some = given(whole, "x");
                let brief = WatchBrief {
                    task_id: Some(id.to_owned()),
                    owner: some.clone(),
                    process: some.clone(),
                    command: some.clone(),
                    success: some.clone(),
                    failure: some.clone(),
                    close_condition: some,
                    ..WatchBrief::default()
                };
                start_watch(&context, Some(watch), &brief).map(drop)
            }
            Self::FinishWatch { watch, result } => {
                let request = WatchEndRequest {
                    watch: watch.to_owned(),
                    result,
                    duration_seconds: None,
                    artifact: None,
                    notes: None,
                };
                finish_watch(&context, &request).map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// A queue file of these tasks; a broken one has a role that nobody has.
fn queue(tasks: &[QueueTask], broken: bool) -> String {
    let mut text = "version: 1\ntasks:\n".to_owned();
    for task in tasks {
        let QueueTask { id, role, depends_on, parent, status } = task;
        let role = if broken { ROLES[2] } else { role };
        let depends_on = depends_on.join(", ");
        write!(text, "  - {{id: {id}, title: T, role: {role}, depends_on: [{depends_on}]").unwrap();
        for (key, value) in [("parent", parent), ("status", status)] {
            if let Some(value) = value {
                write!(text, ", {key}: {value}").unwrap();
            }
        }
        text.push_str("}\n");
    }
    if tasks.is_empty() {
        text.push_str("  []\n");
    }
    text
}
