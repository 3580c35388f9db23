//! The reference against itself, for as long as is asked: whatever is reported then is a false alarm.
//!
//! A pair is one scenario played by the reference on both sides, by the run of ordinary scenarios: with its copies, its
//! confinement and its normalisers. No waiver accepts anything here. All scenarios are played in rounds, each in an
//! order of its own.

mod result;

pub use result::{FalseAlarm, SoakResult};

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::hex;
use crate::journal::{self, JournalError};
use crate::library::Library;
use crate::report::ScenarioResult;
use crate::run::{self, Progress, RunError, RunRequest};
use crate::scenario::Scenario;
use crate::verdict::Verdict;

/// How many pairs are played before the journal is written. The reference is copied once for each batch.
const BATCH: usize = 40;

/// What to soak.
#[derive(Debug, Clone)]
pub struct SoakRequest {
    /// The reference, and how it is run. Where it writes is decided here.
    pub run: RunRequest,
    /// How many pairs.
    pub pairs: usize,
    /// What decides on the order of the scenarios in each round.
    pub seed: u64,
    /// The folder that receives the journal and what there is of each alarm. A run that was left there is taken up.
    pub out: PathBuf,
}

/// Why a soak cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum SoakError {
    /// A batch cannot be run at all.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The journal is of another run, or something cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Plays pairs until there are as many as asked for, taking up what was left in the folder.
///
/// # Errors
/// The run cannot begin or its results cannot be written. What a pair shows is part of the result.
pub fn soak(
    request: &SoakRequest,
    mut library: Library,
    progress: &dyn Progress,
) -> Result<SoakResult, SoakError> {
    library.waivers.clear();
    let mut scenarios: Vec<Scenario> =
        run::select(&request.run, run::adapter(&library, &request.run.reference)?, &library.scenarios)?
            .into_iter()
            .cloned()
            .collect();
    scenarios.sort_by_key(Scenario::id);
    fs::create_dir_all(&request.out).map_err(JournalError::file(&request.out))?;
    let mut found = SoakResult::open(request, &scenarios)?;
    progress.started(request.pairs.saturating_sub(found.pairs));
    while found.pairs < request.pairs {
        let (round, place) = (found.pairs / scenarios.len(), found.pairs % scenarios.len());
        // Within a round every scenario has a name of its own.
        let last = (place + BATCH).min(scenarios.len()).min(place + request.pairs - found.pairs);
        library.scenarios =
            shuffled(&scenarios, request.seed, round)[place..last].iter().copied().cloned().collect();
        batch(request, &library, round, &mut found, progress)?;
        journal::save(&request.out, &found)?;
    }
    Ok(found)
}

/// Plays the scenarios of the library, and counts.
fn batch(
    request: &SoakRequest,
    library: &Library,
    round: usize,
    found: &mut SoakResult,
    progress: &dyn Progress,
) -> Result<(), SoakError> {
    let out = request.out.join("last-batch");
    journal::clear(&out)?;
    let asked = RunRequest {
        behaviours: Vec::new(),
        scenario: None,
        once: true,
        // Which of two equal sides is played first differs from round to round.
        seed: request.seed.wrapping_add(round as u64),
        out: out.clone(),
        ..request.run.clone().on_both_sides()
    };
    let result = run::run(&asked, library, &Quiet(progress))?;
    found.of(&request.out, &result)?;
    let results: BTreeMap<String, &ScenarioResult> = result
        .scenarios
        .iter()
        .map(|result| (format!("{}/{}", result.behaviour, result.name), result))
        .collect();
    for scenario in library.scenarios.iter().map(Scenario::id) {
        let Some(result) = results.get(&scenario) else { continue };
        let number = found.count(result);
        if result.verdict != Verdict::Matched {
            let kept = request.out.join("alarms").join(number.to_string());
            keep(&out.join("raw").join(&scenario), &kept)?;
            found.alarms.push(FalseAlarm::of(result, number, kept));
        }
    }
    Ok(())
}

/// The scenarios in the order of a round, which depends on nothing but the seed and the round.
fn shuffled(scenarios: &[Scenario], seed: u64, round: usize) -> Vec<&Scenario> {
    let mut order: Vec<&Scenario> = scenarios.iter().collect();
    order.sort_by_cached_key(|scenario| hex::sha256(format!("{seed} {round} {}", scenario.id())));
    order
}

/// Keeps everything raw of an alarm; a pair that broke down early has left nothing.
fn keep(raw: &Path, kept: &Path) -> Result<(), JournalError> {
    if !raw.is_dir() {
        return Ok(());
    }
    journal::clear(kept)?;
    let folder = kept.parent().unwrap_or(kept);
    fs::create_dir_all(folder).map_err(JournalError::file(folder))?;
    fs::rename(raw, kept).map_err(JournalError::file(kept))
}

/// Only the pairs themselves are worth telling; that a batch begins or ends is not.
struct Quiet<'p>(&'p dyn Progress);

impl Progress for Quiet<'_> {
    fn beginning(&self, scenario: &Scenario) {
        self.0.beginning(scenario);
    }

    fn finished(&self, result: &ScenarioResult) {
        self.0.finished(result);
    }
}
