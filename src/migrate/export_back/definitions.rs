//! Which definitions say something else than the queue file. They stay behind: only the state keys of a file are written
//! (docs/decisions/0015).

use std::collections::{BTreeMap, HashMap};

use super::database::Lost;
use crate::model::Definition;

const TABLE: &str = "task_definitions";

/// Tells of every definition that came after the import, or that was edited since, field by field.
pub fn left_behind(base: &[Definition], now: &[Definition]) -> Vec<Lost> {
    let base: HashMap<&str, &Definition> = base.iter().map(|task| (task.id.as_str(), task)).collect();
    let mut lost: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for task in now {
        let mut stays = |why: String| lost.entry(why).or_default().push(&task.id);
        match base.get(task.id.as_str()) {
            None => stays("the task came after the import; the queue file does not define it".to_owned()),
            Some(before) => {
                for field in edited(before, task) {
                    stays(format!("{field} was edited after the import; the queue file keeps what it said"));
                }
            }
        }
    }
    let told = |(why, tasks): (String, Vec<&str>)| Lost {
        what: TABLE.to_owned(),
        why,
        rows: tasks.len(),
        first: tasks.iter().min().map(|id| (*id).to_owned()).unwrap_or_default(),
    };
    lost.into_iter().map(told).collect()
}

/// The fields in which two definitions of a task differ, by the names of their columns.
fn edited(before: &Definition, now: &Definition) -> Vec<&'static str> {
    let differs = [
        ("title", before.title != now.title),
        ("role", before.role != now.role),
        ("kind", before.kind != now.kind),
        ("parent", before.parent != now.parent),
        ("priority", before.priority != now.priority),
        ("sequence", before.sequence != now.sequence),
        ("dependencies", before.depends_on != now.depends_on),
        ("acceptance_checks", before.acceptance_checks != now.acceptance_checks),
        ("notes", before.notes != now.notes),
        ("extra", before.extra != now.extra),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}
