//! Why a queue file is not edited.

use crate::model::Diagnostic;

/// A queue file that was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file itself is no queue.
    #[error("the queue file cannot be edited: {}", .0.message)]
    Unreadable(Box<Diagnostic>),
    /// The key cannot be changed without changing something else.
    #[error("the queue file cannot be edited safely: {}", .0.message)]
    Unsafe(Box<Diagnostic>),
    /// The file has no such task, or has it twice.
    #[error("the queue file has {count} tasks {task}, so its state cannot be written there")]
    NoSuchTask {
        /// The task.
        task: String,
        /// How many.
        count: usize,
    },
}

impl EditError {
    /// The place in the file, when it is about one.
    pub fn diagnostic(&self) -> Option<&Diagnostic> {
        match self {
            Self::Unreadable(problem) | Self::Unsafe(problem) => Some(problem),
            Self::NoSuchTask { .. } => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "correct the file first; nothing was written",
            Self::Unsafe(_) => "give the task a plain key of its own there; nothing was written",
            Self::NoSuchTask { .. } => "export back into the file that was imported; nothing was written",
        }
    }
}
