//! Who may claim a task, and when.

use jiff::SignedDuration;

use super::holding::Caller;
use super::states::after;
use super::{Reason, Refusal};
use crate::model::task::{BLOCKED, IN_PROGRESS, TODO, TaskState};
use crate::model::{Claim, Task, time};

/// Whether `role` may claim `task` now. `open` are its unmet dependencies with the state they are in.
///
/// # Errors
/// A refusal of class `not-in-source`, `wrong-role`, `held`, `terminal`, `reason-required` or
/// `dependencies-open`; of several, the first in this order.
pub fn check(
    task: &Task,
    role: &str,
    reason: Option<&str>,
    require_reason_when_blocked: bool,
    open: &[(String, String)],
) -> Result<(), Refusal> {
    let id = task.id();
    check_lane(task, role)?;
    match task.state.status.as_str() {
        TODO => {}
        IN_PROGRESS => return Err(held(task)),
        BLOCKED if reason.is_some() || !require_reason_when_blocked => {}
        BLOCKED => {
            let why = task.state.blocked_reason.as_deref().unwrap_or("no reason recorded");
            return Err(Refusal::new(Reason::ReasonRequired, format!("{id} is blocked: {why}"))
                .hint("give --reason TEXT to unblock and claim it"));
        }
        _ => return Err(over(task)),
    }
    if open.is_empty() {
        return Ok(());
    }
    let waiting: Vec<String> = open.iter().map(|(id, status)| format!("{id} ({status})")).collect();
    Err(Refusal::new(Reason::DependenciesOpen, format!("{id} is waiting for {}", waiting.join(", "))))
}

/// Whether the task is there to be worked on, in this role's lane.
fn check_lane(task: &Task, role: &str) -> Result<(), Refusal> {
    let id = task.id();
    if !task.definition.in_source {
        return Err(Refusal::new(Reason::NotInSource, format!("{id} has left the queue's source file"))
            .hint("claim a task that `fairway ready` lists"));
    }
    if task.definition.role != role {
        return Err(Refusal::new(
            Reason::WrongRole,
            format!("{id} belongs to {}, not to {role}", task.definition.role),
        )
        .hint(format!("`fairway ready --as {role}` lists what {role} could claim")));
    }
    Ok(())
}

fn over(task: &Task) -> Refusal {
    Refusal::new(Reason::Terminal, format!("{} is {}", task.id(), task.state.status))
        .hint("reopen it with `fairway set-status`, --reopen and --reason")
}

fn not_held(task: &Task) -> Refusal {
    Refusal::new(Reason::NotHeld, format!("{} is {}, and nobody holds it", task.id(), task.state.status))
}

/// Whether `role` may take a task over from whoever holds it. Who holds it does not matter: that is what taking over is
/// for, also where a task is in progress and no claimant is recorded.
///
/// # Errors
/// A refusal of class `not-in-source`, `wrong-role`, `not-held` or `terminal`.
pub fn check_takeover(task: &Task, role: &str) -> Result<(), Refusal> {
    check_lane(task, role)?;
    match task.state.status.as_str() {
        IN_PROGRESS => Ok(()),
        BLOCKED if task.state.claimant.is_some() => Ok(()),
        TODO | BLOCKED => Err(not_held(task).hint(format!("claim it: fairway claim {}", task.id()))),
        _ => Err(over(task)),
    }
}

/// Whether a caller may release a task: its claim is theirs by the epoch or the session that they give, or, where they
/// give neither, they are the claimant. `terminal` is whether its state is.
///
/// # Errors
/// A refusal of class `terminal`, `not-held` or `held`.
pub fn check_release(
    task: &Task,
    terminal: bool,
    held: Option<&Claim>,
    caller: &Caller,
    actor: &str,
) -> Result<(), Refusal> {
    if terminal {
        return Err(over(task));
    }
    let Some(claimant) = task.state.claimant.as_deref() else {
        return Err(not_held(task).hint("`fairway set-status TASK todo` puts back what nobody holds"));
    };
    if claimant == actor || held.is_some_and(|held| caller.holds(held)) {
        return Ok(());
    }
    let id = task.id();
    Err(held_by_another(task).hint(format!(
        "give the epoch of its claim with --claim-epoch, or take it over: fairway claim takeover {id} --reason TEXT"
    )))
}

/// Where a task goes when its holder lets go: work in progress is to be done again, anything else stays what it is.
pub fn after_release(task: &Task, at: &str) -> TaskState {
    let state = &task.state;
    if state.status == IN_PROGRESS {
        return after(state, TODO, None, None, at);
    }
    TaskState {
        owner: None,
        claimant: None,
        branch: None,
        claimed_at: None,
        updated_at: at.to_owned(),
        ..state.clone()
    }
}

/// How long a lease may last, in seconds: a year.
pub const LONGEST_LEASE: i64 = 365 * 24 * 3600;

/// The seconds of a lease.
///
/// # Errors
/// A refusal of class `usage` when it is not of whole seconds, or too long.
pub fn lease_seconds(span: SignedDuration) -> Result<i64, Refusal> {
    let seconds = span.as_secs();
    if span.subsec_nanos() != 0 || !(1..=LONGEST_LEASE).contains(&seconds) {
        let message = "a lease lasts whole seconds, and at most a year";
        return Err(Refusal::new(Reason::Usage, message).hint("such as --lease 30m, 2h or 90s"));
    }
    Ok(seconds)
}

/// The refusal that names the holder.
pub fn held(task: &Task) -> Refusal {
    held_by_another(task).hint("claim another task that `fairway ready` lists")
}

fn held_by_another(task: &Task) -> Refusal {
    let id = task.id();
    let state = &task.state;
    let message = match state.claimant.as_deref() {
        None => format!("{id} is in progress, and no claimant is recorded"),
        Some(claimant) => format!(
            "{id} is claimed by {claimant} (owner {}, branch {}) since {}",
            state.owner.as_deref().unwrap_or("-"),
            state.branch.as_deref().unwrap_or("-"),
            state.claimed_at.as_deref().map_or_else(|| "-".to_owned(), time::display),
        ),
    };
    Refusal::new(Reason::Held, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::task::DONE;

    fn task(status: &str, claimant: Option<&str>) -> Task {
        let mut task = Task::default();
        task.definition.id = "A-1".to_owned();
        task.definition.role = "api".to_owned();
        task.definition.in_source = true;
        task.state.status = status.to_owned();
        task.state.claimant = claimant.map(str::to_owned);
        task.state.blocked_reason = (status == BLOCKED).then(|| "why".to_owned());
        task
    }

    fn reason(answer: Result<(), Refusal>) -> Option<Reason> {
        answer.err().map(|refusal| refusal.reason)
    }

    #[test]
    fn what_is_taken_over_is_at_work_in_this_lane() {
        let takeover = |task: &Task| reason(check_takeover(task, "api"));
        assert_eq!(takeover(&task(IN_PROGRESS, Some("codex"))), None);
        assert_eq!(takeover(&task(IN_PROGRESS, None)), None);
        assert_eq!(takeover(&task(BLOCKED, Some("codex"))), None);
        assert_eq!(takeover(&task(BLOCKED, None)), Some(Reason::NotHeld));
        assert_eq!(takeover(&task(TODO, None)), Some(Reason::NotHeld));
        assert_eq!(takeover(&task(DONE, Some("codex"))), Some(Reason::Terminal));
        assert_eq!(reason(check_takeover(&task(IN_PROGRESS, None), "web")), Some(Reason::WrongRole));
        let mut gone = task(IN_PROGRESS, None);
        gone.definition.in_source = false;
        assert_eq!(takeover(&gone), Some(Reason::NotInSource));
    }

    #[test]
    fn only_what_is_ones_own_is_released() {
        let caller = Caller::default();
        let release =
            |task: &Task, terminal, actor| reason(check_release(task, terminal, None, &caller, actor));
        assert_eq!(release(&task(IN_PROGRESS, Some("codex")), false, "codex"), None);
        assert_eq!(release(&task(IN_PROGRESS, Some("codex")), false, "boss"), Some(Reason::Held));
        assert_eq!(release(&task(IN_PROGRESS, None), false, "codex"), Some(Reason::NotHeld));
        assert_eq!(release(&task(TODO, None), false, "codex"), Some(Reason::NotHeld));
        assert_eq!(release(&task(DONE, Some("codex")), true, "codex"), Some(Reason::Terminal));
    }

    #[test]
    fn leases_are_of_whole_seconds_within_a_year() {
        assert_eq!(lease_seconds(SignedDuration::from_mins(30)).unwrap(), 1800);
        assert_eq!(lease_seconds(SignedDuration::from_secs(LONGEST_LEASE)).unwrap(), LONGEST_LEASE);
        for span in [
            SignedDuration::ZERO,
            SignedDuration::from_secs(-1),
            SignedDuration::from_millis(1500),
            SignedDuration::from_secs(LONGEST_LEASE + 1),
        ] {
            assert_eq!(lease_seconds(span).unwrap_err().reason, Reason::Usage, "{span}");
        }
    }

    proptest! {
        #[test]
        fn a_released_task_is_nobodys_and_only_work_in_progress_is_to_be_done_again(
            status in prop_oneof![Just(IN_PROGRESS), Just(BLOCKED), Just("review")],
        ) {
            let before = task(status, Some("codex"));
            let after = after_release(&before, "now");
            prop_assert_eq!((&after.claimant, &after.owner, &after.branch, &after.claimed_at), (&None, &None, &None, &None));
            prop_assert_eq!(after.status.as_str(), if status == IN_PROGRESS { TODO } else { status });
            prop_assert_eq!(after.blocked_reason, before.state.blocked_reason);
        }
    }
}
