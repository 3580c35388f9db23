//! Watches: beginning one, ending it with its evidence, listing them, and the brief for whoever watches.

use serde_json::json;

use super::claim::check_writer;
use super::{Context, Result};
use crate::model::diagnostic::closest;
use crate::model::{Timestamp, WatchBrief, WatchResult, WatchStatus, Watcher};
use crate::policy::arguments::whole_number;
use crate::policy::holding::Part;
use crate::policy::{Reason, Refusal, watches};
use crate::store::{NewEvidence, WatchEnd};
use crate::views::{WatchFinished, WatchPacket, WatchStarted, Watches};

/// How a watch ended.
#[derive(Debug)]
pub struct WatchEndRequest {
    /// The watch.
    pub watch: String,
    /// How.
    pub result: WatchResult,
    /// How long it ran, as it was written; since it began when not given.
    pub duration_seconds: Option<String>,
    /// A file that shows it; the one that was foreseen when not given.
    pub artifact: Option<String>,
    /// Anything else.
    pub notes: Option<String>,
}

/// Which watches are shown.
#[derive(Debug, Default)]
pub struct WatchFilter {
    /// Only this one, running or not.
    pub watch: Option<String>,
    /// Only those of this task.
    pub task: Option<String>,
    /// Also those that are over.
    pub include_done: bool,
}

/// Begins a watch.
///
/// # Errors
/// A refusal of class `usage` that names all that is missing, `not-found` for the task, `stale-claim`, or one of
/// [`watches::may_start`].
pub fn start_watch(context: &Context, watch: Option<&str>, brief: &WatchBrief) -> Result<WatchStarted> {
    watches::complete("watcher start", watch, brief)?;
    let (id, task) = (watch.unwrap_or_default(), brief.task_id.as_deref().unwrap_or_default());
    context.write("watcher start", |tx| {
        if !tx.has_task(task)? {
            return Err(Refusal::unknown_task(task).into());
        }
        check_writer(context, tx, task, Part::Other)?;
        watches::may_start(tx.watch(id)?.as_ref())?;
        tx.start_watch(id, brief)?;
        tx.audit(Some(task), Some(json!({ "watch": id })));
        Ok(WatchStarted { watch: id.to_owned(), task: task.to_owned() })
    })
}

/// Ends a watch, and records on its task what it showed.
///
/// # Errors
/// A refusal of class `usage` for a duration that is no whole number, `not-found`, `stale-claim`, or `terminal`.
pub fn finish_watch(context: &Context, request: &WatchEndRequest) -> Result<WatchFinished> {
    let seconds = request.duration_seconds.as_deref();
    let given = seconds.map(|text| whole_number("--duration-seconds", text)).transpose()?;
    context.write("watcher finish", |tx| {
        let Some(watch) = tx.watch(&request.watch)? else {
            return Err(unknown(&request.watch, &tx.watches(None)?).into());
        };
        check_writer(context, tx, watch.brief.task_id.as_deref().unwrap_or_default(), Part::Other)?;
        watches::may_finish(&watch)?;
        let artifact = request.artifact.as_deref().or(watch.brief.artifact.as_deref());
        let duration_seconds = given.or_else(|| since(&watch, context.now));
        let end =
            WatchEnd { result: request.result, duration_seconds, artifact, notes: request.notes.as_deref() };
        tx.finish_watch(&watch.id, &end)?;
        let task = watch.brief.task_id.clone().unwrap_or_default();
        let evidence = tx.add_evidence(&NewEvidence {
            task_id: &task,
            command_text: watch.brief.command.as_deref().unwrap_or_default(),
            result: request.result.into(),
            artifact_path: artifact,
            artifact_type: Some("watch"),
            duration_seconds,
            notes: Some(&request.notes.clone().unwrap_or_else(|| format!("watch {}", watch.id))),
        })?;
        let detail = json!({ "watch": watch.id, "evidence": evidence, "result": request.result });
        tx.audit(Some(&task), Some(detail));
        let watch = watch.id.clone();
        Ok(WatchFinished { watch, result: request.result, duration_seconds, evidence, task })
    })
}

/// The watches, in the order in which they began.
///
/// # Errors
/// A refusal of class `not-found` for a watch that does not exist, or is another task's.
pub fn watch_status(context: &Context, filter: &WatchFilter) -> Result<Watches> {
    context.read(|reader| {
        let all = reader.watches(filter.task.as_deref())?;
        let Some(id) = &filter.watch else {
            let shown = |watch: &Watcher| filter.include_done || watch.status == WatchStatus::Running;
            let unknown_task = match &filter.task {
                Some(task) if all.is_empty() && !reader.has_task(task)? => Some(task.clone()),
                _ => None,
            };
            return Ok(Watches { watches: all.into_iter().filter(shown).collect(), unknown_task });
        };
        match all.iter().find(|watch| watch.id == *id) {
            Some(found) => Ok(Watches { watches: vec![found.clone()], unknown_task: None }),
            None => Err(unknown(id, &all).into()),
        }
    })
}

/// The brief for whoever watches: what is given, completed by what the store has of that watch.
///
/// The queue file is not looked at, so that a brief can be written while it is broken.
///
/// # Errors
/// A refusal of class `usage` that names all that is missing.
pub fn watch_packet(
    context: &Context,
    watch: Option<&str>,
    given: WatchBrief,
    handoff_format: Option<String>,
) -> Result<WatchPacket> {
    let known = match watch {
        Some(id) => context.open_store()?.read(|reader| reader.watch(id))?,
        None => None,
    };
    let brief = match known {
        Some(known) => given.or(known.brief),
        None => given,
    };
    watches::complete("packet watcher", watch, &brief)?;
    let handoff = handoff_format.unwrap_or_else(|| handoff_format_of(context));
    Ok(WatchPacket::new(watch.unwrap_or_default(), brief, handoff))
}

/// How work is handed over here: by the verb, with the fields that the gate asks for.
pub(super) fn handoff_format_of(context: &Context) -> String {
    let fields: Vec<&str> =
        context.config.gates.required_handoff_fields.iter().map(|field| field.as_str()).collect();
    match fields.as_slice() {
        [] => "fairway record handoff, with what was found and the next step".to_owned(),
        fields => format!("fairway record handoff, with {}", fields.join(", ")),
    }
}

/// Whole seconds since the watch began; none when the clock went back.
fn since(watch: &Watcher, now: Timestamp) -> Option<u64> {
    let began = Timestamp::parse(&watch.started_at)?;
    u64::try_from(now.seconds_since(began)).ok()
}

fn unknown(id: &str, known: &[Watcher]) -> Refusal {
    let refusal = Refusal::new(Reason::NotFound, format!("there is no watch `{id}`"));
    match closest(id, known.iter().map(|watch| watch.id.as_str())) {
        Some(near) => refusal.hint(format!("did you mean `{near}`?")),
        None => refusal.hint("`fairway watcher status --include-done` lists them"),
    }
}
