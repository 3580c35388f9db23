//! `fairway record evidence`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::model::records::EvidenceResult;
use crate::ops::{self, EvidenceRequest};

/// Record what running a command showed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway record evidence A-1 --command-text \"go test ./...\" --result pass \\\n    --duration-seconds 412"
)]
pub struct EvidenceArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = crate::cli::named)]
    task: String,
    /// What was run.
    #[arg(long, value_name = "TEXT")]
    command_text: String,
    /// What it showed: pass, fail, partial, skipped or blocked.
    #[arg(long, value_name = "RESULT")]
    result: EvidenceResult,
    /// A file that shows it.
    #[arg(long, value_name = "PATH")]
    artifact: Option<String>,
    /// What kind of file that is.
    #[arg(long, value_name = "KIND")]
    artifact_type: Option<String>,
    /// Seconds that it ran.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    duration_seconds: Option<String>,
    /// Anything else.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
}

pub(super) fn run(session: &mut Session, args: EvidenceArgs) -> Result<(), CliError> {
    let command_text =
        said(Some(args.command_text)).ok_or_else(|| CliError::usage("--command-text is empty"))?;
    let request = EvidenceRequest {
        task: args.task,
        command_text,
        result: args.result,
        artifact: said(args.artifact),
        artifact_type: said(args.artifact_type),
        duration_seconds: said(args.duration_seconds),
        notes: said(args.notes),
    };
    let recorded = ops::record_evidence(&session.context()?, &request)?;
    session.ui.emit("record evidence", &recorded);
    Ok(())
}
