//! `fairway migrate plan`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, PlanRequest};

/// Plan the move of a legacy queue, and say what to know before it.
///
/// Finds queue file, database and regression packs of a checkout, copies them without touching them, builds the store
/// that they lead to and throws it away. The plan is the same file for the same sources, so two of them can be compared.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway migrate plan --from ../gpuaas --out plan.json\n  fairway migrate plan --from . --adapter gpuaas\n  fairway migrate plan --from queue.yaml"
)]
pub struct PlanArgs {
    /// The legacy checkout; or a queue file, or a database, by itself.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The mapping that says where the sources are and where their rows go; without it `[import] mapping`, else the
    /// adapter of `[legacy]`, else the only one that finds a queue there.
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// Write the plan to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(session: &mut Session, args: PlanArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let PlanArgs { from, adapter, out } = args;
    let request = PlanRequest {
        from: session.path(&from),
        adapter: said(adapter),
        out: out.map(|out| session.path(&out)),
    };
    let progress = session.ui.progress();
    let outcome = ops::plan_migration(&context, &request, &progress);
    progress.finish();
    let planned = outcome?;
    for problem in planned.warnings() {
        session.ui.warn_about(problem);
    }
    session.ui.emit("migrate plan", &planned);
    Ok(())
}
