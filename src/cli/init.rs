//! `fairway init`.

use clap::Args;

use super::{CliError, Session};
use crate::ops::{self, InitRequest};

/// Set a repository up: configuration, store, and what git shall ignore.
///
/// Writes a complete, commented .fairway/config.toml, creates the store, and adds its files to .gitignore. A
/// configuration that is there already is kept, and so is a store. Where the scripts that a preset knows are still in use,
/// the configuration says so, and verbs that change something are for use only after they have graduated.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway init\n  fairway init --preset gpuaas")]
pub struct InitArgs {
    /// Which configuration to begin with: a preset, or the path of a file.
    #[arg(long, value_name = "NAME", default_value = "default")]
    preset: String,
    /// Write no `[legacy]` section, though the scripts are here: nothing is gated then, for trials on a copy.
    #[arg(long)]
    no_legacy: bool,
}

pub(super) fn run(session: &mut Session, args: InitArgs) -> Result<(), CliError> {
    let request = InitRequest {
        directory: session.environment.directory.clone(),
        config: session
            .globals
            .config
            .as_ref()
            .or(session.environment.config.as_ref())
            .map(|path| session.path(path)),
        db: session.globals.db.as_ref().map(|path| session.path(path)),
        preset: args.preset,
        no_legacy: args.no_legacy,
        now: session.now()?,
        actor: session.actor(),
    };
    let made = ops::init(&request)?;
    session.ui.emit("init", &made);
    Ok(())
}
