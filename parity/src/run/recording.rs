//! Records goldens: the reference alone plays every scenario, twice, and what it showed is put beside what is accepted.

use std::time::Instant;

use serde::Serialize;

use crate::adapter::Adapter;
use crate::compare::Scope;
use crate::golden::{self, MadeOf, Proposal, adapter_digest, reference_digest};
use crate::library::Library;
use crate::report::{Side, UnmetGuard};
use crate::scenario::Scenario;

use super::ground::{Copying, Ground};
use super::play::{self, Twice};
use super::{Progress, RunError, RunRequest, adapter, digest, doctor, outside, pool, select};

/// What a recording of one scenario comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordedAs {
    /// The accepted golden says the same.
    Same,
    /// It says the same, and now names the digests of today.
    Refreshed,
    /// It differs from the accepted golden; the recording waits for a review.
    Changed,
    /// There is no accepted golden; the recording waits for a review.
    New,
    /// The reference disagrees with itself. Nothing was recorded.
    Unstable,
    /// The scenario could not be played, or the reference did not reach what it is about. Nothing was recorded.
    Errored,
}

/// One scenario of a recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordedScenario {
    /// The behaviour.
    pub behaviour: String,
    /// The scenario.
    pub name: String,
    /// What came of it.
    pub recorded: RecordedAs,
    /// Why nothing was recorded: the error, the places in which the reference disagrees with itself, or what it did
    /// not reach.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trouble: Vec<String>,
}

/// What came of a recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recording {
    /// Sortable by time.
    pub run_id: String,
    /// The reference.
    pub reference: Side,
    /// The folder of the goldens.
    pub goldens: std::path::PathBuf,
    /// Whether the original is, byte for byte and row for row, what it was before.
    pub original_untouched: bool,
    /// What changed in it, by whomever.
    pub original_changes: Vec<String>,
    /// On the clock on the wall.
    pub wall_seconds: f64,
    /// All scenarios.
    pub scenarios: Vec<RecordedScenario>,
}

impl Recording {
    /// How many scenarios came to this.
    pub fn count(&self, recorded: RecordedAs) -> usize {
        self.scenarios.iter().filter(|scenario| scenario.recorded == recorded).count()
    }
}

/// Records the scenarios that are asked for. The candidate is not run; its adapter says what of the files is its
/// own, and is left out of the comparison.
///
/// # Errors
/// The recording cannot begin, or there is no folder for goldens. A scenario that cannot be recorded is part of the
/// result.
pub fn record(
    request: &RunRequest,
    library: &Library,
    progress: &dyn Progress,
) -> Result<Recording, RunError> {
    let began = Instant::now();
    let reference = adapter(library, &request.reference)?;
    let candidate = adapter(library, &request.candidate)?;
    let folder = library.goldens.folder().ok_or(RunError::NoGoldenFolder)?.to_owned();
    let scenarios = select::select(request, reference, &library.scenarios)?;
    let examination = doctor::of_reference(&request.reference_dir, reference);
    if !examination.is_sound() {
        return Err(RunError::Unfit(examination));
    }
    outside(request)?;
    progress.copying();
    let mut ground = Ground::lay(request, library, reference, candidate, Copying::Cheap)?;
    let sources = (adapter_digest(reference), reference_digest(reference, ground.base())?);
    progress.started(scenarios.len());
    let scenarios = pool::each(&scenarios, request.jobs, |scenario| {
        let recorded = one(&ground, reference, &sources, scenario);
        progress.recorded(&recorded);
        recorded
    });
    progress.verifying();
    let original_changes = ground.changes_of_original()?;
    let digest = digest::of(reference, ground.base(), request.program.as_deref())?;
    ground.clear();
    Ok(Recording {
        run_id: request.run_id.clone(),
        reference: Side { adapter: reference.name.clone(), digest },
        goldens: folder,
        original_untouched: original_changes.is_empty(),
        original_changes,
        wall_seconds: began.elapsed().as_secs_f64(),
        scenarios,
    })
}

fn one(
    ground: &Ground<'_>,
    reference: &Adapter,
    (adapter, scripts): &(String, String),
    scenario: &Scenario,
) -> RecordedScenario {
    let (behaviour, name) = (scenario.behaviour.clone(), scenario.name.clone());
    let done = |recorded, trouble| RecordedScenario { behaviour, name, recorded, trouble };
    let library = ground.library;
    let (trace, unmet) = match play::reference_twice(ground, scenario) {
        Ok(Twice::Same(trace, unmet)) => (trace, unmet),
        Ok(Twice::Differs(places)) => return done(RecordedAs::Unstable, places),
        Err(error) => return done(RecordedAs::Errored, vec![error]),
    };
    // What does not show what its scenario is about is no golden.
    if !unmet.is_empty() {
        return done(RecordedAs::Errored, unmet.iter().map(UnmetGuard::to_string).collect());
    }
    let made_of = MadeOf {
        adapter: adapter.clone(),
        scenario: library.scenario_digest(scenario).to_owned(),
        reference: scripts.clone(),
    };
    let golden = golden::recording(&reference.name, scenario, made_of, &trace);
    let same = |accepted: &golden::Golden| {
        let accepted = golden::trace(library, scenario, accepted);
        accepted.steps.len() == trace.steps.len() && {
            let names = ["golden", "reference"];
            accepted.compare(&trace, scenario, Scope::OneSide, names).0.is_empty()
        }
    };
    match library.goldens.propose(&golden, same) {
        Ok(Proposal::Same) => done(RecordedAs::Same, Vec::new()),
        Ok(Proposal::Refreshed) => done(RecordedAs::Refreshed, Vec::new()),
        Ok(Proposal::Changed) => done(RecordedAs::Changed, Vec::new()),
        Ok(Proposal::New) => done(RecordedAs::New, Vec::new()),
        Err(error) => done(RecordedAs::Errored, vec![error.to_string()]),
    }
}
