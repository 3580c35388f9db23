//! Runs scenarios on two systems and says what came of it.

mod alone;
mod cases;
mod digest;
mod doctor;
mod error;
mod ground;
mod judge;
mod play;
mod pool;
mod record;
mod recording;
mod reread;
mod select;
mod side;
mod spent;
mod trace;
mod turn;

pub(crate) use alone::{Alone, Failed};
pub(crate) use cases::case_of;
pub use doctor::{Check, Examination, doctor, doctor_of_replay};
pub use error::RunError;
pub(crate) use pool::each;
pub use recording::{RecordedAs, RecordedScenario, Recording, record};
pub use reread::{RereadError, reread};
pub(crate) use select::select;
pub use spent::Parts;
pub(crate) use trace::Trace;
pub use turn::seed_of;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::adapter::Adapter;
use crate::golden::{self, GoldenUse};
use crate::library::Library;
use crate::normalise::Bytes;
use crate::report::{self, Mode, RunResult, ScenarioResult, Side, Time, behaviours};
use crate::sandbox::settle;
use crate::scenario::Scenario;
use crate::verdict::{Counts, Verdict};
use crate::waiver::WaiverBook;

use ground::{Copying, Ground};
use play::Played;
use spent::Spent;

/// What to run.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The name of the run, such as [`new_run_id`] makes.
    pub run_id: String,
    /// A copy of the reference's checkout. Nothing in it is run or changed.
    pub reference_dir: PathBuf,
    /// The adapter of the reference.
    pub reference: String,
    /// The adapter of the candidate.
    pub candidate: String,
    /// The candidate's program, for `{program}` in its adapter.
    pub program: Option<PathBuf>,
    /// The candidate's configuration, for `{config}` in its adapter.
    pub config: Option<PathBuf>,
    /// Only these behaviours; none means all.
    pub behaviours: Vec<String>,
    /// Only scenarios whose name, or `behaviour/name`, matches this glob.
    pub scenario: Option<String>,
    /// What decides on the order in which the runs of a scenario are played, such as [`seed_of`] makes.
    pub seed: u64,
    /// Runs each side once instead of twice: nobody then knows whether it agrees with itself.
    pub once: bool,
    /// How many scenarios at once; 0 counts as 1.
    pub jobs: usize,
    /// The folder that receives `result.json` and everything raw.
    pub out: PathBuf,
    /// Keeps the sandboxes, under `out/sandboxes`.
    pub keep: bool,
    /// How long one command may take.
    pub timeout: Duration,
    /// Accepted goldens take the reference's place, and nothing of it is run.
    pub replay: bool,
    /// A program that can be the keeper of sandboxes: see [`confine::keeper`](crate::confine::keeper). Without one,
    /// nothing but the copy stands between what runs and the rest of the system.
    pub keeper: Option<PathBuf>,
}

impl RunRequest {
    /// The reference on both sides: whatever differs then is noise.
    #[must_use]
    pub fn on_both_sides(self) -> Self {
        Self { candidate: self.reference.clone(), program: None, ..self }
    }

    /// Whether every scenario was asked for.
    fn is_full(&self) -> bool {
        self.behaviours.is_empty() && self.scenario.is_none()
    }
}

/// What a run tells while it goes on. Calls come from several threads.
pub trait Progress: Sync {
    /// The reference is about to be copied, which may take a while.
    fn copying(&self) {}
    /// This many scenarios are about to run.
    fn started(&self, _scenarios: usize) {}
    /// One of them begins.
    fn beginning(&self, _scenario: &Scenario) {}
    /// One of them came to its end.
    fn finished(&self, _result: &ScenarioResult) {}
    /// One of them was recorded.
    fn recorded(&self, _scenario: &RecordedScenario) {}
    /// All are through, and the original is looked at once more.
    fn verifying(&self) {}
    /// The run is over.
    fn over(&self, _result: &RunResult) {}
}

/// Tells nobody.
impl Progress for () {}

/// Copies the reference, runs the scenarios on both systems, compares, and writes everything under `out`.
///
/// # Errors
/// The run cannot begin or its results cannot be written. A scenario that cannot run is part of the result.
pub fn run(request: &RunRequest, library: &Library, progress: &dyn Progress) -> Result<RunResult, RunError> {
    let (began, clock) = (Instant::now(), Timestamp::now());
    let reference = adapter(library, &request.reference)?;
    let candidate = adapter(library, &request.candidate)?;
    error::same_sections(reference, candidate)?;
    let scenarios = select(request, reference, &library.scenarios)?;
    examine(request, reference, candidate)?;
    outside(request)?;
    progress.copying();
    let waivers = waivers_for(reference, library);
    let mut ground = Ground::lay(request, library, reference, candidate, Copying::Cheap)?;
    let copied = began.elapsed();
    progress.started(scenarios.len());
    let played =
        pool::each(&scenarios, request.jobs, |scenario| watched(&ground, &waivers, scenario, progress));
    progress.verifying();
    let verifying = Instant::now();
    let original_changes = ground.changes_of_original()?;
    let unused_waivers = if request.is_full() { waivers.unused() } else { Vec::new() };
    let (reference, candidate) = sides(&ground, (reference, candidate), request, &scenarios)?;
    let subject = ground.subject()?;
    let own_wall: Duration = played.iter().map(|played| played.wall).sum();
    let spent = Spent::sum(played.iter().map(|played| &played.spent));
    let mut goldens = GoldenUse::default();
    let (results, drift): (Vec<ScenarioResult>, Vec<_>) =
        played.into_iter().map(Played::timed).map(|(result, golden)| (result, goldens.count(golden))).unzip();
    let busy = copied + own_wall + verifying.elapsed();
    let result = RunResult {
        schema: report::SCHEMA.to_owned(),
        run_id: request.run_id.clone(),
        mode: if request.replay { Mode::Replay } else { Mode::Live },
        began: clock.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        seed: request.seed,
        rounds: ground.rounds,
        verdict: overall(results.iter().map(|result| result.verdict), &unused_waivers),
        counts: Counts::of(results.iter().map(|result| result.verdict)),
        behaviours: behaviours(&results),
        reference,
        candidate,
        subject,
        protections: ground.protections(),
        sandboxes: Some(ground.sandboxes()),
        no_overlays: ground.no_overlays().map(str::to_owned),
        original_untouched: original_changes.is_empty(),
        original_changes,
        bytes: bytes(&results),
        time: Time::new(began.elapsed(), busy, spent.children(), spent.parts()),
        waivers: report::waivers_used(&library.waivers, &results),
        normalisers: report::normalisers_used(&library.normalisers, &results),
        unused_waivers,
        goldens,
        drift: drift.into_iter().flatten().collect(),
        scenarios: results,
    };
    record::write_result(&request.out, &result)?;
    ground.clear();
    progress.over(&result);
    Ok(result)
}

/// Refuses what cannot run.
fn examine(request: &RunRequest, reference: &Adapter, candidate: &Adapter) -> Result<(), RunError> {
    let examine = if request.replay { doctor_of_replay } else { doctor };
    let examination = examine(&request.reference_dir, reference, candidate, request.program.as_deref());
    if examination.is_sound() { Ok(()) } else { Err(RunError::Unfit(examination)) }
}

/// Plays a scenario, and tells of it.
fn watched(
    ground: &Ground<'_>,
    waivers: &WaiverBook,
    scenario: &Scenario,
    progress: &dyn Progress,
) -> Played {
    progress.beginning(scenario);
    let played = play::play(ground, waivers, scenario);
    progress.finished(&played.result);
    played
}

pub(crate) fn adapter<'l>(library: &'l Library, name: &str) -> Result<&'l Adapter, RunError> {
    let known = || library.adapters.iter().map(|adapter| adapter.name.clone()).collect();
    library.adapter(name).ok_or_else(|| RunError::NoAdapter { name: name.to_owned(), known: known() })
}

/// Both sides with their digests. The reference of a replay is its goldens.
fn sides(
    ground: &Ground<'_>,
    (reference, candidate): (&Adapter, &Adapter),
    request: &RunRequest,
    scenarios: &[&Scenario],
) -> Result<(Side, Side), RunError> {
    let side = |adapter: &Adapter, digest| Side { adapter: adapter.name.clone(), digest };
    let program = request.program.as_deref();
    let of_reference = if request.replay {
        golden::digest_of_all(ground.library, &reference.name, scenarios)
    } else {
        digest::of(reference, ground.base(), program)?
    };
    let of_candidate = digest::of(candidate, ground.base(), program)?;
    Ok((side(reference, of_reference), side(candidate, of_candidate)))
}

/// The worst of all; an unused waiver is an error, because it hides nothing that is there.
fn overall(verdicts: impl Iterator<Item = Verdict>, unused_waivers: &[String]) -> Verdict {
    let worst = verdicts.max().unwrap_or(Verdict::Errored);
    if unused_waivers.is_empty() { worst } else { Verdict::Errored }
}

/// What all scenarios compared and masked.
fn bytes(results: &[ScenarioResult]) -> Bytes {
    let mut bytes = Bytes::default();
    for result in results {
        bytes.add(&result.bytes);
    }
    bytes
}

/// The waivers of the behaviours that the reference is for: others cannot be used.
fn waivers_for(reference: &Adapter, library: &Library) -> WaiverBook {
    let waivers = library.waivers.iter().filter(|waiver| reference.is_for(&waiver.behaviour));
    WaiverBook::new(waivers.cloned().collect())
}

/// Results in the original would change it, and be copied with it.
fn outside(request: &RunRequest) -> Result<(), RunError> {
    let out = settle(&std::path::absolute(&request.out).map_err(RunError::file(&request.out))?);
    let original = request.reference_dir.canonicalize().map_err(RunError::file(&request.reference_dir))?;
    if out.starts_with(&original) || out.starts_with(&request.reference_dir) {
        return Err(RunError::OutInside { out, original });
    }
    Ok(())
}

/// A name for a run: sortable by time, and different for two runs within a second.
pub fn new_run_id() -> String {
    let now = Timestamp::now();
    format!("{}-{:05x}", now.strftime("%Y%m%dT%H%M%SZ"), now.subsec_nanosecond() / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_decides_and_an_unused_waiver_is_an_error() {
        use Verdict::{Errored, Matched, Mismatched, Waived};
        let of = |verdicts: &[Verdict], unused: &[String]| overall(verdicts.iter().copied(), unused);
        assert_eq!(of(&[Matched, Waived], &[]), Waived);
        assert_eq!(of(&[Matched, Mismatched, Waived], &[]), Mismatched);
        assert_eq!(of(&[Matched], &["title".to_owned()]), Errored);
        assert_eq!(of(&[], &[]), Errored, "a run of nothing proves nothing");
    }
}
