//! The open differences of one scenario of a recorded run.

use fairway_parity::Verdict;
use fairway_parity::compare::Difference;
use fairway_parity::report::{RunResult, ScenarioResult, value};

use crate::cli::CliError;
use crate::policy::{Reason, Refusal};

/// A scenario of a recorded run.
pub(super) struct OpenScenario {
    /// The behaviour.
    pub(super) behaviour: String,
    /// The scenario.
    pub(super) name: String,
    /// Every difference that no waiver accepted, by its place as the report writes it.
    pub(super) open: Vec<(String, Difference)>,
}

impl OpenScenario {
    /// Finds a scenario, by `behaviour/name` or its name alone.
    pub(super) fn find(result: RunResult, scenario: &str) -> Result<Self, CliError> {
        let id = |one: &ScenarioResult| format!("{}/{}", one.behaviour, one.name);
        let ids = |of: &[ScenarioResult]| of.iter().map(id).collect::<Vec<_>>().join(", ");
        let (named, others): (Vec<_>, Vec<_>) =
            result.scenarios.into_iter().partition(|one| one.name == scenario || id(one) == scenario);
        if named.len() > 1 {
            return Err(CliError::usage(format!("several scenarios are called `{scenario}`"))
                .hint(format!("say which: {}", ids(&named))));
        }
        let Some(found) = named.into_iter().next() else {
            let differ: Vec<_> =
                others.into_iter().filter(|one| one.verdict == Verdict::Mismatched).collect();
            let message = format!("the run {} has no scenario `{scenario}`", result.run_id);
            let hint = format!("mismatched are: {}", ids(&differ));
            return Err(Refusal::new(Reason::NotFound, message).hint(hint).into());
        };
        let open = found.differences.into_iter().filter(|difference| difference.waiver.is_none());
        let open = open.map(|difference| (difference.place.to_string(), difference)).collect();
        Ok(Self { behaviour: found.behaviour, name: found.name, open })
    }
}

/// Both values of a difference, in one line.
pub(super) fn shown(difference: &Difference) -> String {
    let show = |side: &Option<_>| value(side.as_ref(), 60);
    format!("{} -> {}", show(&difference.reference), show(&difference.candidate))
}
