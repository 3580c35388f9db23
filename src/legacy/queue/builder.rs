//! Puts a document together while the file is read.

use std::collections::HashMap;

use serde_json::Map;

use super::document::{Format, QueueDocument, QueueTask, UnknownField};
use super::links;
use super::problems::{At, Problems};
use super::task::{First, Links, TaskReader};
use super::values::shown;
use crate::legacy::yaml::ruby_text::{inspect, to_s};
use crate::legacy::yaml::{Mapping, Mark, Node, Value};
use crate::policy::definitions::{Check, ImportRules};

/// The document under construction.
#[derive(Debug)]
pub(super) struct Builder<'a> {
    rules: &'a ImportRules,
    pub(super) problems: Problems<'a>,
    reader: TaskReader<'a>,
    tasks: Vec<QueueTask>,
    links: Vec<Links>,
    unknown: Vec<UnknownField>,
    unknown_places: HashMap<String, usize>,
    envelope: Map<String, serde_json::Value>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(problems: Problems<'a>, rules: &'a ImportRules) -> Self {
        Self {
            rules,
            problems,
            reader: TaskReader { rules, first: HashMap::new() },
            tasks: Vec::new(),
            links: Vec::new(),
            unknown: Vec::new(),
            unknown_places: HashMap::new(),
            envelope: Map::new(),
        }
    }

    /// Forgets the items that were taken: the list stands again further down.
    pub(super) fn restart(&mut self) {
        self.problems.clear();
        self.reader.first.clear();
        self.tasks.clear();
        self.links.clear();
        self.unknown.clear();
        self.unknown_places.clear();
    }

    /// Takes the item at `index` of the list.
    pub(super) fn item(&mut self, index: usize, node: &Node) {
        let Value::Map(mapping) = &node.value else {
            self.problems.add_item_error(
                "not-a-mapping",
                &format!("task[{index}]"),
                "must be a mapping",
                node.mark,
            );
            return;
        };
        let at = First { index: narrow(index), place: narrow(self.tasks.len()) };
        let (task, links, unknown) = self.reader.read(mapping, node.mark, at, &mut self.problems);
        self.count_unknown(mapping, &unknown, &task);
        self.tasks.push(task);
        self.links.push(links);
    }

    fn count_unknown(&mut self, mapping: &Mapping, unknown: &[usize], task: &QueueTask) {
        for index in unknown {
            let key = to_s(&mapping.entries[*index].0.value).into_owned();
            if let Some(place) = self.unknown_places.get(&key) {
                self.unknown[*place].tasks += 1;
                continue;
            }
            self.unknown_places.insert(key.clone(), self.unknown.len());
            self.unknown.push(UnknownField { name: key, tasks: 1, first: task.id.to_string() });
        }
    }

    /// Takes the file's top when it is a mapping: its keys without the list. `list` is what stands under the list's
    /// key when that is no list.
    pub(super) fn envelope(&mut self, mark: Mark, entries: &Mapping, list: ListKey<'_>) {
        let before = self.problems.len();
        self.check_version(mark, entries);
        for (key, node) in &entries.entries {
            self.envelope.insert(to_s(&key.value).into_owned(), shown(&node.value));
        }
        for duplicate in &entries.duplicates {
            let message = format!("`{}` stands twice; the last one counts", duplicate.key);
            let at = At::text(duplicate.last, &duplicate.key);
            self.problems.add(Check::DuplicateKey, None, message, at, |problem| {
                problem.expecting(format!("first at line {}", duplicate.first.line))
            });
        }
        let expected = "expected a list of tasks under `tasks`";
        match list {
            ListKey::Read => {}
            ListKey::Missing => self.problems.add_fixed("not-a-list", "tasks must be a list", expected, mark),
            ListKey::Other(node) => {
                self.problems.add_fixed("not-a-list", "tasks must be a list", expected, node.mark);
            }
        }
        self.problems.bring_forward(before);
    }

    fn check_version(&mut self, mark: Mark, entries: &Mapping) {
        let Some(expected) = self.rules.expected_version else { return };
        let version = entries.get("version");
        let fits = match version.map(|node| &node.value) {
            Some(Value::Int(number)) => *number == expected,
            // Ruby's 1.0 == 1.
            #[expect(
                clippy::cast_precision_loss,
                clippy::float_cmp,
                reason = "a version is a small whole number"
            )]
            Some(Value::Float(number)) => *number == expected as f64,
            _ => false,
        };
        if fits {
            return;
        }
        let (at, got) = version.map_or((mark, "nil".to_owned()), |node| (node.mark, inspect(&node.value)));
        let message = format!("version must be {expected}, got {got}");
        self.problems.add(Check::BadVersion, None, message, At::mark(at), |problem| {
            problem.expecting(format!("expected version: {expected}"))
        });
    }

    /// Takes the file's top when it is a list.
    pub(super) fn bare_list(&mut self, mark: Mark) {
        if let Some(expected) = self.rules.expected_version {
            // Its items are not looked at: they may be anything.
            self.restart();
            let hint = format!("expected `version: {expected}` and `tasks:` with the list");
            self.problems.add_fixed("not-a-mapping", "top level must be a mapping", &hint, mark);
        }
    }

    /// Takes the file's top when it is neither.
    pub(super) fn no_queue(&mut self, mark: Mark) {
        self.problems.add_fixed(
            "not-a-mapping",
            "top level must be a mapping",
            "expected a list of tasks, or a mapping with the list under `tasks`",
            mark,
        );
    }

    /// Checks what tasks say of each other, and answers the document.
    pub(super) fn finish(mut self, format: Format, digest: String) -> QueueDocument {
        links::check(&mut self.tasks, &self.links, &self.reader.first, &mut self.problems);
        QueueDocument {
            format,
            digest,
            tasks: self.tasks,
            problems: self.problems.into_list(),
            unknown_fields: self.unknown,
            envelope: self.envelope,
        }
    }
}

/// What stands under the envelope's list key.
#[derive(Debug, Clone, Copy)]
pub(super) enum ListKey<'n> {
    /// A list, whose items were handed over.
    Read,
    /// Something else.
    Other(&'n Node),
    /// Nothing.
    Missing,
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
