//! What tasks say of each other: dependencies and parents that exist and do not lead in circles.

use std::collections::HashMap;

use super::document::QueueTask;
use super::fields::is_blank;
use super::problems::{At, Problems};
use super::task::{First, Links};
use super::values::quoted;
use crate::legacy::yaml::Mark;
use crate::policy::definitions::Check;
use crate::policy::graph;

/// Resolves every dependency to its place in the file, and reports what does not hold.
pub(super) fn check(
    tasks: &mut [QueueTask],
    links: &[Links],
    first: &HashMap<Box<str>, First>,
    problems: &mut Problems<'_>,
) {
    let mut edges = Edges { targets: vec![Vec::new(); tasks.len()], starts: Vec::new() };
    for (task, link) in tasks.iter_mut().zip(links) {
        task.depends_on = dependencies(task, link, first, problems, &mut edges);
    }
    unknown_parents(tasks, links, first, problems);
    for cycle in graph::cycles(&edges.targets, edges.starts.iter().copied()) {
        report(Check::DependencyCycle, "dependency", &cycle, tasks, problems, |from, to| {
            let closing = links[from].depends_on.iter().find(|(id, _)| id.as_deref() == Some(to));
            closing.map(|(_, mark)| *mark).or(links[from].id)
        });
    }
    drop(edges);
    parent_cycles(tasks, links, first, problems);
}

/// Dependencies among the tasks that are the first of their id, and those tasks that have any, in the order in
/// which they say so.
struct Edges {
    targets: Vec<Vec<u32>>,
    starts: Vec<u32>,
}

fn dependencies(
    task: &QueueTask,
    link: &Links,
    first: &HashMap<Box<str>, First>,
    problems: &mut Problems<'_>,
    edges: &mut Edges,
) -> Box<[u32]> {
    let Some(own) = first.get(&task.id) else { return Box::default() };
    let mut places: Vec<u32> = Vec::with_capacity(link.depends_on.len());
    for (id, mark) in &link.depends_on {
        let id = id.as_deref();
        let target = id.and_then(|id| first.get(id));
        if id == Some(&*task.id) {
            let message = "depends on itself".to_owned();
            problems.add(
                Check::SelfDependency,
                Some(&task.id),
                message,
                At::text(*mark, &task.id),
                |problem| problem.expecting("expected the id of another task"),
            );
        }
        let Some(target) = target else {
            unknown_dependency(task, id, *mark, problems);
            continue;
        };
        if !places.contains(&target.place) {
            places.push(target.place);
        }
        if target.place != own.place {
            let targets = &mut edges.targets[own.place as usize];
            if targets.is_empty() {
                edges.starts.push(own.place);
            }
            targets.push(target.place);
        }
    }
    places.into()
}

fn unknown_dependency(task: &QueueTask, id: Option<&str>, mark: Mark, problems: &mut Problems<'_>) {
    let shown = id.map_or_else(|| "nil".to_owned(), quoted);
    let message = format!("unknown dependency {shown}");
    problems.add(Check::UnknownDependency, Some(&task.id), message, At { mark, text: id }, |problem| {
        let problem = problem.expecting("expected the id of a task in this file");
        match id {
            Some(id) => problem.with("value", id),
            None => problem,
        }
    });
}

fn unknown_parents(
    tasks: &[QueueTask],
    links: &[Links],
    first: &HashMap<Box<str>, First>,
    problems: &mut Problems<'_>,
) {
    for (task, link) in tasks.iter().zip(links) {
        let (Some(parent), Some(mark)) = (task.parent.as_deref(), link.parent) else { continue };
        if !first.contains_key(parent) && !is_blank(parent) {
            let message = format!("unknown parent {}", quoted(parent));
            problems.add(Check::UnknownParent, Some(&task.id), message, At::text(mark, parent), |problem| {
                problem.expecting("expected the id of a task in this file").with("value", parent)
            });
        }
    }
}

fn parent_cycles(
    tasks: &[QueueTask],
    links: &[Links],
    first: &HashMap<Box<str>, First>,
    problems: &mut Problems<'_>,
) {
    let parent = |task: &QueueTask| first.get(task.parent.as_deref()?).map(|first| first.place);
    let targets: Vec<Vec<u32>> = tasks.iter().map(|task| parent(task).into_iter().collect()).collect();
    for cycle in graph::cycles(&targets, 0..u32::try_from(tasks.len()).unwrap_or(u32::MAX)) {
        report(Check::ParentCycle, "parent", &cycle, tasks, problems, |from, _| links[from].parent);
    }
}

/// Reports a cycle at the entry that closes it.
fn report(
    check: Check,
    what: &str,
    cycle: &[u32],
    tasks: &[QueueTask],
    problems: &mut Problems<'_>,
    closing: impl Fn(usize, &str) -> Option<Mark>,
) {
    let id = |place: &u32| tasks.get(*place as usize).map_or("", |task| &task.id);
    let (Some(head), Some(last)) = (cycle.first().map(id), cycle.last()) else { return };
    let mut path: Vec<&str> = cycle.iter().map(id).collect();
    path.push(head);
    let message = format!("{what} cycle: {}", path.join(" -> "));
    let mark = closing(*last as usize, head).unwrap_or(Mark::START);
    problems.add(check, Some(head), message, At::text(mark, head), |problem| {
        problem.expecting(format!("this {what} closes the cycle")).with("path", path.clone())
    });
}
