//! Recording evidence.

use serde_json::json;

use super::claim::check_writer;
use super::{Context, Result};
use crate::model::records::EvidenceResult;
use crate::policy::Refusal;
use crate::policy::arguments::whole_number;
use crate::policy::holding::Part;
use crate::store::NewEvidence;
use crate::views::EvidenceRecorded;

/// Evidence to record.
#[derive(Debug)]
pub struct EvidenceRequest {
    /// The task.
    pub task: String,
    /// What was run.
    pub command_text: String,
    /// What it showed.
    pub result: EvidenceResult,
    /// A file that shows it.
    pub artifact: Option<String>,
    /// What kind of file that is.
    pub artifact_type: Option<String>,
    /// Seconds that it ran, as they were written.
    pub duration_seconds: Option<String>,
    /// Anything else.
    pub notes: Option<String>,
}

/// Records evidence.
///
/// # Errors
/// A refusal of class `usage` for a duration that is no whole number, `not-found` or `stale-claim`.
pub fn record_evidence(context: &Context, request: &EvidenceRequest) -> Result<EvidenceRecorded> {
    let seconds = request.duration_seconds.as_deref();
    let duration_seconds = seconds.map(|text| whole_number("--duration-seconds", text)).transpose()?;
    context.write("record evidence", |tx| {
        if !tx.has_task(&request.task)? {
            return Err(Refusal::unknown_task(&request.task).into());
        }
        check_writer(context, tx, &request.task, Part::Holder)?;
        let id = tx.add_evidence(&NewEvidence {
            task_id: &request.task,
            command_text: &request.command_text,
            result: request.result,
            artifact_path: request.artifact.as_deref(),
            artifact_type: request.artifact_type.as_deref(),
            duration_seconds,
            notes: request.notes.as_deref(),
        })?;
        tx.audit(Some(&request.task), Some(json!({ "evidence": id, "result": request.result })));
        Ok(EvidenceRecorded { id, task: request.task.clone(), result: request.result.as_str() })
    })
}
