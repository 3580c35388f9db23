//! Grades the scenarios: would they notice a fault?
//!
//! Small faults are made in a copy of the reference's scripts, one at a time, and the scenarios that run the faulty line
//! are played on it. One that notices shows something else than on the reference without the fault. That is held
//! against what the reference itself shows, not against the candidate: a candidate whose scenarios all match shows the
//! same, so it is the same question at half the price, and it can be asked before there is a candidate.

mod baseline;
mod coverage;
mod draw;
mod equivalent;
mod error;
mod language;
mod mutators;
mod report;
mod script;
mod site;
mod survey;
mod trial;
mod turns;

pub use coverage::{Coverage, Lines};
pub use equivalent::Equivalent;
pub use error::GradeError;
pub use language::Language;
pub use mutators::{Change, Effect, Mutators, Operator};
pub use report::{Grade, Row, Tried, Verdict, grade_report};
pub use script::{Region, Script};
pub use site::Mutant;
pub use trial::{Catch, Trial};

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::adapter::Adapter;
use crate::datafile::Source;
use crate::library::Library;
use crate::run::{self, Alone, RunError, RunRequest};
use crate::sandbox::Workplace;

use baseline::{Baseline, Known};
use survey::{Drawn, Survey};
use turns::Turns;

/// What to grade.
#[derive(Debug, Clone)]
pub struct GradeRequest {
    /// Where the reference is, which adapters, which scenarios.
    pub run: RunRequest,
    /// How many mutants.
    pub mutants: usize,
    /// What decides which.
    pub seed: u64,
    /// At most so many scenarios are tried on a mutant. One that these do not notice counts as not noticed.
    pub most: usize,
    /// The mutants are drawn and not tried.
    pub list: bool,
    /// Keeps what is known of scenarios and mutants, and receives the result.
    pub out: PathBuf,
    /// Where a project has operators and judgements of its own, under `.fairway/parity`.
    pub project: Option<PathBuf>,
}

/// What a grading tells while it goes on. Calls come from several threads.
pub trait GradeProgress: Sync {
    /// The reference is about to be copied.
    fn copying(&self) {}
    /// This many scenarios are about to be played without a fault.
    fn measuring(&self, _scenarios: usize) {}
    /// One of them is known.
    fn measured(&self, _scenario: &str) {}
    /// This many mutants are about to be tried.
    fn trying(&self, _mutants: usize) {}
    /// One of them was.
    fn tried(&self, _mutant: &Mutant, _caught: bool) {}
}

/// Tells nobody.
impl GradeProgress for () {}

/// The two adapters.
pub(super) struct Plan<'a> {
    pub(super) reference: &'a Adapter,
    pub(super) candidate: &'a Adapter,
}

/// Makes faults and says which of them the scenarios notice.
///
/// # Errors
/// It cannot begin, the harness fails, or a file cannot be read or written. A fault that breaks the reference is part of
/// the result.
pub fn grade(
    request: &GradeRequest,
    library: &Library,
    progress: &dyn GradeProgress,
) -> Result<Grade, GradeError> {
    let began = Instant::now();
    let (mutators, judged) = data(request.project.as_deref())?;
    let plan = Plan {
        reference: run::adapter(library, &request.run.reference)?,
        candidate: run::adapter(library, &request.run.candidate)?,
    };
    let scenarios = run::select(&request.run, plan.reference, &library.scenarios)?;
    // What the commands print is of no interest once it is compared.
    let raw = Workplace::temporary().map_err(RunError::from)?;
    let playing = RunRequest { out: raw.path().to_owned(), ..request.run.clone() };
    let covered = coverage::covered(plan.reference);
    progress.copying();
    let cover = Alone::lay(&playing, library, &covered, plan.candidate)?;
    let unchanged = Alone::lay(&playing, library, plan.reference, plan.candidate)?;
    let scripts = Script::all_of(plan.reference, unchanged.checkout());
    if scripts.is_empty() {
        return Err(GradeError::NoScripts(plan.reference.name.clone()));
    }
    let shared = shared(&plan, library, &unchanged, &scripts)?;
    let folder = request.out.join("coverage");
    let baseline = Baseline {
        covered: &cover,
        plain: &unchanged,
        plan: &plan,
        scripts: &scripts,
        library,
        folder,
        shared,
    };
    progress.measuring(scenarios.len());
    let numbered: Vec<(usize, _)> = scenarios.iter().copied().enumerate().collect();
    let known = run::each(&numbered, request.run.jobs, |(number, scenario)| {
        let known = baseline.know(scenario, *number);
        progress.measured(&scenario.id());
        known
    });
    let (known, kept): (Vec<Known<'_>>, Vec<bool>) =
        known.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let survey = Survey::of(&known, &scripts, &mutators)?;
    let drawn = survey.draw(request.mutants, request.seed)?;
    let trials = if request.list {
        None
    } else {
        Some(trials(request, &unchanged, (&drawn, &Turns::of(&known)), &judged, progress)?)
    };
    let original_changes = unchanged.changes_of_original()?;
    let grade = report::of(
        request,
        &survey,
        &drawn,
        &judged,
        trials,
        report::About { known: &known, kept: &kept, original_changes, wall: began.elapsed() },
    );
    let page = serde_json::to_vec_pretty(&grade).unwrap_or_default();
    write(&request.out.join(format!("grade-{}-{}.json", request.mutants, request.seed)), &page)?;
    Ok(grade)
}

/// Tries every mutant that nobody judged to be no fault.
fn trials(
    request: &GradeRequest,
    plain: &Alone<'_>,
    (drawn, turns): (&[Drawn<'_, '_>], &Turns),
    judged: &[Equivalent],
    progress: &dyn GradeProgress,
) -> Result<Vec<Option<Trial>>, GradeError> {
    progress.trying(drawn.len());
    let numbered: Vec<(usize, &Drawn<'_, '_>)> = drawn.iter().enumerate().collect();
    let tried = run::each(&numbered, request.run.jobs, |(number, drawn)| {
        if judged.iter().any(|judged| judged.is(&drawn.mutant)) {
            progress.tried(&drawn.mutant, true);
            return Ok(None);
        }
        let in_turn = turns.sorted(&drawn.scenarios, &drawn.mutant);
        let kept = request.out.join("mutants").join(format!("{}.json", drawn.mutant.id()));
        let trial =
            trial::run(plain, (&drawn.mutant, &drawn.text), (&in_turn, request.most), *number + 1, &kept)?;
        progress.tried(&drawn.mutant, trial.caught.is_some());
        Ok(Some(trial))
    });
    tried.into_iter().collect()
}

/// A digest of all that the scenarios share. A change of it makes what was kept worthless.
fn shared(
    plan: &Plan<'_>,
    library: &Library,
    alone: &Alone<'_>,
    scripts: &[Script],
) -> Result<String, GradeError> {
    let start = alone.start_digest().map_err(|error| GradeError::Harness(error.to_string()))?;
    let mut all = format!("{:?}\n{start}\n", library.normalisers);
    all.push_str(plan.reference.text());
    for script in scripts {
        all.push_str(&script.path);
        all.push_str(&script.lines.join("\n"));
    }
    Ok(crate::hex::sha256(all))
}

pub(super) fn shipped_mutators() -> Source {
    Source::new("parity/mutators.toml", include_str!("../../mutators.toml"))
}

pub(super) fn shipped_equivalent() -> Source {
    Source::new("parity/equivalent.toml", include_str!("../../equivalent.toml"))
}

/// The operators, a project's own or those that ship, and the judgements, a project's own and those that ship.
fn data(project: Option<&Path>) -> Result<(Mutators, Vec<Equivalent>), GradeError> {
    let own = |name: &str| -> Result<Option<Source>, GradeError> {
        let Some(path) = project.map(|root| root.join(".fairway/parity").join(name)) else { return Ok(None) };
        if !path.exists() {
            return Ok(None);
        }
        let text =
            fs::read_to_string(&path).map_err(|source| GradeError::File { path: path.clone(), source })?;
        Ok(Some(Source::new(path.display().to_string(), text)))
    };
    let mutators = mutators::parse(&own("mutators.toml")?.unwrap_or_else(shipped_mutators))?;
    let mut judged = equivalent::parse(&shipped_equivalent())?;
    if let Some(source) = own("equivalent.toml")? {
        judged.extend(equivalent::parse(&source)?);
    }
    Ok((mutators, judged))
}

/// Writes a file as a whole: a run that is interrupted leaves the old one or the new one.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), GradeError> {
    let failed = |source| GradeError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let temporary = path.with_extension("part");
    fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path)).map_err(failed)
}

/// Of a duration, for people.
pub(super) fn seconds(wall: Duration) -> f64 {
    (wall.as_secs_f64() * 10.0).round() / 10.0
}
