//! A scenario: a starting queue and a list of operations, for a named behaviour.

mod parse;

use crate::observation::{Channel, Omission};
use crate::operation::Operation;

/// The queue that a scenario begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The copied queue as it stands, database included.
    Standard,
    /// A purpose-made queue file, and a database made from it.
    Queue(String),
}

/// A file of a checkout that a step edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditedFile {
    /// The queue file, wherever the reference has it.
    Queue,
    /// The file at this path, relative to the checkout.
    Path(String),
}

/// An edit of a file, made on both sides alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The file gets this text. Folders that are missing are made.
    Write(String),
    /// The file is removed.
    Remove,
    /// A text that is in the file exactly once is replaced.
    Patch {
        /// The text to find.
        find: String,
        /// What stands there afterwards.
        replace: String,
    },
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Asks an operation of both sides. `expect` is the outcome class that the reference has to give:
    /// a scenario that does not reach what it is about proves nothing.
    Ask {
        /// The operation.
        operation: Operation,
        /// The class, as [`crate::observation::Outcome::class`] names it.
        expect: String,
    },
    /// Edits a file.
    Edit {
        /// The file.
        file: EditedFile,
        /// The edit.
        edit: Edit,
        /// The role whose checkout is meant; `None` is the main one.
        role: Option<String>,
    },
    /// Runs git with these arguments.
    Git {
        /// The arguments.
        arguments: Vec<String>,
        /// The role whose checkout is meant; `None` is the main one.
        role: Option<String>,
    },
}

/// A whole scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The behaviour that it tests.
    pub behaviour: String,
    /// Its name, unique within the behaviour.
    pub name: String,
    /// What it shows, in one line.
    pub summary: String,
    /// The queue it begins with.
    pub start: Start,
    /// The clock of the setup and of steps that do not say otherwise.
    pub now: String,
    /// Who acts in the setup and in steps that do not say otherwise.
    pub actor: String,
    /// The channels that it leaves out, with reasons.
    pub omit: Vec<Omission>,
    /// Its steps.
    pub steps: Vec<Action>,
}

impl Scenario {
    /// `behaviour/name`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.behaviour, self.name)
    }

    /// Whether it leaves a channel out.
    pub fn omits(&self, channel: Channel) -> bool {
        self.omit.iter().any(|omission| omission.channel == channel)
    }

    /// Every role in whose checkout a step works.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Action::Ask { operation, .. } => operation.role.as_deref(),
            Action::Edit { role, .. } | Action::Git { role, .. } => role.as_deref(),
        })
    }
}

impl Action {
    /// What a report calls the step.
    pub fn title(&self) -> String {
        match self {
            Self::Ask { operation, .. } => operation.name.clone(),
            Self::Edit { file: EditedFile::Queue, .. } => "edit of the queue file".to_owned(),
            Self::Edit { file: EditedFile::Path(path), edit: Edit::Remove, .. } => {
                format!("removal of {path}")
            }
            Self::Edit { file: EditedFile::Path(path), .. } => format!("edit of {path}"),
            Self::Git { arguments, .. } => format!("git {}", arguments.join(" ")),
        }
    }
}
