//! Why a task is not ready, in the fewest words that help.

use crate::model::task::{BLOCKED, IN_PROGRESS};

/// What is known of a task that is not ready.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its status.
    pub status: &'a str,
    /// Whether the source still has it.
    pub in_source: bool,
    /// Who holds it.
    pub claimant: Option<&'a str>,
    /// Why it is blocked.
    pub blocked_reason: Option<&'a str>,
    /// Its unmet dependencies, with the state each is in.
    pub open: &'a [(String, String)],
}

/// The shortest reason: what has to change first.
pub fn why_not(standing: &Standing<'_>) -> String {
    if !standing.in_source {
        return "left the source file".to_owned();
    }
    match standing.status {
        IN_PROGRESS => {
            standing.claimant.map_or_else(|| "in progress".to_owned(), |who| format!("held by {who}"))
        }
        BLOCKED => format!("blocked: {}", standing.blocked_reason.unwrap_or("no reason recorded")),
        status => match standing.open {
            [] => status.to_owned(),
            [(id, state)] => format!("waits for {id} ({state})"),
            [(id, state), rest @ ..] => format!("waits for {id} ({state}) and {} more", rest.len()),
        },
    }
}
