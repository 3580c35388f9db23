//! `fairway pilot install-shadow`.

use clap::Args;

use super::legacy_project;
use crate::cli::{CliError, Session};
use crate::ops;

/// Have the scripts' make targets go through `fairway shadow`.
///
/// A `GNUmakefile` is written beside the Makefile of every checkout of the repository, and listed in git's own exclude file. It
/// includes the Makefile and changes nothing of what a target prints, does and answers: the recipes are run as they are, and
/// Fairway does the same beside them. The targets are those that change something, as the scripts' adapter has them. Without
/// the program they are called as before, with a warning. A `GNUmakefile` that is not Fairway's is not touched.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway pilot install-shadow")]
pub struct InstallShadowArgs {}

pub(super) fn run(session: &mut Session) -> Result<(), CliError> {
    let project = legacy_project(session)?;
    let context = session.context()?;
    let installed = ops::install_shadow(&context, &project)?;
    session.ui.emit("pilot install-shadow", &installed);
    Ok(())
}
