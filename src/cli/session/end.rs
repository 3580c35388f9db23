//! `fairway session end`.

use clap::{Args, ValueEnum};

use super::IdArgs;
use crate::cli::{CliError, Said, Session, said};
use crate::model::records::EvidenceResult;
use crate::ops::{self, SessionEnd, SessionKey};

/// How a session ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum How {
    /// It did what it was for. Scripts pass variables that may be empty, which says nothing else.
    #[default]
    #[value(alias = "", help = "It did what it was for")]
    Ended,
    /// It broke.
    Failed,
}

/// End a session. With --result, evidence of what it did is recorded on its task in the same transaction.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway session end night-1 --reason \"shift over\"\n  fairway session end codex-A-backend-A-7 --result pass \\\n    --command-text \"go test ./...\""
)]
pub struct EndArgs {
    #[command(flatten)]
    id: IdArgs,
    /// How it ended.
    #[arg(long, value_enum, default_value_t, value_name = "STATUS")]
    status: How,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The exit code of its process.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    exit_code: Option<String>,
    /// The provider, where no id is given.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The role, where no id is given.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// The task of the evidence, and where no id is given the session's; without it the session's.
    #[arg(long, value_name = "TASK")]
    task_id: Option<String>,
    /// What its work showed: pass, fail, partial, skipped or blocked.
    #[arg(long, value_name = "RESULT")]
    result: Option<Said<EvidenceResult>>,
    /// What was run.
    #[arg(long, value_name = "TEXT", requires = "result")]
    command_text: Option<String>,
    /// A file that shows it.
    #[arg(long, value_name = "PATH", requires = "result")]
    artifact: Option<String>,
    /// What kind of file that is.
    #[arg(long, value_name = "KIND", requires = "result")]
    artifact_type: Option<String>,
    /// Seconds that it ran.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, requires = "result")]
    duration_seconds: Option<String>,
    /// Anything else.
    #[arg(long, value_name = "TEXT", requires = "result")]
    notes: Option<String>,
}

pub(super) fn run(session: &mut Session, args: EndArgs) -> Result<(), CliError> {
    let request = SessionEnd {
        key: SessionKey {
            id: args.id.id(),
            here: said(session.environment.session.clone()),
            provider: said(args.provider),
            role: said(args.role),
            task: said(args.task_id),
        },
        failed: args.status == How::Failed,
        reason: said(args.reason),
        exit_code: said(args.exit_code),
        result: args.result.and_then(|result| result.0),
        command_text: said(args.command_text),
        artifact: said(args.artifact),
        artifact_type: said(args.artifact_type),
        duration_seconds: said(args.duration_seconds),
        notes: said(args.notes),
    };
    let ended = ops::end_session(&session.context()?, &request)?;
    session.ui.emit("session end", &ended);
    Ok(())
}
