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
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use calls::{Call, calls};
use project::{Project, Rules};

/// No sequence is begun after this; how many fit is the machine's.
const TIME: Duration = Duration::from_secs(20);

fn hold(project: &mut Project, sequence: &[Call], seen: &mut Seen) -> Result<(), TestCaseError> {
    project.begin();
    let mut before = project.export();
    for (at, call) in sequence.iter().enumerate() {
        let answer = project.ask(call);
        if answer.is_ok() {
            seen.kinds.insert(kind(call));
        }
        let after = project.export();
        match &answer {
            Ok(()) if matches!(call, Call::Look(_)) => {
                seen.done += 1;
                prop_assert_eq!(&before, &after, "call {} looks and changed the store: {:?}", at, call);
            }
            Ok(()) => seen.done += 1,
            Err(why) => {
                seen.refused += 1;
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
    /// The kinds of those that were answered.
    kinds: BTreeSet<String>,
}

/// Kinds that need one another to be answered at all: a test that never gets to them shows nothing of them.
const REACHED: [&str; 9] = [
    "Claim",
    "Lane(Launch",
    "Lane(Prune",
    "Lane(Setup",
    "Look(ContextPacket",
    "Look(CoordinatorTick",
    "Look(GitCheck",
    "Look(MergeReady",
    "Look(WatchPacket",
];

/// Its name, without the arguments.
fn kind(call: &Call) -> String {
    format!("{call:?}").split([' ', ')']).next().unwrap_or_default().to_owned()
}

fn try_many(rules: Rules) {
    let began = Instant::now();
    let config = Config { cases: 400, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let state = RefCell::new((Project::new(rules), Seen::default()));
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
    let Seen { done, refused, kinds } = state.into_inner().1;
    let missed: Vec<&str> = REACHED.into_iter().filter(|kind| !kinds.contains(*kind)).collect();
    assert!(missed.is_empty(), "never answered: {missed:?}");
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
