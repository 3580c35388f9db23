//! The calls that are tried, with arguments out of pools so small that they meet.

use fairway::model::records::{EvidenceResult, Verdict};
use fairway::model::{TrackState, WatchResult};
use fairway::policy::hierarchy::Place;
use proptest::prelude::*;
use proptest::sample::select;

use super::lanes::{Lane, lanes};
use super::looks::{Look, looks};

const IDS: [&str; 7] = ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6", "bad id"];
pub(super) const ROLES: [&str; 3] = ["A-backend", "B-ui", "Z-nobody"];
const STATES: [&str; 5] = ["todo", "in_progress", "blocked", "done", "bloked"];

pub(super) type Id = &'static str;

pub(super) fn owned(text: Option<Id>) -> Option<String> {
    text.map(str::to_owned)
}

/// A new parent, or none.
pub(super) type Parent = Option<Id>;

/// A call, with its arguments.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Add {
        id: Id,
        role: Id,
        parent: Option<Id>,
        depends_on: Vec<Id>,
        priority: Option<i64>,
    },
    Update {
        id: Id,
        parent: Option<Parent>,
        depends_on: Option<Vec<Id>>,
        role: Option<Id>,
    },
    Spawn {
        id: Id,
        from: Option<Id>,
        place: Option<Place>,
    },
    Claim {
        id: Option<Id>,
        within: Option<Id>,
        role: Id,
        reason: bool,
        standing: bool,
        lease: bool,
    },
    Takeover {
        id: Id,
        role: Id,
        reason: bool,
        lease: bool,
    },
    Release {
        id: Id,
    },
    Heartbeat {
        session: Id,
    },
    /// A call in a session, under an epoch.
    As {
        session: Option<Id>,
        epoch: Option<i64>,
        call: Box<Call>,
    },
    SetStatus {
        id: Id,
        to: Id,
        reason: bool,
        commit: bool,
        reopen: bool,
    },
    Evidence {
        id: Id,
        result: EvidenceResult,
        seconds: Option<Id>,
    },
    Handoff {
        id: Id,
        to: Id,
        whole: bool,
    },
    Acknowledge {
        number: Option<Id>,
        id: Option<Id>,
        role: Option<Id>,
    },
    Review {
        id: Id,
        reviewer: Id,
        verdict: Verdict,
        reason: bool,
        commit: bool,
    },
    Route {
        id: Option<Id>,
        path: Id,
        reviewer: Option<Id>,
    },
    Checkpoint {
        track: Id,
        state: TrackState,
        target: Option<Id>,
    },
    StartWatch {
        watch: Id,
        id: Id,
        whole: bool,
    },
    FinishWatch {
        watch: Id,
        result: WatchResult,
    },
    Session {
        session: Id,
        role: Option<Id>,
        task: Option<Id>,
        running: bool,
    },
    EndSession {
        session: Id,
        failed: bool,
        proof: bool,
    },
    Reconcile,
    PruneStale,
    Queue {
        tasks: Vec<QueueTask>,
        broken: bool,
    },
    Import {
        state_once: bool,
        dry_run: bool,
    },
    Look(Look),
    Lane(Lane),
}

/// A task of the queue file.
#[derive(Debug, Clone)]
pub(super) struct QueueTask {
    pub(super) id: Id,
    pub(super) role: Id,
    pub(super) depends_on: Vec<Id>,
    pub(super) parent: Option<Id>,
    pub(super) status: Option<Id>,
}

pub(super) fn id() -> impl Strategy<Value = Id> {
    // The last one is rare: what is refused at once teaches little.
    prop_oneof![30 => select(&IDS[..6]), 1 => Just(IDS[6])]
}

pub(super) fn role() -> impl Strategy<Value = Id> {
    prop_oneof![12 => select(&ROLES[..2]), 1 => Just(ROLES[2])]
}

pub(super) fn maybe<T: std::fmt::Debug + Clone>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
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
        4 => holding_calls(),
        4 => record_calls(),
        2 => other_calls(),
        2 => looks().prop_map(Call::Look),
        2 => lanes().prop_map(Call::Lane),
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
        (maybe(id()), maybe(id()), role(), any::<bool>(), prop::bool::weighted(0.1), any::<bool>()).prop_map(
            |(id, within, role, reason, standing, lease)| Call::Claim {
                id,
                within,
                role,
                reason,
                standing,
                lease
            }
        ),
        (id(), select(&STATES[..]), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(id, to, reason, commit, reopen)| Call::SetStatus { id, to, reason, commit, reopen }),
    ]
}

/// Calls about claims, and calls by somebody who says what they hold.
fn holding_calls() -> impl Strategy<Value = Call> {
    let session = || select(vec!["s-1", "s-2"]);
    let plain = prop_oneof![
        2 => (id(), role(), prop::bool::weighted(0.9), any::<bool>())
            .prop_map(|(id, role, reason, lease)| Call::Takeover { id, role, reason, lease }),
        2 => id().prop_map(|id| Call::Release { id }),
        1 => session().prop_map(|session| Call::Heartbeat { session }),
    ];
    let any = prop_oneof![2 => plain.boxed(), 2 => moving_calls().boxed(), 1 => record_calls().boxed()];
    (maybe(session()), maybe(1..8_i64), any).prop_map(|(session, epoch, call)| Call::As {
        session,
        epoch,
        call: Box::new(call),
    })
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
    let session = || select(vec!["s-1", "s-2"]);
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
        (session(), maybe(role()), maybe(id()), any::<bool>())
            .prop_map(|(session, role, task, running)| Call::Session { session, role, task, running }),
        (session(), any::<bool>(), any::<bool>()).prop_map(|(session, failed, proof)| Call::EndSession {
            session,
            failed,
            proof
        }),
        Just(Call::Reconcile),
        Just(Call::PruneStale),
    ]
}
