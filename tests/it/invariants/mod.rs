//! Whatever is asked, in whatever order: the store stays sound, a call that is refused or only looks changes
//! nothing in it, and no work that is not committed is ever removed.
//!
//! The calls go through the use cases themselves, in a temporary project, so that many of them fit into little time.

mod ask;
mod calls;
mod lanes;
mod looks;
mod project;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use calls::{Call, calls};
use lanes::Lane;
use looks::Look;
use project::{Project, Rules};

/// No sequence is begun after this; how many fit is the machine's.
const TIME: Duration = Duration::from_secs(20);

fn hold(project: &mut Project, sequence: &[Call], seen: &mut Seen) -> Result<(), TestCaseError> {
    project.begin();
    let mut before = project.export();
    for (at, call) in sequence.iter().enumerate() {
        if project.tick() {
            before = project.export();
        }
        let answer = project.call(call);
        let after = project.export();
        match &answer {
            Ok(()) if matches!(call, Call::Look(_)) => {
                seen.done += 1;
                prop_assert_eq!(&before, &after, "call {} looks and changed the store: {:?}", at, call);
            }
            Ok(()) => seen.done += 1,
            Err(why) => {
                seen.refused += 1;
                seen.last_refusal = format!("{call:?}: {why}");
                prop_assert_eq!(
                    &before,
                    &after,
                    "call {} was refused ({}) and changed the store: {:?}",
                    at,
                    why,
                    call
                );
            }
        }
        before = after;
        let findings = project.check();
        prop_assert!(findings.is_empty(), "call {at} ({call:?}) broke the store: {findings:#?}");
        let lost = project.lost_work();
        prop_assert!(lost.is_empty(), "call {at} ({call:?}) removed work that was not committed: {lost:?}");
    }
    Ok(())
}

/// How many calls were answered and how many refused.
#[derive(Default)]
struct Seen {
    done: usize,
    refused: usize,
    last_refusal: String,
}

/// Calls that need what was before them, all of them answered: whatever chance brings, these are tried.
fn known() -> Vec<Call> {
    let launch = Lane::Launch { role: Some("A-backend"), backend: None, task: Some("A-1"), session: None };
    let claim = |id, role| Call::Claim {
        id: Some(id),
        within: None,
        role,
        reason: true,
        standing: false,
        lease: false,
    };
    vec![
        claim("A-1", "A-backend"),
        claim("A-2", "B-ui"),
        Call::Lane(Lane::Setup { roles: vec!["B-ui"], dry_run: false }),
        Call::Lane(launch),
        Call::Lane(Lane::Work { role: "A-backend" }),
        Call::Lane(Lane::Checkout { id: "A-1", role: Some("B-ui"), source: None, dry_run: false }),
        Call::Lane(Lane::Prune { force: true, dry_run: false }),
        Call::Look(Look::MergeReady { id: "A-1", base: None }),
        Call::Look(Look::GitCheck { base: Some("master") }),
        Call::Look(Look::Preflight { role: Some("A-backend") }),
        Call::Look(Look::CoordinatorPreflight),
        Call::Look(Look::CoordinatorStatus),
        Call::Look(Look::CoordinatorTick),
        Call::Look(Look::ContextPacket { id: Some("A-1"), whole: true, pack: None }),
        Call::Look(Look::BugfixPacket { id: Some("A-1"), whole: true }),
        Call::Look(Look::WatchPacket { watch: Some("w-1"), whole: true }),
        Call::Reconcile,
        Call::Takeover { id: "A-1", role: "A-backend", reason: true, lease: true },
        Call::Release { id: "A-1" },
    ]
}

fn try_many(rules: Rules) {
    let began = Instant::now();
    let config = Config { cases: 400, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut project = Project::new(rules);
    let mut seen = Seen::default();
    hold(&mut project, &known(), &mut seen).unwrap();
    assert_eq!(seen.refused, 0, "{}", seen.last_refusal);
    let state = RefCell::new((project, seen));
    let outcome = TestRunner::new(config).run(&prop::collection::vec(calls(), 1..40), |sequence| {
        if began.elapsed() > TIME {
            return Ok(());
        }
        let (project, seen) = &mut *state.borrow_mut();
        hold(project, &sequence, seen)
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let Seen { done, refused, .. } = state.into_inner().1;
    let all = done + refused;
    assert!(
        done * 10 > all && refused * 10 > all,
        "{done} done, {refused} refused: the calls miss what they are for"
    );
}

#[test]
fn any_sequence_leaves_a_sound_store() {
    try_many(Rules::Plain);
}

#[test]
fn any_sequence_leaves_a_sound_store_under_the_rules_of_the_scripts() {
    try_many(Rules::Gpuaas);
}
