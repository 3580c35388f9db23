//! What a watch needs, and when one may begin or end.

use super::{Reason, Refusal};
use crate::model::time::display;
use crate::model::{WatchBrief, WatchStatus, Watcher};

/// Refuses a watch that lacks what it needs; everything that is missing is named at once, by its flag.
///
/// # Errors
/// A refusal of class `usage`.
pub fn complete(verb: &str, watch: Option<&str>, brief: &WatchBrief) -> Result<(), Refusal> {
    let needed = [
        ("WATCH", watch),
        ("--task", brief.task_id.as_deref()),
        ("--owner", brief.owner.as_deref()),
        ("--process", brief.process.as_deref()),
        ("--command", brief.command.as_deref()),
        ("--success", brief.success.as_deref()),
        ("--failure", brief.failure.as_deref()),
        ("--close-condition", brief.close_condition.as_deref()),
    ];
    let missing: Vec<&str> =
        needed.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("{verb} needs {}", missing.join(", "));
    Err(Refusal::new(Reason::Usage, message)
        .hint(format!("`fairway {verb} --help` says what each of them is")))
}

/// Refuses to begin a watch whose id is taken.
///
/// # Errors
/// A refusal of class `held` while the other one runs, `terminal` when it is over.
pub fn may_start(taken: Option<&Watcher>) -> Result<(), Refusal> {
    let Some(watch) = taken else { return Ok(()) };
    let reason = match watch.status {
        WatchStatus::Running => Reason::Held,
        WatchStatus::Finished => Reason::Terminal,
    };
    Err(Refusal::new(reason, format!("watch {} is {} already", watch.id, watch.status.as_str()))
        .hint("begin this one under another id"))
}

/// Refuses to end a watch that is over.
///
/// # Errors
/// A refusal of class `terminal`.
pub fn may_finish(watch: &Watcher) -> Result<(), Refusal> {
    if watch.status == WatchStatus::Running {
        return Ok(());
    }
    let when = watch.finished_at.as_deref().map(display).unwrap_or_default();
    Err(Refusal::new(Reason::Terminal, format!("watch {} finished at {when}", watch.id))
        .hint("what came later is evidence of its own: fairway record evidence"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_is_named_in_the_order_of_the_help() {
        let brief =
            WatchBrief { owner: Some("api".into()), success: Some("s".into()), ..WatchBrief::default() };
        let refusal = complete("watcher start", Some("w"), &brief).unwrap_err();
        assert_eq!(
            refusal.message,
            "watcher start needs --task, --process, --command, --failure, --close-condition"
        );
        assert_eq!(refusal.reason, Reason::Usage);
    }
}
