//! A task and what is below it.

use std::collections::HashMap;

use super::{Context, Result};
use crate::policy::Refusal;
use crate::policy::hierarchy::{Step, walk};
use crate::store::TreeRow;
use crate::views::{ChildProgress, Tree, TreeNode};

/// The tree below a task, as deep as asked for; 0 is the task alone.
///
/// # Errors
/// A refusal of class `not-found`.
pub fn tree(context: &Context, id: &str, depth: Option<usize>) -> Result<Tree> {
    let rows = context.read(|reader| Ok(reader.tree(id)?))?;
    let place_of: HashMap<&str, usize> =
        rows.iter().enumerate().map(|(at, row)| (row.id.as_str(), at)).collect();
    let root = *place_of.get(id).ok_or_else(|| Refusal::unknown_task(id))?;
    let parents: Vec<Option<usize>> = rows
        .iter()
        .map(|row| row.parent.as_deref().and_then(|parent| place_of.get(parent).copied()))
        .collect();
    let progress = progress(context, &rows, &parents);
    let steps = walk(root, &parents);
    let all = steps.len();
    let shown: Vec<Step> =
        steps.into_iter().filter(|step| depth.is_none_or(|depth| step.depth <= depth)).collect();
    let deeper = all - shown.len();
    let mut bars: Vec<bool> = Vec::new();
    let tasks = shown
        .into_iter()
        .map(|step| {
            let row = &rows[step.item];
            let branch = branch(&mut bars, step);
            TreeNode {
                id: row.id.clone(),
                parent: row.parent.clone(),
                depth: step.depth,
                kind: row.kind.clone(),
                role: row.role.clone(),
                status: row.status.clone(),
                title: row.title.clone(),
                in_source: row.in_source,
                children: progress.get(&step.item).copied(),
                branch,
            }
        })
        .collect();
    Ok(Tree { tasks, deeper })
}

/// How far the children of each task are that has some.
fn progress(context: &Context, rows: &[TreeRow], parents: &[Option<usize>]) -> HashMap<usize, ChildProgress> {
    let rules = context.state_rules();
    let mut progress: HashMap<usize, ChildProgress> = HashMap::new();
    for (row, parent) in rows.iter().zip(parents) {
        if let Some(parent) = parent {
            let entry = progress.entry(*parent).or_insert(ChildProgress { done: 0, total: 0 });
            entry.total += 1;
            entry.done += usize::from(rules.is_terminal(&row.status));
        }
    }
    progress
}

/// What is drawn before a task. `bars` are the levels above it that go on below it.
fn branch(bars: &mut Vec<bool>, step: Step) -> String {
    let Step { depth, last, .. } = step;
    let Some(level) = depth.checked_sub(1) else { return String::new() };
    bars.truncate(level);
    let mut text: String = bars.iter().map(|goes_on| if *goes_on { "│  " } else { "   " }).collect();
    text.push_str(if last { "└─ " } else { "├─ " });
    bars.push(!last);
    text
}
