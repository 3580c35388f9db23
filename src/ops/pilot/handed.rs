//! The scripts leave alone what is not theirs any more.

use fairway_parity::adapter::Recognised;

use super::super::{Context, OpError, Result};
use super::lanes;
use crate::pilot::{LegacyCommand, Project};
use crate::store::{Holder, Reader};

/// A command of the scripts that would change what is not theirs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: the scripts do not change {} any more", whose(lane.as_deref(), *holder), if lane.is_some() { "its tasks" } else { "the queue" })]
pub struct NotTheirs {
    /// The lane; nothing when what is asked belongs to none, and no lane is theirs.
    pub lane: Option<String>,
    /// Whose it is.
    pub holder: Holder,
    /// The command of Fairway that does the same, as one types it into a shell.
    pub command: Option<String>,
}

fn whose(lane: Option<&str>, holder: Holder) -> String {
    let what = lane.map_or_else(|| "every lane".to_owned(), |lane| format!("the lane {lane}"));
    match holder {
        Holder::Nobody => format!("{what} is paused"),
        _ => format!("{what} is Fairway's"),
    }
}

impl NotTheirs {
    /// What to do.
    pub fn hint(&self) -> String {
        match (&self.command, self.holder) {
            (_, Holder::Nobody) => {
                "`fairway pilot status` says why; once `fairway pilot resume` was called, it is done with Fairway".to_owned()
            }
            (Some(command), _) => format!("this is done by `{command}`"),
            (None, _) => "`fairway --help` lists the verbs".to_owned(),
        }
    }
}

/// Refuses a command of the scripts that changes the tasks of a lane that is not theirs. The lane is that of the task that the
/// command names, or of the handoff, watch or session; what names none, such as reading the queue file again, is theirs as long
/// as any lane is.
///
/// # Errors
/// [`OpError::NotTheirs`]; when the store or an adapter cannot be read.
pub fn refuse_handed(context: &Context, project: &Project, command: &LegacyCommand) -> Result<()> {
    let Some(change) = command.change(project).map_err(OpError::Adapters)? else { return Ok(()) };
    let held = lanes(context)?;
    let lane = match &change.asked {
        Some(asked) => context.open_store()?.read(|reader| lane_of(&reader, asked))?,
        None => None,
    };
    let holder = match &lane {
        Some(lane) => held.iter().find(|(name, ..)| name == lane).map(|(_, holder, _)| *holder),
        None => held.iter().map(|(_, holder, _)| *holder).min(),
    };
    match holder {
        None | Some(Holder::Legacy) => Ok(()),
        Some(holder) => {
            Err(OpError::NotTheirs(Box::new(NotTheirs { lane, holder, command: change.command })))
        }
    }
}

/// The lane of what a call names.
fn lane_of(reader: &Reader<'_>, asked: &Recognised) -> Result<Option<String>> {
    let mut task = asked.text("task").map(str::to_owned);
    if let (None, Some(Ok(handoff))) = (&task, asked.text("handoff").map(str::parse)) {
        task = reader.handoff(handoff)?.map(|handoff| handoff.task_id);
    }
    if let (None, Some(watch)) = (&task, asked.text("watch")) {
        task = reader.watch(watch)?.and_then(|watch| watch.brief.task_id);
    }
    if let Some(task) = task.map(|id| reader.task(&id)).transpose()?.flatten() {
        return Ok(Some(task.definition.role));
    }
    if let Some(session) = asked.text("session").map(|id| reader.session(id)).transpose()?.flatten() {
        return Ok(Some(session.role));
    }
    Ok(asked.text("role").map(str::to_owned))
}
