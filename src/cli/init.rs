//! `fairway init`.

use clap::Args;

use super::{CliError, Session};
use crate::ops::{self, InitRequest};

/// Set a repository up: configuration, store, and what git shall ignore.
///
/// Writes a complete, commented .fairway/config.toml, creates the store, and adds its files to .gitignore. A
/// configuration that is there already is kept, and so is a store.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway init\n  fairway init --preset gpuaas")]
pub struct InitArgs {
    /// Which configuration to begin with.
    #[arg(long, value_name = "NAME", default_value = "default")]
    preset: String,
}

pub(super) fn run(session: &mut Session, args: InitArgs) -> Result<(), CliError> {
    let request = InitRequest {
        directory: session.environment.directory.clone(),
        config: session.globals.config.as_ref().map(|path| session.path(path)),
        db: session.globals.db.as_ref().map(|path| session.path(path)),
        preset: args.preset,
        now: session.now()?,
        actor: session.actor(),
    };
    let made = ops::init(&request)?;
    session.ui.emit("init", &made);
    Ok(())
}
