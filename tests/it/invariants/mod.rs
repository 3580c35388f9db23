//! Whatever is asked, in whatever order: the store stays sound, and a call that is refused changes nothing.
//!
//! The calls go through the use cases themselves, in a temporary project, so that many of them fit into little time.

mod ask;
mod calls;
mod project;

use std::cell::RefCell;
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
        let after = project.export();
        match &answer {
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
    }
    let findings = project.check();
    prop_assert!(findings.is_empty(), "{findings:#?}");
    Ok(())
}

/// How many calls were answered and how many refused.
#[derive(Default)]
struct Seen {
    done: usize,
    refused: usize,
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
    let Seen { done, refused } = state.into_inner().1;
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
