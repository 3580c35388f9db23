//! Comes to a verdict on the runs of a scenario.
//!
//! First each side is held against itself: a reference that gives two answers proves nothing, whatever a waiver
//! says, and a candidate that gives two is wrong in one of them. Only then is it the two sides' turn.

use crate::compare::{Difference, Scope};
use crate::report::{Between, ScenarioResult, StepDiff, UnmetGuard};
use crate::scenario::{Action, Scenario};
use crate::verdict::Verdict;
use crate::waiver::WaiverBook;

use super::Trace;
use super::turn::{Role, Turn};

/// The runs of a scenario, each side's by their number.
#[derive(Default)]
pub(super) struct Runs {
    pub(super) reference: Vec<Trace>,
    pub(super) candidate: Vec<Trace>,
}

impl Runs {
    /// The runs that were played, in whatever order.
    pub(super) fn of(mut played: Vec<(Turn, Trace)>) -> Self {
        played.sort_by_key(|(turn, _)| turn.attempt);
        let (reference, candidate): (Vec<_>, Vec<_>) =
            played.into_iter().partition(|(turn, _)| turn.role == Role::Reference);
        let traces = |runs: Vec<(Turn, Trace)>| runs.into_iter().map(|(_, trace)| trace).collect();
        Self { reference: traces(reference), candidate: traces(candidate) }
    }
}

/// Fills in what the runs of a scenario come to; `scope` is how far the two sides are comparable.
pub(super) fn judge(
    scenario: &Scenario,
    runs: &Runs,
    scope: Scope,
    waivers: &WaiverBook,
    result: &mut ScenarioResult,
) {
    for trace in runs.reference.iter().chain(&runs.candidate) {
        result.masked.add(&trace.masked);
        result.bytes.add(&trace.bytes);
    }
    if let (Some(reference), Some(candidate)) = (runs.reference.first(), runs.candidate.first()) {
        result.unmet_guards = unmet(scenario, reference);
        let names = [Role::Reference, Role::Candidate].map(Role::name);
        (result.differences, result.diffs) = reference.compare(candidate, scenario, scope, names);
        waivers.apply(&scenario.behaviour, &scenario.name, &mut result.differences);
    }
    // After the waivers, which accept nothing of this; the reference last, for without it nothing else counts.
    for (role, runs, between) in [
        (Role::Candidate, &runs.candidate, Between::Candidate),
        (Role::Reference, &runs.reference, Between::Reference),
    ] {
        if let Some(noise) = noise(scenario, role, runs) {
            (result.between, (result.differences, result.diffs)) = (between, noise);
        }
    }
    result.verdict = verdict(result);
}

fn verdict(result: &ScenarioResult) -> Verdict {
    let open = result.differences.iter().any(|difference| difference.waiver.is_none());
    if result.between == Between::Reference {
        Verdict::Unstable
    } else if result.between == Between::Candidate || open {
        Verdict::Mismatched
    } else if !result.unmet_guards.is_empty() {
        // The reference did not reach what the scenario is about: that both sides agree then proves nothing.
        Verdict::Errored
    } else if result.differences.is_empty() {
        Verdict::Matched
    } else {
        Verdict::Waived
    }
}

/// Where the two runs of one side disagree.
pub(super) fn noise(
    scenario: &Scenario,
    role: Role,
    runs: &[Trace],
) -> Option<(Vec<Difference>, Vec<StepDiff>)> {
    let [one, two] = runs else { return None };
    // Most often everything is equal, and there is nothing to walk through.
    if one.same(two) {
        return None;
    }
    let names = [1, 2].map(|attempt| Turn { role, attempt }.name());
    let noise = one.compare(two, scenario, Scope::OneSide, [&names[0], &names[1]]);
    // What is said of a failure is kept, and not compared.
    (!noise.0.is_empty()).then_some(noise)
}

/// The steps at which the reference did not give what the scenario expects of it.
pub(super) fn unmet(scenario: &Scenario, reference: &Trace) -> Vec<UnmetGuard> {
    let mut unmet = Vec::new();
    for (index, (action, observation)) in scenario.steps.iter().zip(&reference.steps).enumerate() {
        let (Action::Ask { operation, expect }, Some(observation)) = (action, observation) else { continue };
        if observation.outcome.class() != expect {
            unmet.push(UnmetGuard {
                step: index + 1,
                operation: operation.name.clone(),
                expected: expect.clone(),
                given: observation.outcome.to_string(),
            });
        }
    }
    unmet
}
