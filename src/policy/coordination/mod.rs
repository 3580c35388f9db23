//! What a coordinator sees at one look, and what follows from it: what blocks a shift, and what to do next.

mod checks;
mod recommend;
#[cfg(test)]
mod tests;

pub use checks::{Checked, Level, checks};
pub use recommend::{Recommendation, recommend};

use super::consistency::Finding;
use super::health::Health;

/// What was seen. Nothing of it was changed.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// The source of the definitions.
    pub source: Source,
    /// Why there is nothing to see in the store; all that follows is then empty.
    pub store: Option<String>,
    /// Each configured role, in its order.
    pub roles: Vec<Standing>,
    /// What takes too long, and which records are missing.
    pub health: Health,
    /// How queue and git disagree.
    pub git: Git,
    /// Sessions that nobody is behind, and why that is thought.
    pub dead_sessions: Vec<(String, String)>,
    /// Tracks that are past their target or of which nothing was heard: name, state, why.
    pub stale_tracks: Vec<(String, String, String)>,
}

/// The source of the definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It has so many tasks, and nothing is wrong with it.
    Sound(i64),
    /// What is wrong with it: the task, where it is about one, and the message.
    Broken(Vec<(Option<String>, String)>),
    /// It cannot be read.
    Unreadable(String),
    /// It was not looked at: the store cannot be used.
    Unseen,
}

impl Default for Source {
    fn default() -> Self {
        Self::Sound(0)
    }
}

/// How queue and git disagree.
#[derive(Debug, Clone)]
pub enum Git {
    /// In this.
    Findings(Vec<Finding>),
    /// Git cannot be asked.
    Unusable(String),
}

impl Default for Git {
    fn default() -> Self {
        Self::Findings(Vec::new())
    }
}

/// Where a role stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The role.
    pub role: String,
    /// What it works on.
    pub active: Vec<String>,
    /// How many tasks it could claim.
    pub ready: i64,
    /// The first of them, as many as were asked for: id and title.
    pub next: Vec<(String, String)>,
}

impl Standing {
    /// Whether it could take a task on, where so many at once are its limit.
    pub fn is_idle(&self, limit: u32) -> bool {
        self.active.len() < usize::try_from(limit).unwrap_or(usize::MAX)
    }
}
