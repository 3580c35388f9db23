//! The state machine: which transitions are allowed, and what each does to a task's state.

use super::{Reason, Refusal};
use crate::model::diagnostic::closest;
use crate::model::task::{BLOCKED, DONE, IN_PROGRESS, TODO, TaskState};

/// The configured states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRules {
    /// Every state, in the order in which they are listed.
    pub allowed: Vec<String>,
    /// Left only by reopening.
    pub terminal: Vec<String>,
    /// When given, the only pairs allowed; `*` stands for any state.
    pub transitions: Option<Vec<(String, String)>>,
    /// Whether blocking a task needs a reason.
    pub require_blocked_reason: bool,
}

/// A transition that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The task.
    pub id: &'a str,
    /// Where it is.
    pub from: &'a str,
    /// Where it shall go.
    pub to: &'a str,
    /// Whether a terminal state may be left.
    pub reopen: bool,
    /// Why.
    pub reason: Option<&'a str>,
}

impl StateRules {
    /// Refuses a state that is not configured.
    ///
    /// # Errors
    /// A refusal of class `usage`, with the nearest state as its hint.
    pub fn known(&self, state: &str) -> Result<(), Refusal> {
        if self.allowed.iter().any(|allowed| allowed == state) {
            return Ok(());
        }
        let expected = format!("expected one of {}", self.allowed.join(", "));
        let hint = match closest(state, self.allowed.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? {expected}"),
            None => expected,
        };
        Err(Refusal::new(Reason::Usage, format!("unknown state `{state}`")).hint(hint))
    }

    /// Whether a state is terminal.
    pub fn is_terminal(&self, state: &str) -> bool {
        self.terminal.iter().any(|terminal| terminal == state)
    }

    /// Whether a task may go from one state to another, gates aside.
    ///
    /// # Errors
    /// A refusal of class `terminal`, `reason-required` or `transition`.
    pub fn check(&self, ask: &Ask<'_>) -> Result<(), Refusal> {
        let Ask { id, from, to, reopen, reason } = *ask;
        if self.is_terminal(from) {
            if !reopen {
                return Err(Refusal::new(Reason::Terminal, format!("{id} is {from}"))
                    .hint("give --reopen and --reason to reopen it"));
            }
            if reason.is_none() {
                return Err(Refusal::new(Reason::ReasonRequired, format!("reopening {id} needs a reason"))
                    .hint("give --reason TEXT"));
            }
        }
        if to == BLOCKED && self.require_blocked_reason && reason.is_none() {
            return Err(Refusal::new(Reason::ReasonRequired, format!("blocking {id} needs a reason"))
                .hint("give --reason TEXT"));
        }
        if !self.permits(from, to) {
            return Err(Refusal::new(Reason::Transition, format!("{id} may not go from {from} to {to}"))
                .hint("see `[states] transitions` in .fairway/config.toml"));
        }
        Ok(())
    }

    fn permits(&self, from: &str, to: &str) -> bool {
        let Some(pairs) = &self.transitions else { return true };
        let fits = |pattern: &str, state: &str| pattern == "*" || pattern == state;
        pairs.iter().any(|(one, other)| fits(one, from) && fits(other, to))
    }
}

/// The state of a task after a transition to `to`.
///
/// Going back to `todo` forgets who worked on it and what came of it; blocking keeps both; finishing stamps the
/// time and the commit. A state of the project's own only loses its blocked reason.
pub fn after(
    state: &TaskState,
    to: &str,
    reason: Option<&str>,
    commit: Option<String>,
    at: &str,
) -> TaskState {
    let mut next =
        TaskState { status: to.to_owned(), blocked_reason: None, updated_at: at.to_owned(), ..state.clone() };
    match to {
        TODO => {
            next.owner = None;
            next.claimant = None;
            next.branch = None;
            next.claimed_at = None;
            next.completed_at = None;
            next.commit_sha = None;
        }
        IN_PROGRESS if state.status == DONE => next.completed_at = None,
        BLOCKED => next.blocked_reason = reason.map(str::to_owned),
        DONE => {
            next.completed_at = Some(at.to_owned());
            next.commit_sha = commit;
        }
        _ => {}
    }
    next
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(transitions: Option<Vec<(&str, &str)>>) -> StateRules {
        StateRules {
            allowed: [TODO, IN_PROGRESS, BLOCKED, DONE].map(str::to_owned).to_vec(),
            terminal: vec![DONE.to_owned()],
            transitions: transitions
                .map(|pairs| pairs.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect()),
            require_blocked_reason: true,
        }
    }

    fn ask<'a>(from: &'a str, to: &'a str) -> Ask<'a> {
        Ask { id: "A-1", from, to, reopen: false, reason: None }
    }

    #[test]
    fn a_terminal_state_is_left_only_with_reopen_and_a_reason() {
        let rules = rules(None);
        let refused = |ask: Ask<'_>| rules.check(&ask).unwrap_err().reason;
        assert_eq!(refused(ask(DONE, TODO)), Reason::Terminal);
        assert_eq!(refused(Ask { reason: Some("why"), ..ask(DONE, DONE) }), Reason::Terminal);
        assert_eq!(refused(Ask { reopen: true, ..ask(DONE, TODO) }), Reason::ReasonRequired);
        assert!(rules.check(&Ask { reopen: true, reason: Some("why"), ..ask(DONE, TODO) }).is_ok());
    }

    #[test]
    fn transitions_when_given_are_the_only_ones() {
        let rules = rules(Some(vec![(TODO, IN_PROGRESS), ("*", BLOCKED)]));
        assert!(rules.check(&ask(TODO, IN_PROGRESS)).is_ok());
        assert!(rules.check(&Ask { reason: Some("why"), ..ask(IN_PROGRESS, BLOCKED) }).is_ok());
        assert_eq!(rules.check(&ask(TODO, DONE)).unwrap_err().reason, Reason::Transition);
    }

    proptest! {
        #[test]
        fn only_a_blocked_task_has_a_blocked_reason(from in 0..4_usize, to in 0..4_usize, reason in "[a-z]{1,8}") {
            let all = [TODO, IN_PROGRESS, BLOCKED, DONE];
            let before = TaskState {
                status: all[from].to_owned(),
                blocked_reason: Some("old".to_owned()),
                completed_at: Some("then".to_owned()),
                ..TaskState::default()
            };
            let next = after(&before, all[to], Some(&reason), None, "now");
            prop_assert_eq!(next.blocked_reason.is_some(), all[to] == BLOCKED);
            prop_assert_eq!(next.status.as_str(), all[to]);
            if all[to] == TODO {
                prop_assert_eq!(next.completed_at, None);
            }
        }
    }
}
