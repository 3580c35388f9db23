//! The hierarchy of tasks: where a new one goes, and what is below one.

use std::collections::{HashMap, HashSet};

/// Where a spawned task goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Below the current task.
    Child,
    /// Beside the current task: it gets the same parent.
    Sibling,
    /// At the top.
    Root,
    /// Below a task that is named.
    Under(String),
}

/// How many of a task's children are finished.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// In a terminal state.
    pub done: usize,
    /// All of them.
    pub total: usize,
}

/// Where a task goes that is spawned without saying where: below what holds tasks, beside what does not.
pub fn usual_place(current_is_leaf: bool) -> Place {
    if current_is_leaf { Place::Sibling } else { Place::Child }
}

/// A tree of items as the walk through it from the top: each item's place in the list, how deep it is, and whether
/// it is the last of its parent's children.
///
/// `parents` are the parents of the items, by place; children keep the list's order. What cannot be reached from
/// `root`, and what has been reached already, is not gone into: parents may name one another.
pub fn walk(root: usize, parents: &[Option<usize>]) -> Vec<Step> {
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    for (item, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            children.entry(*parent).or_default().push(item);
        }
    }
    let mut seen = HashSet::from([root]);
    let mut open = vec![Step { item: root, depth: 0, last: true }];
    let mut steps = Vec::new();
    while let Some(step) = open.pop() {
        let below: Vec<usize> = children
            .get(&step.item)
            .into_iter()
            .flatten()
            .copied()
            .filter(|child| seen.insert(*child))
            .collect();
        let depth = step.depth + 1;
        steps.push(step);
        let count = below.len();
        for (at, item) in below.into_iter().enumerate().rev() {
            open.push(Step { item, depth, last: at + 1 == count });
        }
    }
    steps
}

/// One item of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its place in the list.
    pub item: usize,
    /// How far below the root.
    pub depth: usize,
    /// Whether it is the last of its parent's children.
    pub last: bool,
}

#[cfg(test)]
mod tests {
    use super::walk;

    fn depths(root: usize, parents: &[Option<usize>]) -> Vec<(usize, usize, bool)> {
        walk(root, parents).iter().map(|step| (step.item, step.depth, step.last)).collect()
    }

    #[test]
    fn children_come_after_their_parent_in_the_order_of_the_list() {
        let parents = [None, Some(0), Some(0), Some(1), None];
        assert_eq!(depths(0, &parents), [(0, 0, true), (1, 1, false), (3, 2, true), (2, 1, true)]);
        assert_eq!(depths(4, &parents), [(4, 0, true)]);
    }

    #[test]
    fn parents_that_name_one_another_end() {
        assert_eq!(depths(0, &[Some(2), Some(0), Some(1)]), [(0, 0, true), (1, 1, true), (2, 2, true)]);
        assert_eq!(depths(0, &[Some(0)]), [(0, 0, true)]);
    }

    #[test]
    fn a_deep_tree_does_not_exhaust_the_stack() {
        let parents: Vec<Option<usize>> = (0..100_000_usize).map(|item| item.checked_sub(1)).collect();
        assert_eq!(walk(0, &parents).len(), parents.len());
    }
}
