//! The ready queue, and why a task is not in it.

use super::{Context, Result};
use crate::policy::Refusal;
use crate::policy::arguments::whole_number;
use crate::policy::readiness::{Standing, why_not};
use crate::store::{Reader, ReadyFilter};
use crate::views::{NotReadyTask, ReadyQueue, Unready};

/// What is asked for.
#[derive(Debug, Default)]
pub struct ReadyRequest {
    /// Which tasks.
    pub filter: ReadyFilter,
    /// Those of every role, where the filter names none; else those of the role whose checkout this is.
    pub all_roles: bool,
    /// At most so many, as it was written: a role that does not exist is said before a malformed number.
    pub limit: Option<String>,
    /// Say of each task that is not ready why.
    pub explain: bool,
}

/// The tasks that can be claimed now, in the order in which to claim them.
///
/// # Errors
/// A refusal of class `unknown-role`, or `not-found` for the task to look below.
pub fn ready(context: &Context, request: &ReadyRequest) -> Result<ReadyQueue> {
    let named = request.filter.role.clone();
    let here = || context.role_here().filter(|_| !request.all_roles).map(|role| role.name.clone());
    let role = named.or_else(here);
    context.read(|reader| {
        if let Some(role) = &role {
            context.role(role)?;
        }
        let limit = request.limit.as_deref().map(|text| whole_number("--limit", text)).transpose()?;
        let filter = ReadyFilter { role, limit, ..request.filter.clone() };
        if let Some(within) = &request.filter.within
            && !reader.has_task(within)?
        {
            return Err(Refusal::unknown_task(within).into());
        }
        let tasks = reader.ready(&filter)?.into_iter().map(Into::into).collect();
        let not_ready = if request.explain { Some(unready(&reader, &filter)?) } else { None };
        Ok(ReadyQueue { role: filter.role, tasks, not_ready })
    })
}

fn unready(reader: &Reader<'_>, filter: &ReadyFilter) -> Result<Unready> {
    let mut tasks = Vec::new();
    for row in reader.not_ready(filter)? {
        let why = why_not(&Standing {
            status: &row.status,
            in_source: row.in_source,
            claimant: row.claimant.as_deref(),
            blocked_reason: row.blocked_reason.as_deref(),
            open: &row.open,
        });
        tasks.push(NotReadyTask { id: row.id, role: row.role, status: row.status, why });
    }
    Ok(Unready(tasks))
}
