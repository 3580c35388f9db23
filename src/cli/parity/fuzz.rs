//! `fairway parity fuzz`.

use std::sync::{Mutex, PoisonError};

use clap::Args;
use fairway_parity::fuzz::{FuzzError, FuzzRequest, Grammar, case_text, fuzz};
use fairway_parity::ledger::{Event, RunEvidence, Source};
use fairway_parity::report::{RunResult, ScenarioResult};
use fairway_parity::{LibraryError, RunRequest, Verdict};

use super::work::{Patience, Variables, Work};
use super::{Systems, journal};
use crate::cli::{CliError, Session};
use crate::pilot::{Project, ProofError};
use crate::ui;
use crate::views::{FuzzCase, ParityFuzz};

/// Make up queues and operations, play them on both sides, and make every difference as small as it gets.
///
/// What is made up comes from a grammar (`.fairway/parity/grammar.toml`, or the one that ships), the seed and the
/// number of the case. What differs is written as a scenario that can be added to the corpus as it is. Given the
/// same --out again, a run goes on where it was left. Exit codes: 0 nothing found, 5 a difference, or an outcome
/// that the grammar wants and no case reached, 2 something could not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity fuzz --reference ../gpuaas-copy --cases 50\n  fairway parity fuzz --cases 2000 --seed 7 --out fuzz-7\n  fairway parity fuzz --behaviour transitions --json"
)]
pub struct FuzzArgs {
    #[command(flatten)]
    systems: Systems,
    /// How many cases.
    #[arg(long, value_name = "N", default_value_t = 50)]
    cases: usize,
    /// Cases are made up from it: the same seed and number make the same case.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only cases of this behaviour; may be given again.
    #[arg(long, value_name = "NAME")]
    behaviour: Vec<String>,
    /// Run each side of each case twice, so that one that disagrees with itself is told from a difference. Without it
    /// only what was found is run twice.
    #[arg(long)]
    twice: bool,
    /// Print the scenario of this case of the seed, and play nothing.
    #[arg(long, value_name = "CASE")]
    print: Option<usize>,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    variables: Variables,
}

pub(super) fn run(session: &mut Session, args: FuzzArgs) -> Result<u8, CliError> {
    let out = args.work.out(session);
    let mut found = args.systems.find(session)?;
    args.variables.set(&mut found.library, &found.reference);
    let out = out.unwrap_or_else(|| found.root.join(format!(".fairway/parity/fuzz-{}", args.seed)));
    let grammar = Grammar::load(Some(&found.root), &found.library.vocabulary)?;
    if let Some(case) = args.print {
        let text = case_text(&grammar, args.seed, case, &args.behaviour).unwrap_or_default();
        session.ui.emit("parity fuzz", &FuzzCase { case, seed: args.seed, scenario: text });
        return Ok(0);
    }
    let run = found.cheap_request(Some(out.clone()), &args.work.pace, Patience::Short);
    let request = FuzzRequest {
        jobs: run.jobs,
        run: RunRequest { seed: args.seed, once: !args.twice, ..run },
        cases: args.cases,
        seed: args.seed,
        behaviours: args.behaviour,
        out: out.clone(),
    };
    let progress = session.ui.progress();
    let watch = Watch { bar: &progress, project: found.project.as_ref(), shown: Mutex::default() };
    let result = fuzz(&request, found.library, &grammar, &watch);
    progress.finish();
    watch.note()?;
    let result = result.map_err(explain)?;
    let code = result.exit_code();
    session.ui.emit("parity fuzz", &ParityFuzz { result, out });
    Ok(code)
}

fn explain(error: FuzzError) -> CliError {
    match error {
        FuzzError::Run(error) => error.into(),
        FuzzError::Case(problems) => LibraryError::from(problems).into(),
        FuzzError::Journal(error) => journal(error),
        FuzzError::NoProfile { .. } => CliError::usage(error.to_string()),
    }
}

/// Shows on the terminal how far the run is.
struct Watch<'a> {
    bar: &'a ui::Progress,
    /// The project whose scripts are compared.
    project: Option<&'a Project>,
    /// What the batches so far showed, for its ledger.
    shown: Mutex<Option<Result<RunEvidence, ProofError>>>,
}

impl Watch<'_> {
    /// Writes what was shown into the project's ledger, whatever ended the run.
    fn note(self) -> Result<(), CliError> {
        let shown = self.shown.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let (Some(project), Some(shown)) = (self.project, shown) {
            project.note(Event::Run(shown?))?;
        }
        Ok(())
    }
}

impl fairway_parity::Progress for Watch<'_> {
    fn started(&self, cases: usize) {
        self.bar.stage("cases", cases as u64);
    }

    fn finished(&self, result: &ScenarioResult) {
        self.bar.advance(1);
        let verdict = if result.verdict == Verdict::Mismatched { result.verdict.name() } else { "" };
        self.bar.message(&format!("{} {verdict}", result.name));
    }

    fn over(&self, batch: &RunResult) {
        let Some(evidence) =
            self.project.and_then(|project| project.evidence(batch, Source::Fuzz).transpose())
        else {
            return;
        };
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        match (&mut *shown, evidence) {
            (Some(Ok(all)), Ok(more)) => all.add(more),
            (none @ None, evidence) => *none = Some(evidence),
            (all, Err(error)) => *all = Some(Err(error)),
            (Some(Err(_)), Ok(_)) => {}
        }
    }
}
