//! `fairway db compat`.

use clap::{Args, ValueEnum};

use crate::cli::{CliError, Session};
use crate::ops;

/// Another database.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Backend {
    /// PostgreSQL, from version 15.
    Postgres,
}

/// Show how the store would look in another database.
///
/// The tables are those of the store as it is. Fairway itself keeps its store in SQLite; this is for those who want to
/// load an export elsewhere. With --print-ddl the statements go to stdout as they are.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway db compat --backend postgres\n  fairway db compat --backend postgres --print-ddl | psql --single-transaction"
)]
pub struct CompatArgs {
    /// The other database.
    #[arg(long, value_enum, value_name = "NAME")]
    backend: Backend,
    /// Print the statements that make the tables.
    #[arg(long)]
    print_ddl: bool,
}

pub(super) fn run(session: &mut Session, args: &CompatArgs) -> Result<(), CliError> {
    let Backend::Postgres = args.backend;
    let compatibility = ops::postgres_compat(&session.context()?)?;
    if args.print_ddl {
        session.ui.document(&compatibility.ddl);
    } else {
        session.ui.emit("db compat", &compatibility);
    }
    Ok(())
}
