//! `fairway parity run`.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use fairway_parity::ledger::{Book, Source};
use fairway_parity::report::ScenarioResult;
use fairway_parity::scenario::Scenario;
use fairway_parity::{Goldens, RunRequest, Verdict};

use super::Systems;
use super::tasks::Tasks;
use super::work::{Patience, Work};
use crate::cli::{CliError, Session};
use crate::ui;
use crate::views::ParityRun;

/// Run scenarios on the reference and on Fairway, side by side, and show every difference.
///
/// Both work on copies, in a cleared environment with a fixed clock, and each is run twice: a reference that
/// disagrees with itself proves nothing. After every step the outcome, the answer and
/// what changed in the queue's state, in files, in git and among processes are compared. Exit codes: 0 all matched, 5 a difference,
/// 2 something could not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity run --reference ../gpuaas-copy\n  fairway parity run --reference ../gpuaas-copy --behaviour claim \\\n    --scenario '*held*' --json"
)]
pub struct RunArgs {
    #[command(flatten)]
    systems: Systems,
    /// Only this behaviour; may be given again.
    #[arg(long, value_name = "NAME")]
    behaviour: Vec<String>,
    /// Only scenarios whose name matches.
    #[arg(long, value_name = "GLOB")]
    scenario: Option<String>,
    /// What decides on the order of each scenario's runs; without it drawn, and named in the report.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Run each side once instead of twice, for quick work: its noise is then not measured.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    work: Work,
    /// Keep the sandboxes, under sandboxes/ of the results.
    #[arg(long)]
    keep: bool,
    /// Compare with accepted goldens instead of the reference, which is not run and need not be able to.
    #[arg(long)]
    replay: bool,
    /// Where goldens are kept; without it .fairway/parity/golden, then those that ship.
    #[arg(long, value_name = "DIR")]
    golden: Option<PathBuf>,
    /// Fail with 5 when the reference is not what its accepted goldens say, though all matched.
    #[arg(long, conflicts_with = "replay")]
    fail_on_drift: bool,
    /// Record a task of this project for every step that differs, with the diff as its note; each once.
    #[arg(long)]
    record_tasks: bool,
    /// The role that gets these tasks; without it the acting role.
    #[arg(long, value_name = "ROLE", requires = "record_tasks")]
    tasks_role: Option<String>,
}

pub(super) fn run(session: &mut Session, args: RunArgs) -> Result<u8, CliError> {
    let out = args.work.out(session);
    let tasks = args.record_tasks.then(|| Tasks::new(session, args.tasks_role.as_deref())).transpose()?;
    let golden = args.golden.map(|dir| session.path(&dir));
    let mut found = args.systems.find(session)?;
    if let Some(folder) = golden {
        found.library.goldens = Goldens::only(folder);
    }
    let asked = found.cheap_request(out, &args.work.pace, Patience::Long);
    let request = RunRequest {
        seed: args.seed.unwrap_or(asked.seed),
        once: args.once,
        behaviours: args.behaviour,
        scenario: args.scenario,
        keep: args.keep,
        replay: args.replay,
        ..asked
    };
    let progress = session.ui.progress();
    let result = fairway_parity::run(&request, &found.library, &Watch::new(&progress));
    progress.finish();
    let result = result?;
    let code = match result.verdict.exit_code() {
        0 if args.fail_on_drift && !result.drift.is_empty() => Verdict::Mismatched.exit_code(),
        code => code,
    };
    let tasks = tasks.map(|tasks| tasks.record(&result)).transpose()?;
    let ledger = match &found.project {
        Some(project) if project.note_run(&result, Source::Live)? => {
            Some(Book::Ledger.path_in(&project.folder()))
        }
        _ => None,
    };
    session.ui.emit("parity run", &ParityRun { result, out: request.out, tasks, ledger });
    Ok(code)
}

/// Shows on the terminal how far the run is, and what it is at.
pub(super) struct Watch<'a> {
    bar: &'a ui::Progress,
    state: Mutex<Going>,
}

/// What is going on.
#[derive(Default)]
struct Going {
    /// The scenarios that run now, the longest running first.
    running: Vec<String>,
    /// How many did not match so far.
    unmatched: usize,
}

impl<'a> Watch<'a> {
    pub(super) fn new(bar: &'a ui::Progress) -> Self {
        Self { bar, state: Mutex::default() }
    }

    fn change(&self, change: impl FnOnce(&mut Going)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        let unmatched =
            if state.unmatched == 0 { String::new() } else { format!("{} not matched · ", state.unmatched) };
        let first = state.running.first().map_or("", String::as_str);
        let more = state.running.len().saturating_sub(1);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        self.bar.message(&format!("{unmatched}{first}{more}"));
    }
}

impl fairway_parity::Progress for Watch<'_> {
    fn copying(&self) {
        self.bar.stage("copying the reference", 0);
    }

    fn started(&self, scenarios: usize) {
        self.bar.stage("scenarios", scenarios as u64);
    }

    fn beginning(&self, scenario: &Scenario) {
        self.change(|going| going.running.push(scenario.id()));
    }

    fn finished(&self, result: &ScenarioResult) {
        self.bar.advance(1);
        let id = format!("{}/{}", result.behaviour, result.name);
        self.change(|going| {
            going.running.retain(|one| *one != id);
            going.unmatched += usize::from(result.verdict.exit_code() != 0);
        });
    }

    fn verifying(&self) {
        self.bar.stage("looking at the original once more", 0);
    }
}
