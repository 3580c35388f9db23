//! A queue file once read: compact, because a queue may have a hundred thousand tasks.

use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::task::TODO;
use crate::model::{Definition, Diagnostic, Severity};

/// What a queue file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// YAML, as Ruby reads it.
    Yaml,
    /// JSON, without comments or trailing commas.
    Json,
}

impl Format {
    /// By the file's name: `.json` is JSON, all else is YAML.
    pub fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// A queue file.
#[derive(Debug)]
pub struct QueueDocument {
    /// What it is written in.
    pub format: Format,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// Its tasks, in its order: every item that is a mapping. As they are only fit for use when no problem is an
    /// error.
    pub tasks: Vec<QueueTask>,
    /// Everything that is wrong with it.
    pub problems: Vec<Diagnostic>,
    /// Fields that Fairway does not know; they are kept with their task.
    pub unknown_fields: Vec<UnknownField>,
    /// The other keys of the envelope, as they were; empty for a bare list.
    pub envelope: Map<String, Value>,
}

/// A field that Fairway does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct UnknownField {
    /// Its name.
    pub name: String,
    /// How many tasks have it.
    pub tasks: usize,
    /// The first of them.
    pub first: String,
}

/// A task of a queue file. Its place in the file is its place in [`QueueDocument::tasks`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueTask {
    /// Unique when the file has no errors.
    pub id: Box<str>,
    /// One line.
    pub title: Box<str>,
    /// The role's name.
    pub role: Box<str>,
    /// Free text.
    pub kind: Option<Box<str>>,
    /// A task id.
    pub parent: Option<Box<str>>,
    /// Lower is more urgent.
    pub priority: Option<i64>,
    /// Order within a priority.
    pub sequence: Option<i64>,
    /// Places in the file of the tasks it depends on, each once.
    pub depends_on: Box<[u32]>,
    /// A JSON list of texts.
    pub acceptance_checks: Box<str>,
    /// Any length.
    pub notes: Option<Box<str>>,
    /// A JSON object of the fields that Fairway does not know.
    pub extra: Box<str>,
    /// The state that the file carries; none where it carries none.
    pub seed: Option<Box<Seed>>,
}

/// The state that a file carries for a task; absent or blank fields are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seed {
    /// None is `todo`.
    pub status: Option<Box<str>>,
    /// The owner label.
    pub owner: Option<Box<str>>,
    /// The branch of the work.
    pub branch: Option<Box<str>>,
    /// The commit as given.
    pub commit: Option<Box<str>>,
    /// In the store's form when it is a time, as it is otherwise.
    pub completed_at: Option<Box<str>>,
}

impl Seed {
    /// Its status, `todo` when the file carries none.
    pub fn status(&self) -> &str {
        self.status.as_deref().unwrap_or(TODO)
    }
}

impl QueueDocument {
    /// A file of which nothing could be used.
    pub(super) fn unread(format: Format, digest: String, problem: Diagnostic) -> Self {
        Self {
            format,
            digest,
            tasks: Vec::new(),
            problems: vec![problem],
            unknown_fields: Vec::new(),
            envelope: Map::new(),
        }
    }

    /// Whether nothing may be written.
    pub fn is_broken(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// A task of the file as the rest of the program knows tasks.
    pub fn definition(&self, index: usize) -> Option<Definition> {
        let task = self.tasks.get(index)?;
        let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        Some(Definition {
            id: task.id.to_string(),
            title: task.title.to_string(),
            role: task.role.to_string(),
            kind: owned(&task.kind),
            parent: owned(&task.parent),
            priority: task.priority,
            sequence: task.sequence,
            depends_on: self.depends_on(task).map(str::to_owned).collect(),
            acceptance_checks: serde_json::from_str(&task.acceptance_checks).unwrap_or_default(),
            notes: owned(&task.notes),
            extra: serde_json::from_str(&task.extra).unwrap_or_default(),
            file_order: i64::try_from(index).ok(),
            in_source: true,
        })
    }

    /// The ids of the tasks that a task depends on, in the file's order.
    pub fn depends_on<'a>(&'a self, task: &'a QueueTask) -> impl Iterator<Item = &'a str> {
        task.depends_on.iter().filter_map(|place| Some(&*self.tasks.get(*place as usize)?.id))
    }
}
