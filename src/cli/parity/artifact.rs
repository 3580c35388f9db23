//! `fairway parity artifact`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops::{self, OpError};
use crate::views::{ArtifactWritten, Packet};

/// Write down where the imported queue stands, for those who decide on the switch.
///
/// The import, what is ready, who would review what the lanes have changed, the regression packs, gaps of evidence and
/// merge gates, worktrees, sessions, what a coordinator finds wrong, and what to do. Nothing is changed. The
/// Markdown comes from a template; `.fairway/templates/parity-artifact.md.j2` replaces the shipped one.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity artifact\n  fairway parity artifact --output parity.md\n  fairway parity artifact --json"
)]
pub struct ArtifactArgs {
    /// Write to this file instead: JSON where its name ends in .json, else Markdown.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(session: &mut Session, args: ArtifactArgs) -> Result<u8, CliError> {
    let context = session.context()?;
    let artifact = ops::parity_artifact(&context)?;
    let artifact = Packet::render(&context.paths.root, artifact).map_err(OpError::from)?;
    match args.output.map(|path| session.path(&path)) {
        None => session.ui.emit("parity artifact", &artifact),
        Some(path) => {
            ops::write_document(&path, &artifact.document(&path))?;
            session.ui.emit("parity artifact", &ArtifactWritten { path });
        }
    }
    Ok(0)
}
