//! Tasks of the file, by id.

use std::collections::HashMap;

use crate::legacy::queue::{QueueDocument, QueueTask};

/// Where each task of a file stands.
#[derive(Debug)]
pub(super) struct Index<'a> {
    tasks: &'a [QueueTask],
    places: HashMap<&'a str, u32>,
}

impl<'a> Index<'a> {
    pub(super) fn of(queue: &'a QueueDocument) -> Self {
        let places = queue.tasks.iter().zip(0_u32..).map(|(task, place)| (&*task.id, place)).collect();
        Self { tasks: &queue.tasks, places }
    }

    /// Where a task stands.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).map(|place| *place as usize)
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    pub(super) fn tasks(&self) -> &'a [QueueTask] {
        self.tasks
    }

    /// Every place, in the order of the ids: tables that are kept in that order are written fastest in it.
    pub(super) fn by_id(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.tasks.len()).collect();
        places.sort_unstable_by(|a, b| self.tasks[*a].id.cmp(&self.tasks[*b].id));
        places
    }
}
