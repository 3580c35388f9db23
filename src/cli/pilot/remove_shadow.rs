//! `fairway pilot remove-shadow`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Have the scripts' make targets called as they were before `install-shadow`.
///
/// What it wrote is removed, in every checkout of the repository and in git's own exclude file, and nothing else. A `GNUmakefile`
/// that was changed since is left, and nothing is removed then.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway pilot remove-shadow")]
pub struct RemoveShadowArgs {}

pub(super) fn run(session: &mut Session) -> Result<(), CliError> {
    let context = session.context()?;
    let removed = ops::remove_shadow(&context)?;
    session.ui.emit("pilot remove-shadow", &removed);
    Ok(())
}
