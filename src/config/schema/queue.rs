//! `[states]`, `[task_kinds]` and `[task_priorities]`: what a task can be.

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::reader::{FromToml, Node, Reader};
use crate::config::section::{entry, section};
use crate::model::diagnostic::Diagnostic;

section! {
    /// The states of a task.
    pub struct States {
        /// Every state that a task can be in. `todo` and `in_progress` are always among them: a task starts in
        /// the one, and a claim moves it to the other.
        pub allowed: Vec<String> = words(&["todo", "in_progress", "blocked", "done"]),
        /// The states in which a task is finished and its dependents may start. Left only by reopening.
        pub terminal: Vec<String> = words(&["done"]),
        /// The transitions that are allowed, as pairs `[from, to]`; `*` stands for any state. Empty: all are.
        pub transitions: Vec<Transition> = Vec::new(),
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

/// A transition that is allowed, written `["from", "to"]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(into = "[String; 2]")]
#[schemars(with = "[String; 2]")]
pub struct Transition {
    /// The state that is left, or `*`.
    pub from: String,
    /// The state that is entered, or `*`.
    pub to: String,
}

impl Transition {
    /// What stands for any state.
    pub const ANY: &'static str = "*";

    /// Whether a move from one state to another is this transition.
    pub fn covers(&self, from: &str, to: &str) -> bool {
        (self.from == Self::ANY || self.from == from) && (self.to == Self::ANY || self.to == to)
    }
}

impl From<Transition> for [String; 2] {
    fn from(transition: Transition) -> Self {
        [transition.from, transition.to]
    }
}

impl FromToml for Transition {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let pair = Vec::<String>::from_toml(node, reader)?;
        if !reader.intact(node.path) {
            return None;
        }
        match <[String; 2]>::try_from(pair) {
            Ok([from, to]) => Some(Self { from, to }),
            Err(list) => {
                let message = format!("`{}` must be a pair, found a list of {}", node.path, list.len());
                let problem = Diagnostic::error("bad-transition", message);
                reader.note(node.path, problem.expecting("[from, to], such as [\"*\", \"blocked\"]"));
                None
            }
        }
    }
}

section! {
    /// The kinds of task.
    pub struct TaskKinds {
        /// The kinds that a task can have. Empty: any text.
        pub allowed: Vec<String> = Vec::new(),
        /// The kind of a task that is added without one.
        pub default: String = "task".to_owned(),
        /// The kinds whose tasks usually have no children: `spawn` puts a new task beside one of them, and warns
        /// about one below it. A task without a kind counts as one of the default kind.
        pub leaf: Vec<String> = words(&["task", "bug", "spike"]),
    }
}

section! {
    /// The priorities of a task. A lower rank is more urgent; a task without a priority comes last.
    pub struct TaskPriorities {
        /// The priority of a task that is added without one. Default: none.
        pub default: Option<i64> = None,
        /// Names for ranks, shown in reports. Ranks without a name are fine.
        pub levels: Vec<PriorityLevel> = Vec::new(),
    }
}

entry! {
    /// A name for a rank.
    pub struct PriorityLevel {
        /// The rank; lower is more urgent.
        pub rank: i64,
        /// A short name.
        pub label: String,
        /// When to use it.
        pub description: Option<String>,
    }
}
