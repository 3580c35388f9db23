//! `fairway parity noise`.

use std::path::PathBuf;

use clap::Args;
use fairway_parity::RunRequest;
use fairway_parity::noise;
use fairway_parity::report::RunResult;
use jiff::ZonedDateTime;

use super::recorded::find;
use super::run::Watch;
use super::work::{Pace, Patience};
use super::{OWN, Systems};
use crate::cli::{CliError, Session};
use crate::ops;
use crate::views::NoiseLearnt;

/// Learn where the reference disagrees with itself, and propose normalisers for it.
///
/// From a recorded run, or with --behaviour from the reference run against itself. Only what is a time, a commit id, a
/// temporary path or the number of a process is proposed, no wider than it was seen; the rest is listed for a person.
/// Nothing is accepted: write a reason and an owner into a rule and move it into .fairway/parity/normalisers.toml.
#[derive(Debug, Args)]
#[command(
    mut_arg("jobs", |arg| arg.requires("behaviour")),
    mut_arg("timeout", |arg| arg.requires("behaviour")),
    after_help = "Examples:\n  fairway parity noise\n  fairway parity noise target/parity/latest --out proposed.toml\n  fairway parity noise --reference ../gpuaas-copy --behaviour sessions"
)]
pub struct NoiseArgs {
    /// The run: its id, or the folder of its results; `latest` is the latest under .fairway/parity.
    #[arg(value_name = "RUN", default_value = "latest", value_hint = clap::ValueHint::DirPath)]
    run: String,
    /// The checkout of the reference; without it `[legacy] copy`. Nothing in it is run or changed: it is copied.
    #[arg(long, value_name = "DIR", requires = "behaviour")]
    reference: Option<PathBuf>,
    /// The adapter of the reference; without it `[legacy] adapter`, else gpuaas.
    #[arg(long, value_name = "NAME", requires = "behaviour")]
    adapter: Option<String>,
    /// Run the reference against itself on this behaviour; may be given again.
    #[arg(long, value_name = "NAME", conflicts_with = "run")]
    behaviour: Vec<String>,
    #[command(flatten)]
    pace: Pace,
    /// Write the proposals to this new file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(session: &mut Session, args: NoiseArgs) -> Result<u8, CliError> {
    let out = args.out.as_ref().map(|out| session.path(out));
    if let Some(taken) = out.as_ref().filter(|out| out.exists()) {
        return Err(CliError::usage(format!("{} is there already", taken.display()))
            .hint("proposals go into a file of their own, from which a person takes what is accepted"));
    }
    let (result, run) =
        if args.behaviour.is_empty() { find(session, &args.run)? } else { against_itself(session, args)? };
    let lesson = noise::learn(&result);
    let toml = noise::write(&lesson.proposals, ZonedDateTime::now().date());
    let out = out.filter(|_| !lesson.proposals.is_empty());
    if let Some(out) = &out {
        ops::write_document(out, &toml)?;
    }
    session.ui.emit("parity noise", &NoiseLearnt { run_id: result.run_id, run, lesson, toml, out });
    Ok(0)
}

/// Runs the reference on both sides, twice on each.
fn against_itself(session: &mut Session, args: NoiseArgs) -> Result<(RunResult, PathBuf), CliError> {
    let (reference, adapter, candidate) = (args.reference, args.adapter, OWN.to_owned());
    let found = Systems { reference, adapter, candidate }.find(session)?;
    let asked = found.cheap_request(None, &args.pace, Patience::Long).on_both_sides();
    let request = RunRequest { behaviours: args.behaviour, ..asked };
    let progress = session.ui.progress();
    let result = fairway_parity::run(&request, &found.library, &Watch::new(&progress));
    progress.finish();
    Ok((result?, request.out))
}
