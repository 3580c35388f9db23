//! Claiming a task, letting it go, and taking it over: one holder, under an epoch that only grows.

mod holding;
mod lease;
mod release;
mod takeover;
mod terms;

pub use release::{ReleaseRequest, release};
pub use takeover::takeover;

pub(super) use holding::{check_caller, check_writer};
pub(super) use lease::{expire_in, expire_now, ran_out};
use terms::{Terms, acting_role, take};

use super::{Context, OpError, Result};
use crate::config::TimeSpan;
use crate::model::Task;
use crate::policy::{Reason, Refusal, claims};
use crate::store::{ReadyFilter, Writer};
use crate::views::Claimed;

/// A claim that is asked for, or a takeover.
#[derive(Debug, Default)]
pub struct ClaimRequest {
    /// The task. That it is missing is said before that a role is unknown, and after what the preflight says of a
    /// role that is known.
    pub task: Option<String>,
    /// Instead of a task: the first one below this that is ready for the role.
    pub within: Option<String>,
    /// Needed when the task is blocked.
    pub reason: Option<String>,
    /// Who claims; the actor when not given.
    pub claimant: Option<String>,
    /// The label of who works on it, where the configuration labels by provider.
    pub provider: Option<String>,
    /// The branch the work will happen on; the role's when not given.
    pub branch: Option<String>,
    /// How long the claim holds from each heartbeat; without end when not given.
    pub lease: Option<TimeSpan>,
    /// Do not look at the branch that the caller stands on.
    pub skip_preflight: bool,
}

fn no_task() -> OpError {
    Refusal::new(Reason::Usage, "a claim needs a task").hint("name one that `fairway ready` lists").into()
}

/// Claims a task for the acting role.
///
/// # Errors
/// A refusal of class `unknown-role`, `preflight`, `usage`, `not-found`, or one of [`claims::check`].
pub fn claim(context: &Context, request: &ClaimRequest) -> Result<Claimed> {
    let names_no_task = request.task.is_none() && request.within.is_none();
    // Before the store is opened, which reads the definitions: what is refused for its arguments changes nothing.
    if names_no_task && context.acting_role().is_err() {
        return Err(no_task());
    }
    let terms = Terms::of(context, acting_role(context)?, request)?;
    if names_no_task {
        return Err(no_task());
    }
    context.write("claim", |tx| {
        let task = wanted(tx, request, &terms.role)?;
        let open = tx.open_dependencies(task.id())?;
        let needs_reason = context.config.claims.require_reason_when_blocked;
        claims::check(&task, &terms.role, request.reason.as_deref(), needs_reason, &open)?;
        take(context, tx, &task, &terms, request.reason.as_deref())
    })
}

/// The task that is claimed: the one that is named, or the first that is ready below another.
///
/// The write lock is held already, so nobody takes it between the choice and the claim.
fn wanted(tx: &Writer<'_>, request: &ClaimRequest, role: &str) -> Result<Task> {
    let id = match (&request.task, &request.within) {
        (Some(id), _) => id.clone(),
        (None, None) => return Err(Refusal::unknown_task("").into()),
        (None, Some(within)) => {
            if !tx.has_task(within)? {
                return Err(Refusal::unknown_task(within).into());
            }
            let filter = ReadyFilter {
                role: Some(role.to_owned()),
                within: Some(within.clone()),
                limit: Some(1),
                ..ReadyFilter::default()
            };
            let nothing = || {
                Refusal::new(Reason::NothingReady, format!("nothing below {within} is ready for {role}"))
                    .hint(format!("see why: fairway ready --in {within} --explain"))
            };
            tx.ready(&filter)?.pop().ok_or_else(nothing)?.id
        }
    };
    Ok(tx.task(&id)?.ok_or_else(|| Refusal::unknown_task(&id))?)
}
