//! Goldens beside a run: as the reference of a replay, and against what a living reference shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::Difference;
use crate::compare::Scope;
use crate::hex::sha256;
use crate::library::Library;
use crate::normalise::Masker;
use crate::observation::QueueState;
use crate::report::StepDiff;
use crate::run::Trace;
use crate::scenario::{Scenario, Start};

use super::{Golden, GoldenError, GoldenName, MadeOf};

/// A scenario in which the reference is not what its accepted golden says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The behaviour.
    pub behaviour: String,
    /// The scenario.
    pub name: String,
    /// Why the golden cannot be read; then nothing was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Every place that differs: `reference` is what the golden says, `candidate` what the reference shows now.
    pub differences: Vec<Difference>,
    /// The same, to read.
    pub diffs: Vec<StepDiff>,
}

/// What goldens were good for in a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GoldenUse {
    /// Scenarios that were held against their golden.
    pub compared: usize,
    /// Scenarios without one.
    pub missing: usize,
    /// Scenarios that changed since their golden was recorded.
    pub other_scenario: usize,
    /// Scenarios that begin with another queue than when their golden was recorded, such as that of another copy.
    pub other_queue: usize,
}

/// What the accepted golden says of what the reference showed.
#[derive(Debug)]
pub(crate) enum Against {
    /// There is none, or nothing was shown.
    Nothing,
    /// The scenario is another by now.
    OtherScenario,
    /// The reference began with another queue.
    OtherQueue,
    /// The same.
    Same,
    /// Something else.
    Drift(Box<Drift>),
}

impl GoldenUse {
    /// Counts one scenario, and answers its drift.
    pub(crate) fn count(&mut self, against: Against) -> Option<Drift> {
        match against {
            Against::Nothing => self.missing += 1,
            Against::OtherScenario => self.other_scenario += 1,
            Against::OtherQueue => self.other_queue += 1,
            Against::Same => self.compared += 1,
            Against::Drift(drift) => {
                self.compared += 1;
                return Some(*drift);
            }
        }
        None
    }
}

fn name(adapter: &str, scenario: &Scenario) -> GoldenName {
    GoldenName {
        adapter: adapter.to_owned(),
        behaviour: scenario.behaviour.clone(),
        scenario: scenario.name.clone(),
    }
}

/// What a reference showed, as a golden.
pub(crate) fn recording(adapter: &str, scenario: &Scenario, made_of: MadeOf, trace: &Trace) -> Golden {
    Golden { name: name(adapter, scenario), made_of, start: trace.start.clone(), steps: trace.steps.clone() }
}

/// A golden as a trace. A value that is masked by now is masked in it too.
pub(crate) fn trace(library: &Library, scenario: &Scenario, golden: &Golden) -> Trace {
    let mut masker = Masker::new(&library.normalisers, &scenario.behaviour);
    let (mut start, mut steps) = (golden.start.clone(), golden.steps.clone());
    masker.state(&mut start);
    for step in steps.iter_mut().flatten() {
        masker.observation(step);
    }
    Trace { start, around: None, steps, masked: masker.masked, bytes: masker.bytes }
}

/// The golden that takes the reference's place in a replay.
pub(crate) fn replayed(library: &Library, adapter: &str, scenario: &Scenario) -> Result<Trace, GoldenError> {
    let golden = library.goldens.need(&name(adapter, scenario))?;
    if is_of_another(library, scenario, &golden) {
        return Err(GoldenError::OtherScenario { name: golden.name });
    }
    Ok(trace(library, scenario, &golden))
}

/// A state of today, masked as the goldens of a scenario are.
pub(crate) fn masked(library: &Library, scenario: &Scenario, mut state: QueueState) -> QueueState {
    Masker::new(&library.normalisers, &scenario.behaviour).state(&mut state);
    state
}

/// The golden begins with another queue than the copy.
pub(crate) fn other_queue(adapter: &str, scenario: &Scenario) -> GoldenError {
    GoldenError::OtherQueue { name: name(adapter, scenario) }
}

/// Holds what the reference showed against its golden.
pub(crate) fn against(library: &Library, adapter: &str, scenario: &Scenario, shown: &Trace) -> Against {
    let drift = |error, differences, diffs| {
        let (behaviour, name) = (scenario.behaviour.clone(), scenario.name.clone());
        Against::Drift(Box::new(Drift { behaviour, name, error, differences, diffs }))
    };
    let golden = match library.goldens.accepted(&name(adapter, scenario)) {
        Err(error) => return drift(Some(error.to_string()), Vec::new(), Vec::new()),
        Ok(None) => return Against::Nothing,
        Ok(Some(golden)) => golden,
    };
    if is_of_another(library, scenario, &golden) {
        return Against::OtherScenario;
    }
    let golden = trace(library, scenario, &golden);
    if scenario.start == Start::Standard && golden.start != shown.start {
        return Against::OtherQueue;
    }
    let (differences, diffs) = golden.compare(shown, scenario, Scope::OneSide, ["golden", "reference"]);
    if differences.is_empty() {
        return Against::Same;
    }
    drift(None, differences, diffs)
}

fn is_of_another(library: &Library, scenario: &Scenario, golden: &Golden) -> bool {
    library.scenario_digest(scenario) != golden.made_of.scenario || golden.steps.len() != scenario.steps.len()
}

/// A digest of the goldens of these scenarios; one that cannot be had adds its name alone.
pub(crate) fn digest_of_all(library: &Library, adapter: &str, scenarios: &[&Scenario]) -> String {
    let mut all = String::new();
    for scenario in scenarios {
        let golden = library.goldens.accepted(&name(adapter, scenario)).ok().flatten();
        all.push_str(&scenario.id());
        if let Some(golden) = golden {
            all.push_str(&serde_json::json!([golden.made_of, golden.start, golden.steps]).to_string());
        }
        all.push('\n');
    }
    sha256(all)
}
