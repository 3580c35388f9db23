//! `fairway add`.

use clap::Args;

use super::{CliError, Session};
use crate::model::Definition;
use crate::ops::{self, NewTask};

/// Add a task by hand.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway add A-7 --title \"Rotate the key\" --role A-backend \\\n    --dependencies A-3,A-5 --acceptance \"the old key is refused\" \\\n    --acceptance \"nobody is logged out\""
)]
pub struct AddArgs {
    /// Its id.
    #[arg(value_name = "ID")]
    id: String,
    /// Its title.
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// The role whose lane it is in; without it the acting role.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Its kind; without it `[task_kinds] default`.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The task it is a part of.
    #[arg(long, value_name = "TASK")]
    parent: Option<String>,
    /// Lower is more urgent.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i64>,
    /// Order within a priority.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    sequence: Option<i64>,
    /// Notes of any length.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Tasks that have to be done first; separated by commas, or given again.
    #[arg(long, value_name = "TASK", value_delimiter = ',')]
    dependencies: Vec<String>,
    /// What has to hold for it to be done; may be given again.
    #[arg(long, value_name = "TEXT")]
    acceptance: Vec<String>,
}

pub(super) fn run(session: &mut Session, args: AddArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let role = match args.role {
        Some(role) => role,
        None => context.acting_role()?.name.clone(),
    };
    let definition = Definition {
        id: args.id,
        title: args.title,
        role,
        kind: super::said(args.kind),
        parent: super::said(args.parent),
        priority: args.priority,
        sequence: args.sequence,
        notes: super::said(args.notes),
        depends_on: args.dependencies.into_iter().filter(|id| !id.is_empty()).collect(),
        acceptance_checks: args.acceptance.into_iter().filter(|check| !check.is_empty()).collect(),
        ..Definition::default()
    };
    let written = ops::add(&context, &NewTask { definition })?;
    session.ui.emit("add", &written);
    Ok(())
}
