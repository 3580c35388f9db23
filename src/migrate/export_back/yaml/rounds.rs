//! Edits a file, reads the result, and goes on until exactly the wanted keys differ.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::error::EditError;
use super::patch::{self, Obstacle, Target, Wish};
use super::survey::Survey;
use crate::legacy::queue::{LIST_KEY, place_in};
use crate::legacy::yaml::{ItemLayout, Mark, YamlError, layout};
use crate::model::Diagnostic;

/// A key of a task that carries state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateKey {
    /// The key's names in the file, the one that is written where there is none first.
    pub names: Vec<String>,
    /// What the legacy takes a blank value for.
    pub default: Option<String>,
}

/// A key of a task that is to say something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The task's id.
    pub task: String,
    /// Which of the state keys.
    pub key: usize,
    /// Its new value; none takes it away.
    pub value: Option<String>,
}

/// A file with its keys changed.
#[derive(Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new file.
    pub bytes: Vec<u8>,
    /// What differs, in the order of the file.
    pub edits: Vec<Edit>,
}

/// A key that says something else, or says it at its own place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Edit {
    /// The task.
    pub task: String,
    /// The key's name in the file.
    pub key: String,
    /// What it said.
    pub from: Option<String>,
    /// What it says.
    pub to: Option<String>,
    /// The line of the task before the edit.
    pub line: u32,
    /// Whether the value is as it was and only got a key of its own, because the place that it came from changed.
    pub pinned: bool,
}

/// One file on its way.
struct Rounds<'a> {
    name: &'a str,
    bytes: &'a [u8],
    keys: &'a [StateKey],
    before: Survey,
    /// What each state key has to say, task by task.
    wanted: Vec<Vec<Option<String>>>,
}

/// Changes keys of tasks in the bytes of a queue file; `name` is the file in the places of problems. Without a
/// difference the bytes are the same.
///
/// # Errors
/// When the file is no queue, lacks a task, or a key cannot be changed alone.
pub fn edit(name: &str, bytes: &[u8], keys: &[StateKey], changes: &[Change]) -> Result<Edited, EditError> {
    let before = Survey::of(bytes, keys).map_err(|error| {
        let problem = Diagnostic::error("yaml-syntax", error.problem.clone());
        EditError::Unreadable(Box::new(problem.at(place_in(name, bytes, error.mark, None))))
    })?;
    let wanted = wanted(&before, keys, changes)?;
    Rounds { name, bytes, keys, before, wanted }.run()
}

fn wanted(
    before: &Survey,
    keys: &[StateKey],
    changes: &[Change],
) -> Result<Vec<Vec<Option<String>>>, EditError> {
    let mut wanted: Vec<Vec<Option<String>>> =
        before.tasks.iter().map(|task| task.state.iter().map(|cell| cell.text.clone()).collect()).collect();
    let mut places: HashMap<&str, (usize, usize)> = HashMap::new();
    for (place, task) in before.tasks.iter().enumerate() {
        if let Some(id) = &task.id {
            places.entry(id).and_modify(|(_, count)| *count += 1).or_insert((place, 1));
        }
    }
    for change in changes {
        match places.get(change.task.as_str()) {
            Some((place, 1)) => {
                wanted[*place][change.key] = keys[change.key].settled(change.value.clone());
            }
            other => {
                let count = other.map_or(0, |(_, count)| *count);
                return Err(EditError::NoSuchTask { task: change.task.clone(), count });
            }
        }
    }
    Ok(wanted)
}

impl Rounds<'_> {
    fn run(self) -> Result<Edited, EditError> {
        let mut cells = self.differing(&self.before);
        if cells.is_empty() {
            return Ok(Edited { bytes: self.bytes.to_vec(), edits: Vec::new() });
        }
        loop {
            let bytes = self.splice(&cells)?;
            let after = Survey::of(&bytes, self.keys).map_err(|error| self.broke(&error, &cells))?;
            if let Some(place) = self.before.first_other_difference(&after) {
                return Err(self.shared(place, &cells));
            }
            let open = self.differing(&after);
            if open.is_empty() {
                return Ok(Edited { bytes, edits: self.edits(&cells) });
            }
            let known = cells.len();
            if let Some((task, key)) = open.iter().find(|cell| cells.contains(cell)) {
                let name = &self.keys[*key].names[0];
                let problem = format!("a merge or a second key decides `{name}`, wherever it is written");
                return Err(self.refuse(Some(*task), self.before.tasks[*task].mark, problem));
            }
            cells.extend(open);
            debug_assert!(cells.len() > known, "every round has more to write");
        }
    }

    /// The keys that do not say what they have to, by task and key.
    fn differing(&self, survey: &Survey) -> BTreeSet<(usize, usize)> {
        let tasks = survey.tasks.iter().zip(&self.wanted).enumerate();
        tasks
            .flat_map(|(place, (task, wanted))| {
                let cells = task.state.iter().zip(wanted).enumerate();
                cells.filter(|(_, (cell, wanted))| cell.text != **wanted).map(move |(key, _)| (place, key))
            })
            .collect()
    }

    fn splice(&self, cells: &BTreeSet<(usize, usize)>) -> Result<Vec<u8>, EditError> {
        let places: BTreeSet<usize> = cells.iter().map(|(task, _)| *task).collect();
        // The survey has read the whole file, so it is YAML.
        let items = layout(self.bytes, LIST_KEY, &|index| places.contains(&index)).ok().flatten();
        let (Some(items), Ok(text)) = (items, std::str::from_utf8(self.bytes)) else {
            let problem = "the list of tasks is an alias".to_owned();
            return Err(self.refuse(None, Mark::START, problem));
        };
        let mut splices = Vec::new();
        for (place, item) in &items {
            let targets = self.targets(*place, cells);
            let found = patch::splices(text, item, self.keys, &targets);
            splices.extend(found.map_err(|Obstacle { mark, problem }| {
                self.refuse(Some(*place), mark.unwrap_or(item.mark), problem)
            })?);
        }
        self.check_all_found(&items, &places)?;
        Ok(patch::apply(text, splices).into_bytes())
    }

    /// Another list than the one that counts may be the one in the layout: then it has fewer items.
    fn check_all_found(
        &self,
        items: &[(usize, ItemLayout)],
        places: &BTreeSet<usize>,
    ) -> Result<(), EditError> {
        match places.iter().find(|place| !items.iter().any(|(found, _)| found == *place)) {
            None => Ok(()),
            Some(place) => {
                let mark = self.before.tasks[*place].mark;
                Err(self.refuse(Some(*place), mark, "the task is not written in the list".to_owned()))
            }
        }
    }

    fn targets(&self, place: usize, cells: &BTreeSet<(usize, usize)>) -> Vec<Target<'_>> {
        let state = &self.before.tasks[place].state;
        state
            .iter()
            .enumerate()
            .map(|(key, cell)| Target {
                name: cell.name,
                class: cell.class,
                wish: match &self.wanted[place][key] {
                    _ if !cells.contains(&(place, key)) => Wish::Stay,
                    Some(value) => Wish::Say(value),
                    None => Wish::Go,
                },
            })
            .collect()
    }

    fn edits(&self, cells: &BTreeSet<(usize, usize)>) -> Vec<Edit> {
        cells
            .iter()
            .map(|(place, key)| {
                let task = &self.before.tasks[*place];
                let (from, to) = (task.state[*key].text.clone(), self.wanted[*place][*key].clone());
                Edit {
                    task: task.id.clone().unwrap_or_default(),
                    key: self.keys[*key].names[task.state[*key].name].clone(),
                    pinned: from == to,
                    from,
                    to,
                    line: task.mark.line,
                }
            })
            .collect()
    }

    fn refuse(&self, task: Option<usize>, mark: Mark, problem: String) -> EditError {
        let mut diagnostic =
            Diagnostic::error("edit-unsafe", problem).at(place_in(self.name, self.bytes, mark, None));
        if let Some(id) = task.and_then(|task| self.before.tasks.get(task)?.id.as_deref()) {
            diagnostic = diagnostic.about(id);
        }
        EditError::Unsafe(Box::new(diagnostic.expecting("a plain `key: value` of the task's own")))
    }

    fn broke(&self, error: &YamlError, cells: &BTreeSet<(usize, usize)>) -> EditError {
        let task = cells.first().map(|(task, _)| *task);
        let mark = task.map_or(Mark::START, |task| self.before.tasks[task].mark);
        self.refuse(
            task,
            mark,
            format!("with its state changed the file could not be read: {}", error.problem),
        )
    }

    /// Something that is no state took its value from what was changed.
    fn shared(&self, place: usize, cells: &BTreeSet<(usize, usize)>) -> EditError {
        let task = cells.first().map(|(task, _)| *task);
        let (other, mark) = match self.before.tasks.get(place) {
            Some(other) => (other.id.as_deref().unwrap_or("a task without id"), other.mark),
            None => ("the top of the file", Mark::START),
        };
        let problem =
            format!("{other} takes a value from the state that changes, through an anchor or a merge");
        self.refuse(task, mark, problem)
    }
}
