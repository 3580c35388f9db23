//! The reports on the whole queue: where it stands, how it is, and what it cost.

use super::{Context, Result};
use crate::policy::health::{self, Health, Observed};
use crate::store::Reader;
use crate::views::{HealthReport, StatusReport, TimingReport};

/// How many tasks each role has in each state, what is worked on, and what is blocked.
///
/// # Errors
/// When the store cannot be read.
pub fn status_report(context: &Context) -> Result<StatusReport> {
    context.read(|reader| status(context, &reader))
}

/// What has taken too long, and which records are missing.
///
/// # Errors
/// When the store cannot be read.
pub fn health_report(context: &Context) -> Result<HealthReport> {
    context.read(|reader| Ok(HealthReport::from(health(context, &reader)?)))
}

/// How much time evidence took, by role and by task.
///
/// # Errors
/// When the store cannot be read.
pub fn timing_report(context: &Context) -> Result<TimingReport> {
    context.read(|reader| Ok(TimingReport::new(context.config.role_names(), reader.time_spent()?)))
}

pub(super) fn status(context: &Context, reader: &Reader<'_>) -> Result<StatusReport> {
    let mut report = StatusReport::new(context.config.role_names(), &context.config.states.allowed);
    let counts = reader.task_counts()?;
    counts.by_role.iter().for_each(|count| report.count(count));
    report.in_progress = reader.active_tasks()?.into_iter().map(Into::into).collect();
    report.blocked = reader.blocked_tasks()?.into_iter().map(Into::into).collect();
    report.not_in_source = counts.not_in_source;
    Ok(report)
}

pub(super) fn health(context: &Context, reader: &Reader<'_>) -> Result<Health> {
    let accepted: Vec<String> = context
        .config
        .gates
        .accepted_evidence_results
        .iter()
        .map(|result| result.as_str().to_owned())
        .collect();
    let found = Observed {
        active: reader.active_tasks()?.into_iter().map(|task| (task.id, task.claimed_at)).collect(),
        blocked: reader.blocked_tasks()?.into_iter().map(|task| (task.id, task.since)).collect(),
        handoffs: reader.open_handoffs()?,
        unrouted: reader.unrouted_reviews()?,
        unproven: reader.done_without_evidence(&accepted)?,
    };
    Ok(health::judge(found, context.now))
}
