//! `fairway add`.

use clap::Args;

use super::definition::DefinitionArgs;
use super::{CliError, Session, said};
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
    /// The task it is a part of.
    #[arg(long, value_name = "TASK")]
    parent: Option<String>,
    /// Lower is more urgent.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i64>,
    #[command(flatten)]
    definition: DefinitionArgs,
}

pub(super) fn run(session: &mut Session, args: AddArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let role = match args.role {
        Some(role) => role,
        None => context.acting_role()?.name.clone(),
    };
    let definition = Definition {
        role,
        parent: said(args.parent),
        priority: args.priority,
        ..args.definition.definition(args.id, args.title)
    };
    let written = ops::add(&context, &NewTask { definition })?;
    session.ui.emit("add", &written);
    Ok(())
}
