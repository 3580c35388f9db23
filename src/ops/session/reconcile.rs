//! Finding the sessions that nobody is behind any more.

use serde_json::json;

use crate::config::Staleness;
use crate::model::{AgentSession, SessionStatus};
use crate::ops::{Context, OpError, Result};
use crate::policy::sessions::{Process, StaleRules, stale};
use crate::process::{Life, life};
use crate::store::Reader;
use crate::views::{Reconciled, ReconciledSession};

/// Marks the sessions as stale that nobody is behind; with `dry_run` only names them.
///
/// # Errors
/// When the store cannot be opened or the queue is broken.
pub fn reconcile_sessions(context: &Context, dry_run: bool) -> Result<Reconciled> {
    if dry_run {
        return context.read(|reader| Ok(Reconciled { sessions: judged(context, reader)?.1, dry_run }));
    }
    context.write("session reconcile", |tx| {
        let (open, sessions) = judged(context, **tx)?;
        for (session, verdict) in open.into_iter().zip(&sessions) {
            if let Some(why) = &verdict.why {
                let stale =
                    AgentSession { status: SessionStatus::Stale, end_reason: Some(why.clone()), ..session };
                tx.save_session(&stale)?;
            }
        }
        let ids: Vec<&str> =
            sessions.iter().filter(|one| one.why.is_some()).map(|one| one.session.as_str()).collect();
        tx.audit(None, Some(json!({ "stale": ids })));
        Ok::<_, OpError>(Reconciled { sessions, dry_run })
    })
}

/// The live sessions, and what is to be said of each.
pub(in crate::ops) fn judged(
    context: &Context,
    reader: Reader<'_>,
) -> Result<(Vec<AgentSession>, Vec<ReconciledSession>)> {
    let config = &context.config.sessions;
    let by = |sign: Staleness| config.stale_when.contains(&sign);
    let rules = StaleRules {
        process_gone: by(Staleness::ProcessGone),
        process_replaced: by(Staleness::ProcessReplaced),
        silent_for: by(Staleness::Silent).then(|| config.stale_after.duration()),
    };
    let open: Vec<AgentSession> = reader
        .all_sessions()?
        .into_iter()
        .filter(|session| matches!(session.status, SessionStatus::Starting | SessionStatus::Running))
        .collect();
    let verdicts = open.iter().map(|session| {
        let process = match session.pid.map(life) {
            None => Process::Unnamed,
            Some(Life::Gone) => Process::Gone,
            Some(Life::Alive(began)) => Process::Alive(began),
        };
        let why = stale(session, process, context.now, &rules);
        ReconciledSession {
            session: session.id.clone(),
            pid: session.pid,
            verdict: match (&why, process) {
                (Some(_), _) => "stale",
                (None, Process::Unnamed) => "no-pid",
                (None, _) => "alive",
            },
            why,
        }
    });
    let verdicts = verdicts.collect();
    Ok((open, verdicts))
}
