//! What each verb is to the gate. Every verb is here; a test holds this against the command line.

/// What a verb is to the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It changes nothing that the queue holds.
    Reading,
    /// It changes something, and the legacy has it too, as this operation: the operation has to have graduated, and the
    /// lane to be Fairway's.
    Proved(&'static str),
    /// It changes something, and the legacy has nothing like it: the lane has to be Fairway's.
    Native,
    /// It sets up, moves or proves, and is never gated.
    Administrative,
}

use Kind::{Administrative, Native, Proved, Reading};

/// Every verb, as the envelope names it.
pub const VERBS: &[(&str, Kind)] = &[
    ("add", Native),
    ("checkpoint record", Proved("checkpoint-record")),
    ("checkpoint stale", Reading),
    ("checkpoint status", Reading),
    ("claim", Proved("claim")),
    ("claim release", Native),
    ("claim takeover", Native),
    ("completions", Administrative),
    ("config validate", Reading),
    ("coordinator preflight", Reading),
    ("coordinator status", Reading),
    ("coordinator tick", Reading),
    ("db backup", Administrative),
    ("db check", Reading),
    ("db compat", Reading),
    ("db export", Reading),
    ("db migrate", Administrative),
    ("dispatch-plan", Reading),
    ("git-check", Reading),
    ("handoff ack", Proved("ack-handoff")),
    ("handoff list", Reading),
    ("health-report", Reading),
    ("import", Administrative),
    ("init", Administrative),
    ("merge-ready", Reading),
    ("migrate apply", Administrative),
    ("migrate export-back", Administrative),
    ("migrate log", Administrative),
    ("migrate plan", Administrative),
    ("migrate rehearse", Administrative),
    ("migrate rollback", Administrative),
    ("migrate status", Administrative),
    ("migrate verify", Administrative),
    ("packet bugfix", Reading),
    ("packet context", Reading),
    ("packet watcher", Reading),
    ("parity adapt", Administrative),
    ("parity artifact", Administrative),
    ("parity diff", Administrative),
    ("parity doctor", Administrative),
    ("parity fuzz", Administrative),
    ("parity grade", Administrative),
    ("parity graduate", Administrative),
    ("parity noise", Administrative),
    ("parity record", Administrative),
    ("parity report", Administrative),
    ("parity review", Administrative),
    ("parity revoke", Administrative),
    ("parity run", Administrative),
    ("parity show", Administrative),
    ("parity soak", Administrative),
    ("parity status", Administrative),
    ("parity waive", Administrative),
    ("pilot cutover", Administrative),
    ("pilot install-shadow", Administrative),
    ("pilot pause", Administrative),
    ("pilot remove-shadow", Administrative),
    ("pilot report", Administrative),
    ("pilot resume", Administrative),
    ("pilot rollback", Administrative),
    ("pilot start", Administrative),
    ("pilot status", Administrative),
    ("pilot sync", Administrative),
    ("preflight", Reading),
    ("prune-stale", Native),
    ("ready", Reading),
    ("record evidence", Proved("record-evidence")),
    ("record handoff", Proved("record-handoff")),
    ("record review", Proved("record-review")),
    ("reference", Administrative),
    ("regression-pack list", Reading),
    ("regression-pack show", Reading),
    ("regression-pack validate", Reading),
    ("review checkout", Native),
    ("route review", Proved("route-review")),
    ("session end", Proved("session-end")),
    ("session heartbeat", Native),
    ("session launch", Proved("session-launch")),
    ("session reconcile", Proved("session-reconcile")),
    ("session status", Reading),
    ("session upsert", Proved("session-upsert")),
    ("set-status", Proved("set-status")),
    ("shadow", Administrative),
    ("spawn", Native),
    ("status-report", Reading),
    ("sync-yaml", Proved("sync-yaml")),
    ("task-detail", Reading),
    ("timing-report", Reading),
    ("tree", Reading),
    ("update", Native),
    ("version", Administrative),
    ("watcher finish", Proved("watch-finish")),
    ("watcher start", Proved("watch-start")),
    ("watcher status", Reading),
    ("worktree prune", Native),
    ("worktree setup", Native),
    ("worktree status", Reading),
];

/// What a verb is. `None` for a verb that is not in the table, which there is none of.
pub fn kind(verb: &str) -> Option<Kind> {
    VERBS.binary_search_by_key(&verb, |(name, _)| *name).ok().map(|at| VERBS[at].1)
}

/// What a command of Fairway does, by its words after the program: options say how, and not what, except for the one by
/// which nothing is done. `None` when they begin with no verb.
pub fn kind_of(words: &[&str]) -> Option<Kind> {
    if words.contains(&"--dry-run") {
        return Some(Reading);
    }
    let mut names = words.iter().filter(|word| !word.starts_with('-'));
    let first = names.next()?;
    names.next().and_then(|second| kind(&format!("{first} {second}"))).or_else(|| kind(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_proved_operation_is_one() {
        assert!(VERBS.is_sorted_by(|one, two| one.0 < two.0));
        let library = fairway_parity::Library::load(None).unwrap();
        for (verb, kind) in VERBS {
            if let Proved(operation) = kind {
                assert!(library.vocabulary.get(operation).is_some(), "{verb}: {operation}");
            }
        }
        assert_eq!(kind("claim"), Some(Proved("claim")));
        assert_eq!(kind("no such verb"), None);
        assert_eq!(kind_of(&["--json", "session", "launch"]), Some(Proved("session-launch")));
        assert_eq!(kind_of(&["--json", "session", "launch", "--dry-run"]), Some(Reading));
        assert_eq!(kind_of(&["claim", "{}"]), Some(Proved("claim")));
        assert_eq!(kind_of(&["--json"]), None);
    }
}
