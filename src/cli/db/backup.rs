//! `fairway db backup`.

use std::ffi::OsString;

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Copy the store to a new file, and check the copy. It may be in use meanwhile.
///
/// A file that is there already is never replaced (exit code 4).
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway db backup /backups/fairway-monday.db")]
pub struct BackupArgs {
    /// The new file; without it one named by the moment, under backups/ beside the store.
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    path: Option<OsString>,
}

pub(super) fn run(session: &mut Session, args: BackupArgs) -> Result<(), CliError> {
    let path = super::given(args.path).map(|path| session.path(&path));
    let made = ops::backup(&session.context()?, path.as_deref())?;
    session.ui.emit("db backup", &made);
    Ok(())
}
