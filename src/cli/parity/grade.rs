//! `fairway parity grade`.

use clap::Args;
use fairway_parity::RunRequest;
use fairway_parity::grade::{GradeProgress, GradeRequest, Mutant, grade};

use super::Systems;
use super::work::{Patience, Variables, Work};
use crate::cli::{CliError, Session};
use crate::ui;
use crate::views::Graded;

/// Would the scenarios notice? Make small faults in a copy of the reference's scripts, one at a time, and count.
///
/// A first pass plays every scenario on the reference alone and measures which lines it runs. Mutants are drawn from
/// all places for faults in these lines; each is tried on the scenarios that run its line, until one shows something
/// else than without the fault. What is known is kept in the folder of the results: a run that is given the same
/// folder goes on where another stopped. Exit codes: 0 every fault was noticed or is judged to be none, 5 one was
/// not, 2 something could not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity grade --reference ../gpuaas-copy --mutants 20 --seed 1\n  fairway parity grade --reference ../gpuaas-copy --behaviour claim --list\n  fairway parity grade --reference ../gpuaas-copy --mutants 300 --seed 2 \\\n    --out target/parity/grade --json"
)]
pub struct GradeArgs {
    #[command(flatten)]
    systems: Systems,
    /// How many faults.
    #[arg(long, value_name = "N", default_value_t = 20)]
    mutants: usize,
    /// What decides which faults are drawn.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// Only this behaviour's scenarios, and only lines that they run; may be given again.
    #[arg(long, value_name = "NAME")]
    behaviour: Vec<String>,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    variables: Variables,
    /// At most so many scenarios are tried on a fault, those that run the most different lines first. What these do not
    /// notice counts as survived.
    #[arg(long, value_name = "N")]
    most: Option<usize>,
    /// Show the faults that are drawn, and try none.
    #[arg(long)]
    list: bool,
}

pub(super) fn run(session: &mut Session, args: GradeArgs) -> Result<u8, CliError> {
    let out = args.work.out(session);
    let mut found = args.systems.find(session)?;
    args.variables.set(&mut found.library, &found.reference);
    let out = out.unwrap_or_else(|| found.root.join(".fairway/parity/grade"));
    let request = GradeRequest {
        run: RunRequest {
            behaviours: args.behaviour,
            seed: args.seed,
            once: true,
            ..found.request(Some(out.clone()), &args.work.pace, Patience::Short)
        },
        mutants: args.mutants,
        seed: args.seed,
        most: args.most.unwrap_or(usize::MAX),
        list: args.list,
        out,
        project: Some(found.root),
    };
    let progress = session.ui.progress();
    let graded = grade(&request, &found.library, &Watch(&progress));
    progress.finish();
    let graded = graded?;
    let code = graded.exit_code();
    session.ui.emit("parity grade", &Graded(graded));
    Ok(code)
}

/// Shows on the terminal how far it is.
struct Watch<'a>(&'a ui::Progress);

impl GradeProgress for Watch<'_> {
    fn copying(&self) {
        self.0.stage("copying the reference", 0);
    }

    fn measuring(&self, scenarios: usize) {
        self.0.stage("scenarios without a fault", scenarios as u64);
    }

    fn measured(&self, scenario: &str) {
        self.0.advance(1);
        self.0.message(scenario);
    }

    fn trying(&self, mutants: usize) {
        self.0.stage("mutants", mutants as u64);
    }

    fn tried(&self, mutant: &Mutant, caught: bool) {
        self.0.advance(1);
        let verdict = if caught { "" } else { " survived" };
        self.0.message(&format!("{}:{} {}{verdict}", mutant.file, mutant.line, mutant.operator));
    }
}
