//! `fairway parity status`.

use clap::Args;

use super::graduate::{adapter, known, project};
use crate::cli::{CliError, Session};
use crate::pilot;
use crate::views::{ExceptionMade, OperationStanding, ParityStatus};

/// Show which operations have graduated, and what the others lack.
///
/// An operation is unproven, matched (runs show that it does what the scripts do, and nobody decided yet), graduated, or
/// revoked: by a person, or by anything that changed since the proof, such as a script, this program or its policy.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity status\n  fairway parity status claim --explain\n  fairway parity status --json"
)]
pub struct StatusArgs {
    /// Only these operations.
    #[arg(value_name = "OPERATION")]
    operations: Vec<String>,
    /// Say everything that is missing, and every file that changed.
    #[arg(long)]
    explain: bool,
}

pub(super) fn run(session: &mut Session, args: &StatusArgs) -> Result<u8, CliError> {
    let project = project(session)?;
    let adapter = adapter(&project)?;
    known(&args.operations)?;
    let asked = |candidate: &pilot::Candidate| {
        args.operations.is_empty() || args.operations.iter().any(|name| name == candidate.operation)
    };
    let candidates: Vec<_> = pilot::candidates().into_iter().filter(asked).collect();
    let names: Vec<&str> = candidates.iter().map(|candidate| candidate.operation).collect();
    let stand = pilot::stand(&project, &adapter, &names)?;
    let operations = candidates.into_iter().zip(stand).map(|(candidate, (standing, assessment))| {
        let operation = candidate.operation.to_owned();
        OperationStanding { operation, verbs: candidate.verbs, standing, assessment }
    });
    let operations = operations.collect();
    let exceptions = project.exceptions()?.into_iter().map(ExceptionMade::from).collect();
    let view = ParityStatus { rule: project.rule(), operations, exceptions, explain: args.explain };
    session.ui.emit("parity status", &view);
    Ok(0)
}
