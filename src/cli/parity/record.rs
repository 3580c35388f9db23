//! `fairway parity record`.

use std::path::PathBuf;

use clap::Args;
use fairway_parity::run::{RecordedAs, RecordedScenario};
use fairway_parity::{Goldens, RunRequest};

use super::Systems;
use super::work::{Patience, Work};
use crate::cli::{CliError, Session};
use crate::ui;
use crate::views::GoldensRecorded;

/// Record what the reference shows, as goldens that Fairway can be compared with where the reference cannot run.
///
/// The reference plays every scenario twice; Fairway is not run. What differs from the accepted golden, or has none,
/// waits beside it until `parity review` accepts it. Exit codes: 0 recorded, 5 the reference disagrees with itself,
/// 2 something could not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity record --reference ../gpuaas-copy\n  fairway parity record --reference ../gpuaas-copy --behaviour claim\n  fairway parity review"
)]
pub struct RecordArgs {
    #[command(flatten)]
    systems: Systems,
    /// Only this behaviour; may be given again.
    #[arg(long, value_name = "NAME")]
    behaviour: Vec<String>,
    /// Only scenarios whose name matches.
    #[arg(long, value_name = "GLOB")]
    scenario: Option<String>,
    /// Where goldens are kept; without it .fairway/parity/golden, then those that ship.
    #[arg(long, value_name = "DIR")]
    golden: Option<PathBuf>,
    #[command(flatten)]
    work: Work,
}

pub(super) fn run(session: &mut Session, args: RecordArgs) -> Result<u8, CliError> {
    let out = args.work.out(session);
    let golden = args.golden.map(|dir| session.path(&dir));
    let mut found = args.systems.find(session)?;
    if let Some(folder) = golden {
        found.library.goldens = Goldens::only(folder);
    }
    let request = RunRequest {
        behaviours: args.behaviour,
        scenario: args.scenario,
        ..found.cheap_request(out, &args.work.pace, Patience::Long)
    };
    let progress = session.ui.progress();
    let recording = fairway_parity::record(&request, &found.library, &Watch(&progress));
    progress.finish();
    let recording = recording?;
    let code = match () {
        () if recording.count(RecordedAs::Errored) > 0 => 2,
        () if recording.count(RecordedAs::Unstable) > 0 => 5,
        () => 0,
    };
    session.ui.emit("parity record", &GoldensRecorded { recording, out: request.out });
    Ok(code)
}

/// Shows on the terminal how far the recording is.
struct Watch<'a>(&'a ui::Progress);

impl fairway_parity::Progress for Watch<'_> {
    fn copying(&self) {
        self.0.stage("copying the reference", 0);
    }

    fn started(&self, scenarios: usize) {
        self.0.stage("scenarios", scenarios as u64);
    }

    fn recorded(&self, scenario: &RecordedScenario) {
        self.0.advance(1);
        self.0.message(&format!("{}/{}", scenario.behaviour, scenario.name));
    }

    fn verifying(&self) {
        self.0.stage("looking at the original once more", 0);
    }
}
