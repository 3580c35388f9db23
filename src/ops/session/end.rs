//! Ending a session, with the evidence of what it did where there is some.

use serde_json::json;

use super::SessionKey;
use crate::model::SessionStatus;
use crate::model::records::EvidenceResult;
use crate::ops::claim::check_writer;
use crate::ops::{Context, Result};
use crate::policy::arguments::whole_number;
use crate::policy::holding::Part;
use crate::policy::{Reason, Refusal, sessions};
use crate::store::{NewEvidence, Writer};
use crate::views::SessionEnded;

/// How a session ended.
#[derive(Debug, Default)]
pub struct SessionEnd {
    /// Which session.
    pub key: SessionKey,
    /// Whether it failed.
    pub failed: bool,
    /// Why it ended.
    pub reason: Option<String>,
    /// The exit code of its process, as it was written.
    pub exit_code: Option<String>,
    /// What its work showed; with it evidence is recorded on the task.
    pub result: Option<EvidenceResult>,
    /// What was run.
    pub command_text: Option<String>,
    /// A file that shows it.
    pub artifact: Option<String>,
    /// What kind of file that is.
    pub artifact_type: Option<String>,
    /// Seconds that it ran, as they were written.
    pub duration_seconds: Option<String>,
    /// Anything else.
    pub notes: Option<String>,
}

/// Ends a session. Its evidence is written in the same transaction, or neither is.
///
/// # Errors
/// A refusal of class `usage`, `not-found` for the session or the task, `stale-claim`, or `terminal`.
pub fn end_session(context: &Context, request: &SessionEnd) -> Result<SessionEnded> {
    let id = request.key.resolve()?;
    if let Some(name) = &request.key.role {
        context.role(name)?;
    }
    let number =
        |flag: &str, text: &Option<String>| text.as_deref().map(|text| whole_number(flag, text)).transpose();
    let exit_code = number("--exit-code", &request.exit_code)?;
    let duration = number("--duration-seconds", &request.duration_seconds)?;
    if request.result.is_some() && request.command_text.is_none() {
        let refusal = Refusal::new(Reason::Usage, "evidence needs --command-text");
        return Err(refusal.hint("say what was run, or leave --result out").into());
    }
    context.write("session end", |tx| {
        let mut session = super::known(tx, &id)?;
        sessions::may_end(&session)?;
        session.status = if request.failed { SessionStatus::Failed } else { SessionStatus::Ended };
        session.ended_at = Some(tx.at());
        session.last_heartbeat_at = tx.at();
        session.exit_code =
            exit_code.map(|code| i64::try_from(code).unwrap_or(i64::MAX)).or(session.exit_code);
        session.end_reason.clone_from(&request.reason);
        tx.save_session(&session)?;
        let task = request.key.task.as_ref().or(session.task_id.as_ref());
        let evidence = record(context, tx, request, task, duration)?;
        tx.audit(
            task.map(String::as_str),
            Some(json!({ "session": id, "status": session.status, "evidence": evidence })),
        );
        Ok(SessionEnded {
            session: id.clone(),
            status: session.status,
            evidence,
            task: evidence.and(task.cloned()),
            result: evidence.and(request.result).map(EvidenceResult::as_str),
        })
    })
}

fn record(
    context: &Context,
    tx: &Writer<'_>,
    request: &SessionEnd,
    task: Option<&String>,
    duration_seconds: Option<u64>,
) -> Result<Option<i64>> {
    let (Some(result), Some(command_text)) = (request.result, request.command_text.as_deref()) else {
        return Ok(None);
    };
    let Some(task_id) = task else {
        let refusal = Refusal::new(Reason::Usage, "evidence needs a task, and the session has none");
        return Err(refusal.hint("give --task-id").into());
    };
    if !tx.has_task(task_id)? {
        return Err(Refusal::unknown_task(task_id).into());
    }
    check_writer(context, tx, task_id, Part::Holder)?;
    Ok(Some(tx.add_evidence(&NewEvidence {
        task_id,
        command_text,
        result,
        artifact_path: request.artifact.as_deref(),
        artifact_type: request.artifact_type.as_deref(),
        duration_seconds,
        notes: request.notes.as_deref(),
    })?))
}
