//! `fairway update`.

use clap::Args;

use super::{CliError, Session};
use crate::ops::{self, TaskChange};

/// Change a task's definition. What is not given stays; an empty value clears.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway update A-7 --priority 1 --notes \"\"\n  fairway update A-7 --dependencies \"\""
)]
pub struct UpdateArgs {
    /// The task.
    #[arg(value_name = "TASK")]
    id: String,
    /// A new title.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// A new role.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// A new kind.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// A new parent.
    #[arg(long, value_name = "TASK")]
    parent: Option<String>,
    /// A new priority.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<String>,
    /// A new sequence.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    sequence: Option<String>,
    /// New notes.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// All its dependencies, anew; separated by commas, or given again.
    #[arg(long, value_name = "TASK", value_delimiter = ',')]
    dependencies: Option<Vec<String>>,
    /// All its acceptance checks, anew; may be given again.
    #[arg(long, value_name = "TEXT")]
    acceptance: Option<Vec<String>>,
}

pub(super) fn run(session: &mut Session, args: UpdateArgs) -> Result<(), CliError> {
    let kept = |list: Vec<String>| list.into_iter().filter(|text| !text.is_empty()).collect();
    let change = TaskChange {
        id: args.id,
        title: args.title,
        role: args.role,
        kind: args.kind.map(|text| super::said(Some(text))),
        parent: args.parent.map(|text| super::said(Some(text))),
        priority: args.priority.map(|text| number("--priority", &text)).transpose()?,
        sequence: args.sequence.map(|text| number("--sequence", &text)).transpose()?,
        notes: args.notes.map(|text| super::said(Some(text))),
        depends_on: args.dependencies.map(kept),
        acceptance_checks: args.acceptance.map(kept),
    };
    let written = ops::update(&session.context()?, &change)?;
    session.ui.emit("update", &written);
    Ok(())
}

/// A number, or none for the empty text.
fn number(flag: &str, text: &str) -> Result<Option<i64>, CliError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        CliError::usage(format!("{flag} takes a whole number, got `{text}`"))
            .hint("digits alone, such as 90; the empty text clears it")
    })
}
