//! Turns what a parity run found into tasks, each once.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Context, Result, add};
use crate::model::Definition;
use crate::model::task::TODO;
use crate::views::{MismatchTask, MismatchTasks};

/// A place where the two systems differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What tells it from every other: behaviour, scenario and step.
    pub place: String,
    /// One line.
    pub title: String,
    /// Everything that is known of it.
    pub note: String,
    /// What has to hold once it is mended.
    pub check: String,
}

impl Mismatch {
    /// The id of its task: the same in every run, so that it is recorded once. It has the form of the ids that a
    /// project takes without being told otherwise.
    fn task(&self) -> String {
        let digest = Sha256::digest(&self.place);
        let number = digest.iter().take(4).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("PARITY-{number}")
    }
}

/// Whether mismatches can be recorded at all: by this role, under the ids that they get.
///
/// # Errors
/// A refusal of class `usage` when the project takes no such ids or no role acts, `unknown-role` when the named one
/// is not configured.
pub fn can_record_mismatches(context: &Context, role: Option<&str>) -> Result<String> {
    add::check_id(context, "PARITY-1")?;
    let role = match role {
        Some(name) => context.role(name)?,
        None => context.acting_role()?,
    };
    Ok(role.name.clone())
}

/// Adds a task in `todo` for every mismatch that has none yet.
///
/// # Errors
/// As [`add::add`].
pub fn record_mismatches(context: &Context, role: &str, found: &[Mismatch]) -> Result<MismatchTasks> {
    let tasks = context.read(|reader| {
        let known = |mismatch: &Mismatch| {
            let id = mismatch.task();
            let status = reader.task(&id)?.map(|task| task.state.status);
            let (place, recorded) = (mismatch.place.clone(), status.is_none());
            Ok(MismatchTask { task: id, place, recorded, status: status.unwrap_or_else(|| TODO.to_owned()) })
        };
        found.iter().map(known).collect::<Result<Vec<_>>>()
    })?;
    let new: Vec<_> = tasks.iter().zip(found).filter(|(task, _)| task.recorded).collect();
    // A call that changes nothing leaves no event.
    if !new.is_empty() {
        context.write("record-mismatches", |tx| {
            for (task, mismatch) in &new {
                add::insert(context, tx, definition(&task.task, role, mismatch))?;
            }
            let ids: Vec<&str> = new.iter().map(|(task, _)| task.task.as_str()).collect();
            tx.audit(None, Some(json!({ "tasks": ids })));
            Ok(())
        })?;
    }
    Ok(MismatchTasks { tasks })
}

fn definition(id: &str, role: &str, mismatch: &Mismatch) -> Definition {
    Definition {
        id: id.to_owned(),
        title: mismatch.title.clone(),
        role: role.to_owned(),
        notes: Some(mismatch.note.clone()),
        acceptance_checks: vec![mismatch.check.clone()],
        ..Definition::default()
    }
}
