//! One item of the list: its checks, in the legacy's order, and what the store keeps of it.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::document::{QueueTask, Seed};
use super::fields::{Field, Fields, is_blank};
use super::problems::{At, Problems, one_of, one_of_roles};
use super::values::{boxed, is_collection, quoted, shown, texts};
use crate::legacy::yaml::ruby_text::{NotJson, inspect, plain, text, to_s};
use crate::legacy::yaml::{Mapping, Mark, Node, Value};
use crate::model::Timestamp;
use crate::model::time::to_store_or_keep;
use crate::policy::definitions::{Check, ImportRules};

/// What one task says of others, kept until all of them are known.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Where the id stands.
    pub(super) id: Option<Mark>,
    /// Each entry of the dependencies, as text; none where a list entry is null.
    pub(super) depends_on: Vec<(Option<Box<str>>, Mark)>,
    /// Where the parent stands.
    pub(super) parent: Option<Mark>,
}

/// Where an id stands first.
#[derive(Debug, Clone, Copy)]
pub(super) struct First {
    /// Counting every item of the list.
    pub(super) index: u32,
    /// Counting the items that are mappings: its place in the document.
    pub(super) place: u32,
}

/// Reads and checks one item after the other.
#[derive(Debug)]
pub(super) struct TaskReader<'a> {
    pub(super) rules: &'a ImportRules,
    /// Where each id stands first.
    pub(super) first: HashMap<Box<str>, First>,
}

/// One item on its way.
struct Item<'r, 'n, 'p, 'a> {
    rules: &'a ImportRules,
    fields: &'r Fields<'n>,
    problems: &'p mut Problems<'a>,
    label: String,
    /// Where the item begins: the place of what is missing.
    mark: Mark,
    /// Fields whose value cannot be used, where that is no error; they are kept as unknown ones.
    misfits: Vec<(&'n str, &'n Node)>,
}

impl<'a> TaskReader<'a> {
    /// Reads an item of the list. Answers the task, what it says of others, and the places of the entries that are no
    /// fields.
    pub(super) fn read(
        &mut self,
        mapping: &Mapping,
        mark: Mark,
        at: First,
        problems: &mut Problems<'a>,
    ) -> (QueueTask, Links, Vec<usize>) {
        let fields = Fields::of(mapping, &self.rules.aliases);
        let id = fields.get(Field::Id).and_then(|(_, node)| boxed(&node.value)).unwrap_or_default();
        let label = if is_blank(&id) { format!("task[{}]", at.index) } else { id.to_string() };
        let rules = self.rules;
        let mut item = Item { rules, fields: &fields, problems, label, mark, misfits: Vec::new() };

        self.check_id(&mut item, &id, at);
        let title = item.title();
        let role = item.role();
        let status = item.status();
        let (priority, sequence) = (item.integer(Field::Priority), item.integer(Field::Sequence));
        let depends_on = item.list(Field::DependsOn);
        let checks = item.list(Field::AcceptanceChecks);
        item.refuse_collection(Field::Title);
        let kind = item.optional(Field::Kind);
        let parent = item.optional(Field::Parent);
        let notes = item.optional(Field::Notes);
        let seed = item.seed(status);
        item.report_duplicates(mapping);

        let links = Links {
            id: fields.get(Field::Id).map(|(_, node)| node.mark),
            depends_on: depends_on.iter().map(|node| (boxed(&node.value), node.mark)).collect(),
            parent: fields.get(Field::Parent).map(|(_, node)| node.mark).filter(|_| parent.is_some()),
        };
        let extra = item.extra(mapping);
        // A title may be missing where the configuration takes that for a warning.
        let title = title.unwrap_or_else(|| id.clone());
        let task = QueueTask {
            id,
            title,
            role,
            kind,
            parent,
            priority,
            sequence,
            depends_on: Box::default(),
            acceptance_checks: texts(checks),
            notes,
            extra,
            seed,
        };
        (task, links, fields.unknown)
    }

    fn check_id(&mut self, item: &mut Item<'_, '_, '_, '_>, id: &str, here: First) {
        let at = item.fields.get(Field::Id).map_or(item.mark, |(_, node)| node.mark);
        let label = item.label.clone();
        if is_blank(id) {
            let message = "missing id".to_owned();
            item.problems.add(Check::MissingId, Some(&label), message, At::mark(at), |problem| {
                problem.expecting("every task has an id of its own")
            });
            return;
        }
        let pattern = &self.rules.id_pattern;
        if !pattern.is_match(id) {
            let message = format!("bad id {}", quoted(id));
            item.problems.add(Check::BadId, Some(&label), message, At::text(at, id), |problem| {
                problem
                    .expecting(format!("expected an id that matches {}", pattern.as_str()))
                    .with("value", id)
            });
        }
        match self.first.get(id) {
            Some(First { index, .. }) => {
                let message = format!("duplicate id (first at task[{index}])");
                item.problems.add(Check::DuplicateId, Some(&label), message, At::text(at, id), |problem| {
                    problem.expecting("expected an id of its own").with("first", *index)
                });
            }
            None => {
                self.first.insert(id.into(), here);
            }
        }
    }
}

impl<'n> Item<'_, 'n, '_, '_> {
    fn title(&mut self) -> Option<Box<str>> {
        let title = self.fields.get(Field::Title).map(|(_, node)| node);
        let words = title.and_then(|node| boxed(&node.value));
        if words.as_deref().is_none_or(is_blank) {
            let at = title.map_or(self.mark, |node| node.mark);
            self.problems.add(
                Check::MissingTitle,
                Some(&self.label),
                "missing title".to_owned(),
                At::mark(at),
                |problem| problem.expecting("every task has a title"),
            );
            return None;
        }
        words.filter(|_| title.is_none_or(|node| !is_collection(&node.value)))
    }

    fn role(&mut self) -> Box<str> {
        let node = self.fields.get(Field::Role).map(|(_, node)| node);
        let at = node.map_or(self.mark, |node| node.mark);
        let role = node.and_then(|node| boxed(&node.value)).unwrap_or_default();
        let renamed = self.rules.role_names.iter().find(|(theirs, _)| **theirs == *role);
        let role = renamed.map_or(role, |(_, ours)| ours.as_str().into());
        let known = &self.rules.roles;
        if is_blank(&role) {
            self.problems.add(
                Check::MissingRole,
                Some(&self.label),
                "missing role".to_owned(),
                At::mark(at),
                |problem| problem.expecting(one_of_roles(None, known)),
            );
        } else if !known.iter().any(|name| **name == *role) {
            let message = format!("unknown role {}", quoted(&role));
            self.problems.add(
                Check::UnknownRole,
                Some(&self.label),
                message,
                At::text(at, &role),
                |problem| problem.expecting(one_of_roles(Some(&role), known)).with("value", &*role),
            );
        }
        role
    }

    /// The status that the file carries, when it is one; blank is none.
    fn status(&mut self) -> Option<Box<str>> {
        let (name, node) = self.fields.get(Field::Status)?;
        let status = boxed(&node.value).filter(|status| !is_blank(status))?;
        let known = &self.rules.statuses;
        if known.iter().any(|name| **name == *status) {
            return Some(status);
        }
        let message = format!("unknown status {}", quoted(&status));
        self.problems.add(
            Check::UnknownStatus,
            Some(&self.label),
            message,
            At::text(node.mark, &status),
            |problem| problem.expecting(one_of(&status, known)).with("value", &*status),
        );
        self.misfits.push((name, node));
        None
    }

    fn integer(&mut self, field: Field) -> Option<i64> {
        let (name, node) = self.fields.get(field)?;
        match &node.value {
            Value::Null => None,
            Value::Int(number) => Some(*number),
            _ => {
                self.wrong_type(name, node, "an integer");
                None
            }
        }
    }

    fn list(&mut self, field: Field) -> &'n [Node] {
        let Some((name, node)) = self.fields.get(field) else { return &[] };
        match &node.value {
            Value::Null => &[],
            Value::Seq(items) => items,
            _ => {
                self.wrong_type(name, node, "a list");
                &[]
            }
        }
    }

    fn optional(&mut self, field: Field) -> Option<Box<str>> {
        if self.refuse_collection(field) {
            return None;
        }
        let (_, node) = self.fields.get(field)?;
        boxed(&node.value).filter(|text| !text.is_empty())
    }

    fn refuse_collection(&mut self, field: Field) -> bool {
        match self.fields.get(field) {
            Some((name, node)) if is_collection(&node.value) => {
                self.wrong_type(name, node, "text");
                true
            }
            _ => false,
        }
    }

    fn wrong_type(&mut self, name: &'n str, node: &'n Node, wanted: &str) {
        let class = node.value.class_name();
        let message = if is_collection(&node.value) && wanted == "text" {
            format!("{name} must be {wanted}, got {class}")
        } else {
            format!("{name} must be {wanted}, got {class} {}", inspect(&node.value))
        };
        let value = text(&node.value).filter(|_| !is_collection(&node.value));
        let at = At { mark: node.mark, text: value.as_deref() };
        self.problems.add(Check::WrongType, Some(&self.label), message, at, |problem| {
            let problem =
                problem.expecting(format!("expected {wanted}")).with("field", name).with("wanted", wanted);
            problem.with("type", class).with("got", shown(&node.value))
        });
        self.misfits.push((name, node));
    }

    fn seed(&mut self, status: Option<Box<str>>) -> Option<Box<Seed>> {
        let text = |field| {
            let (_, node) = self.fields.get(field)?;
            boxed(&node.value).filter(|text| !text.is_empty())
        };
        let (owner, branch, commit) = (text(Field::Owner), text(Field::Branch), text(Field::Commit));
        let completed_at = text(Field::CompletedAt).map(|time| self.time(&time));
        let seed = Seed { status, owner, branch, commit, completed_at };
        (seed != Seed::default()).then(|| Box::new(seed))
    }

    fn time(&mut self, time: &str) -> Box<str> {
        if Timestamp::parse(time).is_none() && !is_blank(time) {
            let (name, mark) = self
                .fields
                .get(Field::CompletedAt)
                .map_or(("completed_at", self.mark), |(name, node)| (name, node.mark));
            let message = format!("{name} {time:?} is not a time; it is kept as it is");
            self.problems.add(
                Check::UnparsedTime,
                Some(&self.label),
                message,
                At::text(mark, time),
                |problem| {
                    problem.expecting("expected a time such as 2026-02-27T16:00:00Z").with("value", time)
                },
            );
        }
        to_store_or_keep(time).into()
    }

    /// A JSON object of the fields that are not known, in the order of the file.
    fn extra(&mut self, mapping: &Mapping) -> Box<str> {
        if self.fields.unknown.is_empty() && self.misfits.is_empty() {
            return "{}".into();
        }
        let mut object = Map::new();
        for (key, node) in self.fields.unknown.iter().map(|index| &mapping.entries[*index]) {
            let name = to_s(&key.value).into_owned();
            let value = plain(&node.value).unwrap_or_else(|error| self.not_json(&name, node, &error));
            object.insert(name, value);
        }
        for (name, node) in &self.misfits {
            object.insert((*name).to_owned(), shown(&node.value));
        }
        Json::Object(object).to_string().into()
    }

    /// What has no JSON form is kept as the text that Ruby prints for it.
    fn not_json(&mut self, name: &str, node: &Node, error: &NotJson) -> Json {
        let at = At::mark(node.mark);
        self.problems.add(Check::WrongType, Some(&self.label), format!("{name}: {error}"), at, |problem| {
            problem.expecting("text, a number, a boolean, a list or a mapping").with("field", name)
        });
        shown(&node.value)
    }

    fn report_duplicates(&mut self, mapping: &Mapping) {
        for duplicate in &mapping.duplicates {
            let key = &duplicate.key;
            let message = format!("`{key}` stands twice; the last one counts");
            self.problems.add(
                Check::DuplicateKey,
                Some(&self.label),
                message,
                At::text(duplicate.last, key),
                |problem| {
                    problem
                        .expecting(format!("first at line {}", duplicate.first.line))
                        .with("key", key.as_str())
                },
            );
        }
        let nested = mapping.entries.iter().map(|(_, node)| &node.value);
        for value in nested.filter(|value| is_collection(value)) {
            self.report_nested_duplicates(value);
        }
    }

    /// Depth is bounded by the reader's own limit.
    fn report_nested_duplicates(&mut self, value: &Value) {
        match value {
            Value::Map(inner) => self.report_duplicates(inner),
            Value::Seq(items) => {
                for item in items.iter().filter(|item| is_collection(&item.value)) {
                    self.report_nested_duplicates(&item.value);
                }
            }
            _ => {}
        }
    }
}
