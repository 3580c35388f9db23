//! What the reference shows without a fault, and which lines each scenario runs.
//!
//! Every scenario is played twice: once while its lines are written down, once without. A scenario in which the two
//! differ tells nothing of a fault and is left out, by name. What was found of the others is kept beside the results,
//! under the digest of all that it was made of.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::coverage::{self, Coverage};
use super::script::Script;
use super::{GradeError, Plan, turns};
use crate::compare::Scope;
use crate::golden::{self, Golden, GoldenName, MadeOf};
use crate::library::Library;
use crate::observation::{Observation, QueueState};
use crate::run::{Alone, Failed, Trace};
use crate::sandbox::SandboxError;
use crate::scenario::Scenario;

/// A scenario as the reference plays it without a fault.
pub(super) struct Known<'s> {
    pub(super) scenario: &'s Scenario,
    /// A digest of all that it was made of.
    pub(super) key: String,
    pub(super) coverage: Coverage,
    pub(super) seconds: f64,
    /// The words of its steps and of what it showed.
    pub(super) words: BTreeSet<String>,
    /// What it showed; or why it tells nothing.
    pub(super) trace: Result<Trace, String>,
}

impl Known<'_> {
    /// Whether it runs a line of a script.
    pub(super) fn runs(&self, script: &str, line: usize) -> bool {
        self.coverage.get(script).is_some_and(|lines| lines.ran.contains(&line))
    }
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
struct Page {
    key: String,
    coverage: Coverage,
    seconds: f64,
    start: QueueState,
    steps: Vec<Option<Observation>>,
}

/// Where scenarios are played with and without their lines being written down.
pub(super) struct Baseline<'g, 'a> {
    pub(super) covered: &'g Alone<'a>,
    pub(super) plain: &'g Alone<'a>,
    pub(super) plan: &'g Plan<'a>,
    pub(super) scripts: &'g [Script],
    pub(super) library: &'a Library,
    /// Where what was found is kept.
    pub(super) folder: PathBuf,
    /// A digest of all that scenarios share.
    pub(super) shared: String,
}

impl<'a> Baseline<'_, 'a> {
    /// What is known of a scenario; it is played unless that was kept. Says whether it was.
    pub(super) fn know(
        &self,
        scenario: &'a Scenario,
        number: usize,
    ) -> Result<(Known<'a>, bool), GradeError> {
        let digest = self.library.scenario_digest(scenario);
        let key = crate::hex::sha256(format!("{} {} {digest}", self.shared, scenario.id()));
        let path = self.folder.join(&scenario.behaviour).join(format!("{}.json", scenario.name));
        if let Some(known) = self.kept(scenario, &key, &path) {
            return Ok((known, true));
        }
        let known = self.play(scenario, number, key)?;
        if let Ok(trace) = &known.trace {
            self.keep(&known, trace, &path)?;
        }
        Ok((known, false))
    }

    fn play(&self, scenario: &'a Scenario, number: usize, key: String) -> Result<Known<'a>, GradeError> {
        let began = Instant::now();
        let mut coverage = Ok(Coverage::new());
        let enter = |sandbox: &crate::sandbox::Sandbox| {
            coverage::prepare(sandbox).map_err(SandboxError::io("write in", sandbox.home()))
        };
        let first = self.covered.play(scenario, 2 * number + 1, enter, |sandbox| {
            coverage = coverage::read(sandbox, self.scripts);
        });
        let seconds = began.elapsed().as_secs_f64();
        let second = self.plain.play(scenario, 2 * number + 2, |_| Ok(()), |_| {});
        let coverage = coverage.map_err(|error| GradeError::Harness(error.to_string()))?;
        let mut said = BTreeSet::new();
        let trace = match (first, second) {
            (Err(Failed::Harness(error)), _) | (_, Err(Failed::Harness(error))) => {
                return Err(GradeError::Harness(format!("{}: {error}", scenario.id())));
            }
            (Err(Failed::Reference(error)), _) | (_, Err(Failed::Reference(error))) => Err(error),
            (Ok(first), Ok(second)) => {
                let (differences, _) = second.compare(&first, scenario, Scope::OneSide, ["plain", "covered"]);
                match differences.first() {
                    // As it is when it was kept.
                    None => {
                        let golden = self.golden(scenario, &second);
                        said = words(scenario, &golden);
                        Ok(golden::trace(self.library, scenario, &golden))
                    }
                    Some(one) => Err(format!("the reference disagrees with itself: {}", one.place)),
                }
            }
        };
        Ok(Known { scenario, key, coverage, seconds, words: said, trace })
    }

    fn kept(&self, scenario: &'a Scenario, key: &str, path: &Path) -> Option<Known<'a>> {
        let page: Page = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        if page.key != key {
            return None;
        }
        let golden =
            Golden { name: self.name(scenario), made_of: made_of(), start: page.start, steps: page.steps };
        let trace = Ok(golden::trace(self.library, scenario, &golden));
        let (coverage, seconds, words) = (page.coverage, page.seconds, words(scenario, &golden));
        Some(Known { scenario, key: page.key, coverage, seconds, words, trace })
    }

    fn keep(&self, known: &Known<'_>, trace: &Trace, path: &Path) -> Result<(), GradeError> {
        let golden = self.golden(known.scenario, trace);
        let page = Page {
            key: known.key.clone(),
            coverage: known.coverage.clone(),
            seconds: known.seconds,
            start: golden.start,
            steps: golden.steps,
        };
        super::write(path, &serde_json::to_vec(&page).unwrap_or_default())
    }

    fn golden(&self, scenario: &Scenario, trace: &Trace) -> Golden {
        golden::recording(&self.plan.reference.name, scenario, made_of(), trace)
    }

    fn name(&self, scenario: &Scenario) -> GoldenName {
        GoldenName {
            adapter: self.plan.reference.name.clone(),
            behaviour: scenario.behaviour.clone(),
            scenario: scenario.name.clone(),
        }
    }
}

/// The words of a scenario's steps and of what the reference showed.
fn words(scenario: &Scenario, golden: &Golden) -> BTreeSet<String> {
    let mut words = turns::words(&format!("{:?}", scenario.steps));
    words.extend(turns::words(&serde_json::to_string(&golden.steps).unwrap_or_default()));
    words
}

/// What is kept here has its own key.
fn made_of() -> MadeOf {
    MadeOf { adapter: String::new(), scenario: String::new(), reference: String::new() }
}

/// The lines of a script whose runs are counted, over all scenarios.
pub(super) fn counted(known: &[Known<'_>], script: &str) -> BTreeSet<usize> {
    let lines = known.iter().filter_map(|known| known.coverage.get(script));
    lines.flat_map(|lines| lines.counted.iter().copied()).collect()
}
