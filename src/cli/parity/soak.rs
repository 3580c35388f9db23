//! `fairway parity soak`.

use std::path::PathBuf;

use clap::Args;
use fairway_parity::RunRequest;
use fairway_parity::soak::{SoakError, SoakRequest, soak};

use super::run::Watch;
use super::work::{Patience, Variables, Work};
use super::{OWN, Systems, journal};
use crate::cli::{CliError, Session};
use crate::views::ParitySoak;

/// Does the harness cry wolf? Run the reference against itself, again and again, and show every false alarm.
///
/// A pair is one scenario that the reference plays on both sides; no waiver accepts anything, and exit codes have to be the
/// same. All scenarios are played in rounds, each in an order of its own. Given the same --out again, a run
/// goes on where it was left. Exit codes: 0 no false alarm, 5 one, or more than 2 % of what was compared is masked,
/// 2 something could not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity soak --reference ../gpuaas-copy --pairs 50\n  fairway parity soak --pairs 3000 --seed 7 --out soak-7\n  fairway parity soak --behaviour sessions --json"
)]
pub struct SoakArgs {
    /// The checkout of the reference, with its queue file and DB; without it `[legacy] copy`. Nothing in it is run
    /// or changed: it is copied.
    #[arg(long, value_name = "DIR")]
    reference: Option<PathBuf>,
    /// The adapter of the reference; without it `[legacy] adapter`, else gpuaas.
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// How many pairs.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pairs: usize,
    /// What decides on the order of the scenarios in each round.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only scenarios of this behaviour; may be given again.
    #[arg(long, value_name = "NAME")]
    behaviour: Vec<String>,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    variables: Variables,
}

pub(super) fn run(session: &mut Session, args: SoakArgs) -> Result<u8, CliError> {
    let out = args.work.out(session);
    let (reference, adapter, candidate) = (args.reference, args.adapter, OWN.to_owned());
    let mut found = Systems { reference, adapter, candidate }.find(session)?;
    args.variables.set(&mut found.library, &found.reference);
    let out = out.unwrap_or_else(|| found.root.join(format!(".fairway/parity/soak-{}", args.seed)));
    let run = found.cheap_request(Some(out.clone()), &args.work.pace, Patience::Long);
    let request = SoakRequest {
        run: RunRequest { behaviours: args.behaviour, ..run },
        pairs: args.pairs,
        seed: args.seed,
        out,
    };
    let progress = session.ui.progress();
    let result = soak(&request, found.library, &Watch::new(&progress));
    progress.finish();
    let result = result.map_err(explain)?;
    let code = result.exit_code();
    session.ui.emit("parity soak", &ParitySoak { result, out: request.out });
    Ok(code)
}

fn explain(error: SoakError) -> CliError {
    match error {
        SoakError::Run(error) => error.into(),
        SoakError::Journal(error) => journal(error),
    }
}
