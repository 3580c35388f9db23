//! `fairway spawn`.

use clap::Args;

use super::definition::DefinitionArgs;
use super::{CliError, Session, said};
use crate::model::Definition;
use crate::ops::{self, SpawnRequest};
use crate::policy::hierarchy::Place;

/// Add a task that came up while working on another.
///
/// It inherits the role and the priority of the current task: the one that --from-task or FAIRWAY_TASK_ID names,
/// that of the session that FAIRWAY_SESSION_ID names, or that of the acting role's only live session. Without a
/// place it goes below the current task, or beside it when that is of a kind which `[task_kinds] leaf` lists.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway spawn --id A-9 --title \"Rotate the old key\" --from-task A-7\n  fairway spawn --id A-10 --title \"Certificates\" --root --role C-ops --kind epic\n  fairway spawn --id A-11 --title \"Renew them\" --parent A-10 \\\n    --acceptance \"none expires in March\""
)]
pub struct SpawnArgs {
    /// Its id.
    #[arg(long, value_name = "ID", value_parser = super::named)]
    id: String,
    /// Its title.
    #[arg(long, value_name = "TEXT", value_parser = super::named)]
    title: String,
    /// Below the current task.
    #[arg(long, group = "place")]
    child: bool,
    /// Beside the current task: with the same parent.
    #[arg(long, group = "place")]
    sibling: bool,
    /// At the top, without a parent.
    #[arg(long, group = "place")]
    root: bool,
    /// Below this task.
    #[arg(long, value_name = "TASK", group = "place", value_parser = super::named)]
    parent: Option<String>,
    /// The current task.
    #[arg(long, value_name = "TASK")]
    from_task: Option<String>,
    /// The role whose lane it is in; inherited without it.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Lower is more urgent; inherited without it.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i64>,
    #[command(flatten)]
    definition: DefinitionArgs,
    /// Do not warn about a child of a task whose kind usually has none.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(session: &mut Session, args: SpawnArgs) -> Result<(), CliError> {
    let place = match (args.child, args.sibling, args.root, args.parent) {
        (true, ..) => Some(Place::Child),
        (_, true, ..) => Some(Place::Sibling),
        (_, _, true, _) => Some(Place::Root),
        (.., Some(parent)) => Some(Place::Under(parent)),
        _ => None,
    };
    let definition = Definition {
        role: said(args.role).unwrap_or_default(),
        priority: args.priority,
        ..args.definition.definition(args.id, args.title)
    };
    let request = SpawnRequest {
        definition,
        place,
        from_task: said(args.from_task),
        task_variable: session.environment.task.clone(),
        session_variable: session.environment.session.clone(),
        force: args.force,
    };
    let spawned = ops::spawn(&session.context()?, &request)?;
    if let Some(warning) = &spawned.warning {
        session.ui.warn(warning);
    }
    session.ui.emit("spawn", &spawned);
    Ok(())
}
