//! Plays cases in batches, and makes those that differ smaller.

use crate::journal::{self, JournalError};
use crate::library::Library;
use crate::report::{RunResult, ScenarioResult};
use crate::run::{self, Progress, RunRequest};
use crate::verdict::Verdict;

use super::case::{Case, Step};
use super::grammar::Grammar;
use super::kind::kinds;
use super::result::{Find, FuzzResult, classes};
use super::{FuzzError, FuzzRequest, generate};

/// How many cases are played before the journal is written. The reference is copied once for each batch.
const BATCH: usize = 50;
/// At most so many cases are played to make one smaller.
const SHRINKING: usize = 240;

/// What a run needs while it goes on.
pub(super) struct Hunt<'r> {
    pub(super) request: &'r FuzzRequest,
    pub(super) library: Library,
    pub(super) grammar: &'r Grammar,
    /// Whether each side is run once.
    pub(super) once: bool,
}

impl Hunt<'_> {
    /// Plays all cases that were not played yet.
    pub(super) fn all(
        &mut self,
        mut found: FuzzResult,
        progress: &dyn Progress,
    ) -> Result<FuzzResult, FuzzError> {
        let request = self.request;
        progress.started(request.cases.saturating_sub(found.cases));
        while found.cases < request.cases {
            let last = (found.cases + BATCH).min(request.cases);
            let cases: Vec<Case> = (found.cases + 1..=last)
                .filter_map(|number| generate::case(self.grammar, request.seed, number, &request.behaviours))
                .collect();
            let results = self.play(&cases, progress, &mut found)?;
            let first = found.cases + 1;
            for (index, (case, result)) in cases.iter().zip(&results).enumerate() {
                found.count(&case.scenario(&self.library.vocabulary)?, result);
                if is_discarded(result) {
                    found.discarded += 1;
                } else if is_find(result) {
                    self.take(case, first + index, &mut found)?;
                }
            }
            found.cases = last;
            found.judge(self.grammar);
            journal::save(&request.out, &found)?;
        }
        found.judge(self.grammar);
        Ok(found)
    }

    /// Makes a find smaller and writes it as a scenario, unless its like was found before. First each side runs it
    /// twice: a reference that disagrees with itself is another find than a candidate that disagrees with it.
    fn take(&mut self, case: &Case, number: usize, found: &mut FuzzResult) -> Result<(), FuzzError> {
        let once = std::mem::replace(&mut self.once, false);
        let again = self.play(std::slice::from_ref(case), &(), found)?;
        self.once = once;
        let Some(result) = again.first() else { return Ok(()) };
        let kinds = kinds(case, result);
        let new = found.unknown(&kinds);
        if new.is_empty() {
            found.count_again(&kinds, number);
            return Ok(());
        }
        let (small, shown) = self.shrink(case.clone(), result.clone(), &new, found)?;
        let small = self.expecting(small, &shown)?;
        let folder = self.request.out.join("finds").join(&small.behaviour);
        let file = folder.join(format!("{}.toml", small.name));
        std::fs::create_dir_all(&folder).map_err(JournalError::file(&folder))?;
        std::fs::write(&file, small.text()).map_err(JournalError::file(&file))?;
        let places = shown.differences.iter().filter(|difference| difference.waiver.is_none());
        let places =
            places.map(|difference| difference.place.to_string()).chain(shown.error.clone()).collect();
        found.finds.push(Find {
            case: number,
            behaviour: small.behaviour,
            file,
            steps: (case.steps.len(), small.steps.len()),
            places,
            diff: shown.diffs.first().map(|step| format!("{}\n{}", step.at, step.diff)).unwrap_or_default(),
            again: Vec::new(),
            kinds,
        });
        Ok(())
    }

    /// The smallest case that still differs in one of the same kinds of place.
    fn shrink(
        &mut self,
        mut case: Case,
        mut shown: ScenarioResult,
        wanted: &[String],
        found: &mut FuzzResult,
    ) -> Result<(Case, ScenarioResult), FuzzError> {
        let mut left = SHRINKING;
        let width = self.request.jobs.max(1) * 4;
        'smaller: loop {
            for tried in case.reductions().chunks(width) {
                if left < tried.len() {
                    return Ok((case, shown));
                }
                left -= tried.len();
                // All of a batch need names of their own.
                let named = tried
                    .iter()
                    .enumerate()
                    .map(|(index, case)| Case { name: format!("{}-{index}", case.name), ..case.clone() });
                let named: Vec<Case> = named.collect();
                let results = self.play(&named, &(), found)?;
                let still = results.into_iter().enumerate().find(|(index, result)| {
                    let kinds = kinds(&named[*index], result);
                    is_find(result) && kinds.iter().any(|kind| wanted.contains(kind))
                });
                if let Some((index, result)) = still {
                    (case, shown) = (tried[index].clone(), result);
                    continue 'smaller;
                }
            }
            return Ok((case, shown));
        }
    }

    /// Puts into a case what the reference gives, so that it is a scenario like any other.
    fn expecting(&self, mut case: Case, shown: &ScenarioResult) -> Result<Case, FuzzError> {
        let mut given = classes(&case.scenario(&self.library.vocabulary)?, shown).into_iter();
        for step in &mut case.steps {
            if let Step::Ask { expect, .. } = step {
                *expect = given.next().map(|(_, class)| class);
            }
        }
        Ok(case)
    }

    /// Plays cases on both sides. The results come in the order of the cases.
    fn play(
        &mut self,
        cases: &[Case],
        progress: &dyn Progress,
        found: &mut FuzzResult,
    ) -> Result<Vec<ScenarioResult>, FuzzError> {
        let vocabulary = &self.library.vocabulary;
        let scenarios = cases.iter().map(|case| case.scenario(vocabulary)).collect::<Result<Vec<_>, _>>()?;
        let mut behaviours: Vec<String> =
            scenarios.iter().map(|scenario| scenario.behaviour.clone()).collect();
        behaviours.sort();
        behaviours.dedup();
        self.library.scenarios = scenarios;
        let out = self.request.out.join("last-batch");
        journal::clear(&out)?;
        let request =
            RunRequest { behaviours, scenario: None, once: self.once, out, ..self.request.run.clone() };
        let result = run::run(&request, &self.library, &Quiet(progress))?;
        found.original_untouched &= result.original_untouched;
        let mut results = result.scenarios;
        let place = |result: &ScenarioResult| cases.iter().position(|case| case.name == result.name);
        results.sort_by_key(place);
        Ok(results)
    }
}

/// Only the cases themselves are worth telling; that a batch begins or ends is not.
struct Quiet<'p>(&'p dyn Progress);

impl Progress for Quiet<'_> {
    fn finished(&self, result: &ScenarioResult) {
        self.0.finished(result);
    }

    fn over(&self, result: &RunResult) {
        self.0.over(result);
    }
}

/// Whether the reference refused the queue that a case begins with: then the grammar made something that is not sound.
fn is_discarded(result: &ScenarioResult) -> bool {
    result.error.as_ref().is_some_and(|error| error.starts_with("reference") && error.contains(", start: "))
}

/// Whether a case shows something: a difference that no waiver accepts, or that it could not be played.
fn is_find(result: &ScenarioResult) -> bool {
    if is_discarded(result) {
        return false;
    }
    let differs = result.differences.iter().any(|difference| difference.waiver.is_none());
    differs || result.error.is_some() || result.verdict == Verdict::Unstable
}
