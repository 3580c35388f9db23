//! What the steps of a scenario show of each operation: what was asked, of which state, and whether both sides did the
//! same. The ledger counts these.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::hex;
use crate::observation::StateSum;
use crate::operation::{Argument, Operation};
use crate::report::{Between, ScenarioResult, StepCase};
use crate::scenario::{Action, Scenario};
use crate::verdict::Verdict;

use super::Trace;

/// The cases that a played scenario shows, one for each step that asks something.
pub(super) fn cases(scenario: &Scenario, reference: &Trace, result: &ScenarioResult) -> Vec<StepCase> {
    let mut state = StateSum::of(reference.start.clone());
    let mut cases = Vec::new();
    for (index, (action, observation)) in scenario.steps.iter().zip(&reference.steps).enumerate() {
        if let Action::Ask { operation, .. } = action {
            cases.push(StepCase {
                step: index + 1,
                operation: operation.name.clone(),
                case: case_of(operation, &state),
                verdict: verdict(index + 1, result),
            });
        }
        if let Some(observation) = observation {
            state.advance(&observation.changes);
        }
    }
    cases
}

/// What a step comes to. What is wrong with the scenario as a whole is wrong with all of its steps.
fn verdict(step: usize, result: &ScenarioResult) -> Verdict {
    if matches!(result.verdict, Verdict::Unstable | Verdict::Errored) {
        return result.verdict;
    }
    let here = |place: Option<usize>| place.is_none_or(|place| place == step);
    let mut found = result.differences.iter().filter(|difference| here(difference.place.step)).peekable();
    if found.peek().is_none() {
        Verdict::Matched
    } else if result.between == Between::Sides && found.all(|difference| difference.waiver.is_some()) {
        Verdict::Waived
    } else {
        Verdict::Mismatched
    }
}

/// What is asked, without the clock: the same question at another hour is no other case.
#[derive(Serialize)]
struct Question<'a> {
    name: &'a str,
    arguments: &'a [(String, Argument)],
    role: Option<&'a str>,
    via: Option<&'a str>,
    actor: &'a str,
}

/// Tells a question asked of a state from every other.
pub(crate) fn case_of(operation: &Operation, state: &StateSum) -> String {
    let Operation { name, arguments, role, via, actor, now: _ } = operation;
    let question = Question { name, arguments, role: role.as_deref(), via: via.as_deref(), actor };
    let mut sha = Sha256::new();
    sha.update(serde_json::to_vec(&question).unwrap_or_default());
    sha.update(state.bytes());
    hex::short(sha.finalize())
}
