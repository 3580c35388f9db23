//! `fairway record handoff`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::model::records::Handoff;
use crate::ops::{self, HandoffRequest};

/// Hand a task's work over to another role.
///
/// `[gates] required_handoff_fields` says which of the fields have to be given.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway record handoff A-1 --to E-governance --commit 1a2b3c4 \\\n    --changed-files cmd/api/routes.go --commands \"go test ./...\" \\\n    --results pass --risks none --blockers none \\\n    --next-step \"review the refusal path\""
)]
pub struct HandoffArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = crate::cli::named)]
    task: String,
    /// The role that takes over.
    #[arg(long = "to", value_name = "ROLE", value_parser = crate::cli::named)]
    to_role: String,
    /// The role that hands over; without it the task's.
    #[arg(long = "from", value_name = "ROLE")]
    from_role: Option<String>,
    /// Free text; `@FILE` reads it from a file.
    #[arg(long, value_name = "TEXT|@FILE")]
    payload: Option<String>,
    /// The commit handed over.
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// Files that changed.
    #[arg(long, value_name = "TEXT")]
    changed_files: Option<String>,
    /// Commands that were run.
    #[arg(long, value_name = "TEXT")]
    commands: Option<String>,
    /// What they showed.
    #[arg(long, value_name = "TEXT")]
    results: Option<String>,
    /// What may go wrong.
    #[arg(long, value_name = "TEXT")]
    risks: Option<String>,
    /// What is in the way.
    #[arg(long, value_name = "TEXT")]
    blockers: Option<String>,
    /// What to do next.
    #[arg(long, value_name = "TEXT")]
    next_step: Option<String>,
}

pub(super) fn run(session: &mut Session, args: HandoffArgs) -> Result<(), CliError> {
    let handoff = Handoff {
        task_id: args.task,
        from_role: said(args.from_role).unwrap_or_default(),
        to_role: args.to_role,
        payload: payload(session, said(args.payload))?,
        commit_sha: said(args.commit),
        changed_files: said(args.changed_files),
        commands: said(args.commands),
        results: said(args.results),
        risks: said(args.risks),
        blockers: said(args.blockers),
        next_step: said(args.next_step),
        ..Handoff::default()
    };
    let recorded = ops::record_handoff(&session.context()?, &HandoffRequest { handoff })?;
    session.ui.emit("record handoff", &recorded);
    Ok(())
}

fn payload(session: &Session, given: Option<String>) -> Result<Option<String>, CliError> {
    let Some(file) = given.as_deref().and_then(|text| text.strip_prefix('@')) else { return Ok(given) };
    let path = session.path(file.as_ref());
    std::fs::read_to_string(&path)
        .map(Some)
        .map_err(|source| CliError::File { message: format!("cannot read {}", path.display()), source })
}
