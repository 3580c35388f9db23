//! `fairway parity doctor`.

use clap::Args;

use super::Systems;
use crate::cli::{CliError, Session};
use crate::views::Examined;

/// Check what a run needs, and say how to get what is missing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway parity doctor --reference ../gpuaas-copy")]
pub struct DoctorArgs {
    #[command(flatten)]
    systems: Systems,
    /// Check what a replay needs: Fairway's side, and the queue that the goldens begin with.
    #[arg(long)]
    replay: bool,
}

pub(super) fn run(session: &mut Session, args: DoctorArgs) -> Result<u8, CliError> {
    let found = args.systems.find(session)?;
    let adapter = |name: &str| {
        found.library.adapter(name).ok_or_else(|| {
            let known: Vec<&str> =
                found.library.adapters.iter().map(|adapter| adapter.name.as_str()).collect();
            CliError::usage(format!("there is no adapter `{name}`"))
                .hint(format!("expected one of {}", known.join(", ")))
        })
    };
    let (reference, candidate) = (adapter(&found.reference)?, adapter(&found.candidate)?);
    let examine = if args.replay { fairway_parity::run::doctor_of_replay } else { fairway_parity::doctor };
    let examination = examine(&found.reference_dir, reference, candidate, Some(&found.program));
    let code = if examination.is_sound() { 0 } else { 2 };
    session.ui.emit("parity doctor", &Examined(examination));
    Ok(code)
}
