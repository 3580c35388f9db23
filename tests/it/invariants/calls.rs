//! The calls that are tried, with arguments out of pools so small that they meet.

use std::fmt::Write;

use fairway::migrate::Unwatched;
use fairway::model::records::{EvidenceResult, Handoff, Verdict};
use fairway::model::{Definition, TrackState, WatchBrief, WatchResult};
use fairway::ops::*;
use fairway::policy::hierarchy::Place;
use proptest::prelude::*;
use proptest::sample::select;

use super::project::Project;

const IDS: [&str; 7] = ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6", "bad id"];
const ROLES: [&str; 3] = ["A-backend", "B-ui", "Z-nobody"];
const STATES: [&str; 5] = ["todo", "in_progress", "blocked", "done", "bloked"];

type Id = &'static str;

/// A new parent, or none.
type Parent = Option<Id>;

/// A call, with its arguments.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Add { id: Id, role: Id, parent: Option<Id>, depends_on: Vec<Id>, priority: Option<i64> },
    Update { id: Id, parent: Option<Parent>, depends_on: Option<Vec<Id>>, role: Option<Id> },
    Spawn { id: Id, from: Option<Id>, place: Option<Place> },
    Claim { id: Option<Id>, within: Option<Id>, role: Id, reason: bool },
    SetStatus { id: Id, to: Id, reason: bool, commit: bool, reopen: bool },
    Evidence { id: Id, result: EvidenceResult, seconds: Option<Id> },
    Handoff { id: Id, to: Id, whole: bool },
    Acknowledge { number: Option<Id>, id: Option<Id>, role: Option<Id> },
    Review { id: Id, reviewer: Id, verdict: Verdict, reason: bool, commit: bool },
    Route { id: Option<Id>, path: Id, reviewer: Option<Id> },
    Checkpoint { track: Id, state: TrackState, target: Option<Id> },
    StartWatch { watch: Id, id: Id, whole: bool },
    FinishWatch { watch: Id, result: WatchResult },
    PruneStale,
    Queue { tasks: Vec<QueueTask>, broken: bool },
    Import { state_once: bool, dry_run: bool },
    Look { id: Id },
}

/// A task of the queue file.
#[derive(Debug, Clone)]
pub(super) struct QueueTask {
    id: Id,
    role: Id,
    depends_on: Vec<Id>,
    parent: Option<Id>,
    status: Option<Id>,
}

fn id() -> impl Strategy<Value = Id> {
    // The last one is rare: what is refused at once teaches little.
    prop_oneof![30 => select(&IDS[..6]), 1 => Just(IDS[6])]
}

fn role() -> impl Strategy<Value = Id> {
    prop_oneof![12 => select(&ROLES[..2]), 1 => Just(ROLES[2])]
}

fn maybe<T: std::fmt::Debug + Clone>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(value)
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::Child),
        Just(Place::Sibling),
        Just(Place::Root),
        id().prop_map(|id| Place::Under(id.to_owned())),
    ]
}

fn queue_task() -> impl Strategy<Value = QueueTask> {
    let status = maybe(select(&STATES[..4]));
    (
        select(&IDS[..6]),
        select(&ROLES[..2]),
        prop::collection::vec(select(&IDS[..6]), 0..2),
        maybe(id()),
        status,
    )
        .prop_map(|(id, role, depends_on, parent, status)| QueueTask {
            id,
            role,
            depends_on,
            parent,
            status,
        })
}

/// Any call. Those that make tasks and move them come more often.
pub(super) fn calls() -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => definition_calls(),
        6 => moving_calls(),
        4 => record_calls(),
        2 => other_calls(),
    ]
}

fn definition_calls() -> impl Strategy<Value = Call> {
    let ids = || prop::collection::vec(id(), 0..3);
    prop_oneof![
        3 => (id(), role(), maybe(id()), ids(), maybe(0..3_i64)).prop_map(|(id, role, parent, depends_on, priority)| {
            Call::Add { id, role, parent, depends_on, priority }
        }),
        2 => (id(), maybe(maybe(id())), maybe(ids()), maybe(role()))
            .prop_map(|(id, parent, depends_on, role)| Call::Update { id, parent, depends_on, role }),
        2 => (id(), maybe(id()), maybe(place())).prop_map(|(id, from, place)| Call::Spawn { id, from, place }),
        1 => (prop::collection::vec(queue_task(), 0..5), prop::bool::weighted(0.1))
            .prop_map(|(tasks, broken)| Call::Queue { tasks, broken }),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(state_once, dry_run)| Call::Import { state_once, dry_run }),
    ]
}

fn moving_calls() -> impl Strategy<Value = Call> {
    prop_oneof![
        (maybe(id()), maybe(id()), role(), any::<bool>())
            .prop_map(|(id, within, role, reason)| Call::Claim { id, within, role, reason }),
        (id(), select(&STATES[..]), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(id, to, reason, commit, reopen)| Call::SetStatus { id, to, reason, commit, reopen }),
    ]
}

fn record_calls() -> impl Strategy<Value = Call> {
    let results = vec![EvidenceResult::Pass, EvidenceResult::Fail, EvidenceResult::Partial];
    let verdicts = vec![Verdict::Approve, Verdict::Changes, Verdict::Reject];
    prop_oneof![
        (id(), select(results), maybe(select(vec!["5", "-1", "soon"])))
            .prop_map(|(id, result, seconds)| Call::Evidence { id, result, seconds }),
        (id(), role(), prop::bool::weighted(0.8)).prop_map(|(id, to, whole)| Call::Handoff { id, to, whole }),
        (maybe(select(vec!["1", "2", "x"])), maybe(id()), maybe(role()))
            .prop_map(|(number, id, role)| Call::Acknowledge { number, id, role }),
        (id(), role(), select(verdicts), any::<bool>(), any::<bool>()).prop_map(
            |(id, reviewer, verdict, reason, commit)| Call::Review { id, reviewer, verdict, reason, commit }
        ),
        (maybe(id()), select(vec!["doc/api/x.md", "README.md"]), maybe(role()))
            .prop_map(|(id, path, reviewer)| Call::Route { id, path, reviewer }),
    ]
}

fn other_calls() -> impl Strategy<Value = Call> {
    let watch = || select(vec!["w-1", "w-2"]);
    prop_oneof![
        (
            select(vec!["night", "A-1"]),
            select(vec![TrackState::Active, TrackState::Done]),
            maybe(select(vec!["2026-03-01", "one day"]))
        )
            .prop_map(|(track, state, target)| Call::Checkpoint { track, state, target }),
        (watch(), id(), prop::bool::weighted(0.9)).prop_map(|(watch, id, whole)| Call::StartWatch {
            watch,
            id,
            whole
        }),
        (watch(), select(vec![WatchResult::Pass, WatchResult::Blocked]))
            .prop_map(|(watch, result)| Call::FinishWatch { watch, result }),
        Just(Call::PruneStale),
        id().prop_map(|id| Call::Look { id }),
    ]
}

fn owned(text: Option<Id>) -> Option<String> {
    text.map(str::to_owned)
}

fn all(texts: &[Id]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn given(really: bool, text: &str) -> Option<String> {
    really.then(|| text.to_owned())
}

impl Call {
    pub(super) fn ask(&self, project: &Project) -> Result<()> {
        match self.clone() {
            Self::Add { .. } | Self::Update { .. } | Self::Spawn { .. } => self.define(project),
            Self::Evidence { .. } | Self::Handoff { .. } | Self::Acknowledge { .. } | Self::Review { .. } => {
                self.record(project)
            }
            Self::Claim { id, within, role, reason } => {
                let request = ClaimRequest {
                    task: owned(id),
                    within: owned(within),
                    reason: given(reason, "why"),
                    skip_preflight: true,
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
            Self::Look { id } => {
                let context = project.context(None);
                ready(&context, &ReadyRequest { explain: true, ..ReadyRequest::default() })?;
                health_report(&context)?;
                tree(&context, id, None)?;
                task_detail(&context, id).map(drop)
            }
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
