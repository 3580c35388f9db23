//! Goldens: what the reference showed in each scenario, kept once a person accepted it.
//!
//! A golden stands in for the reference where its interpreter is not installed, and tells a reference that changed
//! from a candidate that differs. It is canonical and normalised, as it is compared, and names the digests of what
//! it was made of. A new recording lies pending beside the accepted one until it is reviewed.

mod difference;
mod digest;
mod drift;
mod error;
mod file;
mod shelf;

pub use difference::changes;
pub use digest::scenario as scenario_digest;
pub(crate) use digest::{adapter as adapter_digest, reference as reference_digest};
pub(crate) use drift::{Against, against, digest_of_all, masked, other_queue, recording, replayed, trace};
pub use drift::{Drift, GoldenUse};
pub use error::GoldenError;
pub use shelf::{Goldens, Pending, Proposal};

use serde::{Deserialize, Serialize};

use crate::observation::{Observation, QueueState};

/// Whose golden it is. It is also where it lies: `<adapter>/<behaviour>/<scenario>.json`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct GoldenName {
    /// The adapter of the reference.
    pub adapter: String,
    /// The behaviour.
    pub behaviour: String,
    /// The scenario.
    pub scenario: String,
}

impl std::fmt::Display for GoldenName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.behaviour, self.scenario)
    }
}

/// SHA-256 of everything that a golden was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeOf {
    /// The text of the adapter.
    pub adapter: String,
    /// What the scenario does; not its summary, its comments or its layout.
    pub scenario: String,
    /// The reference's scripts, as far as its adapter names them.
    pub reference: String,
}

/// What the reference showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Golden {
    /// Whose it is.
    pub name: GoldenName,
    /// What it was made of.
    pub made_of: MadeOf,
    /// The queue's state after the setup.
    pub start: QueueState,
    /// What came of each step; nothing where the harness itself edits.
    pub steps: Vec<Option<Observation>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    #[test]
    fn the_shipped_scenarios_have_goldens() {
        let library = Library::load(None).unwrap();
        let mut without = Vec::new();
        for scenario in &library.scenarios {
            let (behaviour, scenario_name) = (scenario.behaviour.clone(), scenario.name.clone());
            let name = GoldenName { adapter: "gpuaas".into(), behaviour, scenario: scenario_name };
            let golden = library.goldens.accepted(&name).unwrap_or_else(|error| panic!("{error}"));
            let current =
                golden.filter(|golden| golden.made_of.scenario == library.scenario_digest(scenario));
            if current.is_none_or(|golden| golden.steps.len() != scenario.steps.len()) {
                without.push(scenario.id());
            }
        }
        // A scenario that came since the last recording is errored in a replay; more than a few make it worthless.
        assert!(
            without.len() * 20 <= library.scenarios.len(),
            "no golden of these scenarios as they are now: {}\nrecord them with `make goldens`, then look at what \
             `fairway parity review --golden golden` shows",
            without.join(", ")
        );
    }

    #[test]
    fn an_observation_reads_as_it_was_written() {
        let library = Library::load(None).unwrap();
        let scenario = &library.scenarios[0];
        let name = GoldenName {
            adapter: "gpuaas".into(),
            behaviour: scenario.behaviour.clone(),
            scenario: scenario.name.clone(),
        };
        let golden = library.goldens.need(&name).unwrap_or_else(|error| panic!("{error}"));
        let folder = tempfile::tempdir().unwrap();
        let shelf = Goldens::only(folder.path().to_owned());
        assert_eq!(shelf.propose(&golden, |_| true).unwrap(), Proposal::New);
        let [pending] = &shelf.pending().unwrap()[..] else { panic!("one waits") };
        assert_eq!((&pending.recorded, &pending.accepted), (&golden, &None));
        shelf.accept(pending).unwrap();
        assert_eq!(shelf.accepted(&name).unwrap().as_ref(), Some(&golden));
        assert_eq!(shelf.propose(&golden, |accepted| *accepted == golden).unwrap(), Proposal::Same);
        assert_eq!(changes(Some(&golden), &golden), "");
    }
}
