//! What the scripts do not know yet of the lanes that are Fairway's, and in which words of theirs it is told.

use std::collections::{BTreeSet, HashSet};

use fairway_parity::operation::Argument;
use serde_json::Value;

use super::super::Result;
use super::Held;
use super::theirs::Theirs;
use crate::model::task::{DONE, IN_PROGRESS};
use crate::model::time::display;
use crate::pilot::{Difference, Mark, Tell, Untold};
use crate::store::{LaneChange, LaneEvent, Reader};

/// What is to be told.
#[derive(Debug, Default)]
pub(super) struct Telling {
    /// In their order, each with the event that it tells.
    pub(super) tells: Vec<(i64, Tell)>,
    /// What has no words.
    pub(super) untold: Vec<Untold>,
    /// What has words, all but a part that is Fairway's own.
    pub(super) partly: Vec<Untold>,
    /// How many events they do not know of.
    pub(super) pending: usize,
    /// The first of them.
    pub(super) first: Option<String>,
    /// The rows that these events wrote.
    rows: HashSet<(String, String)>,
    /// Their tasks.
    tasks: HashSet<String>,
}

impl Telling {
    /// Whether what is still to be told explains that both sides differ here.
    pub(super) fn explains(&self, difference: &Difference) -> bool {
        let row = (difference.table.to_owned(), difference.key.clone());
        self.rows.contains(&row)
            || difference.table == "task_definitions" && self.tasks.contains(&difference.task)
    }
}

/// What both sides say, and whose lanes are told of.
pub(super) struct Sides<'a> {
    pub(super) ours: &'a Reader<'a>,
    pub(super) theirs: &'a Theirs,
    pub(super) held: &'a [Held],
    /// Events that nobody is told any more: they refused, and it was said that they may.
    pub(super) skipped: &'a HashSet<i64>,
}

/// A row of the store, by column.
struct Row(Value);

impl Row {
    fn text(&self, column: &str) -> Option<&str> {
        self.0.get(column)?.as_str().filter(|text| !text.is_empty())
    }

    fn number(&self, column: &str) -> Option<String> {
        self.0.get(column)?.as_i64().map(|number| number.to_string())
    }
}

impl Sides<'_> {
    /// Works out what is to be told.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub(super) fn telling(&self) -> Result<Telling> {
        let events = self.ours.lane_events()?;
        let of_pilot = |event: &&LaneEvent| {
            self.held.iter().any(|held| held.lane == event.lane && held.pilot == event.pilot)
        };
        let events: Vec<&LaneEvent> = events.iter().filter(of_pilot).collect();
        let mut telling = Telling::default();
        let mut sessions: BTreeSet<&str> = BTreeSet::new();
        // A handoff that they have not been told of yet has no number there.
        let mut waits = false;
        for event in &events {
            match event.table.as_str() {
                "agent_sessions" => {
                    sessions.insert(&event.key);
                }
                "task_definitions" => self.definition(event, &mut telling)?,
                _ if self.is_open(event, &events)? => {
                    telling.pending += 1;
                    telling.first.get_or_insert_with(|| {
                        format!("event {}: {} {} {:?}", event.id, event.table, event.key, event.change)
                    });
                    self.note(event, &events, &mut telling)?;
                    if !waits {
                        waits = !self.tell(event, &events, &mut telling)?;
                    }
                }
                _ => {}
            }
        }
        for id in sessions {
            self.session(id, &events, &mut telling)?;
        }
        Ok(telling)
    }

    /// Whether an event is one that is told, and was not. What was taken away again, as routes are by the next ones of their
    /// task, needs no telling; if it was told, its mark went with it.
    fn is_open(&self, event: &LaneEvent, all: &[&LaneEvent]) -> Result<bool> {
        if self.theirs.told.contains(&event.id) || self.skipped.contains(&event.id) {
            return Ok(false);
        }
        let told = match (event.table.as_str(), event.change) {
            // They are told as one, by the first of them.
            ("task_review_routes", LaneChange::New) => !all.iter().any(|other| {
                other.call == event.call
                    && other.id < event.id
                    && other.table == event.table
                    && other.change == LaneChange::New
            }),
            // A finished watch is told with its evidence.
            (_, LaneChange::New) | ("task_handoffs", LaneChange::Changed) => true,
            _ => false,
        };
        Ok(told && self.row(&event.table, &event.key)?.is_some())
    }

    /// Notes what an open event explains.
    fn note(&self, event: &LaneEvent, all: &[&LaneEvent], telling: &mut Telling) -> Result<()> {
        for other in all.iter().filter(|other| other.call == event.call) {
            telling.rows.insert((other.table.clone(), other.key.clone()));
        }
        if let Some(row) = self.row(&event.table, &event.key)? {
            telling.tasks.extend(row.text("task_id").map(str::to_owned));
        }
        Ok(())
    }

    fn row(&self, table: &str, key: &str) -> Result<Option<Row>> {
        Ok(self.ours.row_of(table, key)?.map(Row))
    }

    fn their_row(&self, table: &str, key: &str) -> Result<Option<Row>> {
        self.theirs.store.read(|reader| Ok(reader.row_of(table, key)?.map(Row)))
    }

    /// Puts an event into the scripts' words. False when it has to wait for what was told before it.
    fn tell(&self, event: &LaneEvent, all: &[&LaneEvent], telling: &mut Telling) -> Result<bool> {
        let Some(row) = self.row(&event.table, &event.key)? else { return Ok(true) };
        let task = row.text("task_id").unwrap_or_default().to_owned();
        let is_track = event.table == "task_checkpoints";
        if !is_track && self.their_row("task_definitions", &task)?.is_none() {
            telling.untold.push(Untold {
                what: format!("what was done to {task} ({} {})", event.table, event.key),
                why: "the scripts do not know the task".to_owned(),
            });
            return Ok(true);
        }
        let new = |operation| begin(event, operation, &row);
        let told = match (event.table.as_str(), event.change) {
            ("task_state_history", _) => return self.transition(event, &row, telling),
            ("task_evidence", _) => match watch_of(event, all) {
                Some(watch) => self.watch_finish(event, &row, &watch.key)?,
                None => evidence(new("record-evidence"), &task, &row),
            },
            ("task_handoffs", LaneChange::New) => {
                if row.text("payload").is_some() {
                    let (what, why) =
                        (format!("the payload of handoff {}", event.key), "they have no field for it");
                    telling.partly.push(Untold { what, why: why.to_owned() });
                }
                handoff(new("record-handoff"), &task, &row)
            }
            ("task_handoffs", _) => match self.their_number(&event.key) {
                Some(number) => Tell {
                    actor: row.text("acknowledged_by").unwrap_or_default().to_owned(),
                    at: row.text("acknowledged_at").unwrap_or(&event.at).to_owned(),
                    ..new("ack-handoff")
                }
                .with("handoff", Some(&number))
                .with("notes", row.text("ack_notes")),
                None => return Ok(false),
            },
            ("task_reviews", _) => review(new("record-review"), &task, &row),
            ("task_review_routes", _) => match routes(new("route-review"), event, &task, &row) {
                Ok(tell) => tell,
                Err(untold) => {
                    telling.untold.push(untold);
                    return Ok(true);
                }
            },
            ("task_watchers", _) => watch(new("watch-start"), &task, &row),
            ("task_checkpoints", _) => checkpoint(new("checkpoint-record"), &task, &row),
            _ => return Ok(true),
        };
        telling.tells.push((event.id, told));
        Ok(true)
    }

    /// A transition is a claim or a change of status.
    fn transition(&self, event: &LaneEvent, row: &Row, telling: &mut Telling) -> Result<bool> {
        let task = row.text("task_id").unwrap_or_default();
        let (from, to) =
            (row.text("from_status").unwrap_or_default(), row.text("to_status").unwrap_or_default());
        let reason = row.text("reason");
        let number = event.key.parse().unwrap_or_default();
        let Some(claimant) = self.ours.claimed_with(number)? else {
            if from == to {
                telling.untold.push(Untold {
                    what: format!("that {task} is {to} as before, and nobody holds it any more"),
                    why: "they cannot let go of a task that is not in progress".to_owned(),
                });
                return Ok(true);
            }
            let commit = row.text("commit_sha").filter(|_| to == DONE);
            let told = begin(event, "set-status", row)
                .with("task", Some(task))
                .with("status", Some(to))
                .with("reason", reason)
                .with("commit", commit)
                .flag("reopen", self.ours.is_terminal(from));
            telling.tells.push((event.id, told));
            return Ok(true);
        };
        // They cannot take a task over: it is put back first.
        if from == IN_PROGRESS && !self.theirs.steps.contains(&event.id) {
            let mut step = begin(event, "set-status", row)
                .with("task", Some(task))
                .with("status", Some(crate::model::task::TODO))
                .with("reason", reason);
            if let Some(mark) = &mut step.mark {
                mark.step = true;
            }
            telling.tells.push((event.id, step));
        }
        let role = self.row("task_definitions", task)?;
        let told = begin(event, "claim", row)
            .with("task", Some(task))
            .with("role", role.as_ref().and_then(|row| row.text("role")))
            .with("claimant", Some(&claimant))
            .with("provider", row.text("owner"))
            .with("branch", row.text("branch"))
            .with("reason", reason)
            .flag("skip_preflight", true);
        telling.tells.push((event.id, told));
        Ok(true)
    }

    fn watch_finish(&self, event: &LaneEvent, evidence: &Row, watch: &str) -> Result<Tell> {
        let finished = self.row("task_watchers", watch)?;
        let of = |column: &str| finished.as_ref().and_then(|row| row.text(column));
        Ok(begin(event, "watch-finish", evidence)
            .with("watch", Some(watch))
            .with("result", of("result"))
            .with("duration_seconds", evidence.number("duration_seconds").as_deref())
            .with("artifact", evidence.text("artifact_path"))
            .with("notes", of("notes")))
    }

    /// A task that was defined in Fairway, or changed there: the queue file defines tasks.
    fn definition(&self, event: &LaneEvent, telling: &mut Telling) -> Result<()> {
        let (ours, theirs) = (self.row(&event.table, &event.key)?, self.their_row(&event.table, &event.key)?);
        let columns =
            ["title", "role", "kind", "parent_id", "notes", "priority", "sequence", "acceptance_checks"];
        let same = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) => {
                columns.iter().all(|column| ours.0.get(column) == theirs.0.get(column))
            }
            _ => false,
        };
        if !same && telling.rows.insert((event.table.clone(), event.key.clone())) {
            telling.tasks.insert(event.key.clone());
            telling.untold.push(Untold {
                what: format!("what {} is, as it was defined here", event.key),
                why: "their queue file defines tasks".to_owned(),
            });
        }
        Ok(())
    }

    /// A session is told by what it is now.
    fn session(&self, id: &str, events: &[&LaneEvent], telling: &mut Telling) -> Result<()> {
        let (Some(ours), theirs) = (self.row("agent_sessions", id)?, self.their_row("agent_sessions", id)?)
        else {
            return Ok(());
        };
        if theirs.as_ref().is_some_and(|theirs| same_session(&ours, theirs)) {
            return Ok(());
        }
        let last = events.iter().rev().find(|event| event.table == "agent_sessions" && event.key == id);
        let Some(event) = last.filter(|event| !self.skipped.contains(&event.id)) else { return Ok(()) };
        telling.pending += 1;
        telling.rows.insert(("agent_sessions".to_owned(), id.to_owned()));
        let told = |at: Option<&str>| {
            let mut tell = begin(event, "session-upsert", &ours).with("session", Some(id));
            tell.mark = None;
            at.unwrap_or(&event.at).clone_into(&mut tell.at);
            for (argument, column) in SESSION {
                tell = tell.with(argument, ours.text(column));
            }
            tell.with("pid", ours.number("pid").as_deref())
        };
        if theirs.is_none() {
            telling.tells.push((event.id, told(ours.text("started_at"))));
        }
        let at = ours.text("ended_at").or_else(|| ours.text("last_heartbeat_at"));
        let now = told(at).with("status", ours.text("status")).with("reason", ours.text("end_reason"));
        telling.tells.push((event.id, now));
        Ok(())
    }

    /// The number under which they have a handoff; nothing while they have not been told of it.
    fn their_number(&self, ours: &str) -> Option<String> {
        let renumbered = self.theirs.renumbered.iter().filter(|row| row.table == "task_handoffs");
        let theirs = renumbered.into_iter().find(|row| row.ours == ours).map(|row| row.theirs.clone());
        let as_it_is = || self.their_row("task_handoffs", ours).ok().flatten().map(|_| ours.to_owned());
        theirs.or_else(as_it_is)
    }
}

/// The command of a row, said by who wrote it and when.
fn begin(event: &LaneEvent, operation: &'static str, row: &Row) -> Tell {
    let at = ["at", "created_at", "started_at"].iter().find_map(|column| row.text(column));
    Tell {
        operation,
        arguments: Vec::new(),
        actor: row.text("actor").unwrap_or("fairway").to_owned(),
        at: at.unwrap_or(&event.at).to_owned(),
        mark: Some(Mark { pilot: event.pilot.clone(), event: event.id, step: false }),
    }
}

fn evidence(tell: Tell, task: &str, row: &Row) -> Tell {
    tell.with("task", Some(task))
        .with("command", row.text("command_text"))
        .with("result", row.text("result"))
        .with("artifact", row.text("artifact_path"))
        .with("artifact_type", row.text("artifact_type"))
        .with("duration_seconds", row.number("duration_seconds").as_deref())
        .with("notes", row.text("notes"))
}

fn review(tell: Tell, task: &str, row: &Row) -> Tell {
    tell.with("task", Some(task))
        .with("reviewer", row.text("reviewer"))
        .with("verdict", row.text("verdict"))
        .with("reason", row.text("notes"))
        .with("commit", row.text("reviewed_commit_sha"))
}

fn checkpoint(tell: Tell, task: &str, row: &Row) -> Tell {
    tell.with("track", Some(task))
        .with("state", row.text("state"))
        .with("owner", row.text("owner"))
        .with("summary", row.text("summary"))
        .with("target_close_by", row.text("target_close_by").map(display).as_deref())
        .with("artifact", row.text("artifact_path"))
}

/// The arguments of a session and our columns.
const SESSION: [(&str, &str); 10] = [
    ("role", "role"),
    ("lane", "lane"),
    ("backend", "session_backend"),
    ("provider", "provider"),
    ("session_name", "session_name"),
    ("task", "task_id"),
    ("pane", "tmux_pane"),
    ("transcript", "transcript_path"),
    ("worktree", "worktree_path"),
    ("branch", "branch"),
];

fn same_session(ours: &Row, theirs: &Row) -> bool {
    let texts = SESSION.iter().map(|(_, column)| *column).chain(["status", "end_reason"]);
    let times = ["started_at", "last_heartbeat_at", "ended_at"];
    texts.into_iter().all(|column| ours.text(column) == theirs.text(column))
        && ours.number("pid") == theirs.number("pid")
        && times.iter().all(|column| ours.text(column).map(display) == theirs.text(column).map(display))
}

/// The watch that was finished with an evidence.
fn watch_of<'e>(event: &LaneEvent, all: &[&'e LaneEvent]) -> Option<&'e LaneEvent> {
    all.iter().copied().find(|other| {
        other.call == event.call && other.table == "task_watchers" && other.change == LaneChange::Changed
    })
}

fn handoff(tell: Tell, task: &str, row: &Row) -> Tell {
    tell.with("task", Some(task))
        .with("from_role", row.text("from_role"))
        .with("to_role", row.text("to_role"))
        .with("commit", row.text("commit_sha"))
        .with("changed_files", row.text("changed_files"))
        .with("commands", row.text("commands"))
        .with("results", row.text("results"))
        .with("risks", row.text("risks"))
        .with("blockers", row.text("blockers"))
        .with("next_step", row.text("next_step"))
}

fn watch(tell: Tell, task: &str, row: &Row) -> Tell {
    tell.with("watch", row.text("id"))
        .with("task", Some(task))
        .with("owner_lane", row.text("owner"))
        .with("process", row.text("process"))
        .with("command", row.text("command"))
        .with("expected_duration", row.text("expected_duration"))
        .with("poll_interval", row.text("poll_interval"))
        .with("success", row.text("success"))
        .with("failure", row.text("failure"))
        .with("allowed_fixes", row.text("allowed_fixes"))
        .with("must_not_touch", row.text("must_not_touch"))
        .with("escalation", row.text("escalation"))
        .with("evidence_required", row.text("evidence_required"))
        .with("artifact", row.text("artifact_path"))
        .with("close_condition", row.text("close_condition"))
}

/// The paths are those that were routed: their rules select the reviewers again.
fn routes(tell: Tell, event: &LaneEvent, task: &str, row: &Row) -> std::result::Result<Tell, Untold> {
    let paths = event.detail.get("paths").and_then(Value::as_array).cloned().unwrap_or_default();
    let paths: Vec<String> = paths.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let splits = |path: &String| path.contains([',', ' ', '\t', '\n']);
    if paths.is_empty() || paths.iter().any(splits) {
        return Err(Untold {
            what: format!("the route of the review of {task}"),
            why: "they take paths in one text, apart by blanks and commas".to_owned(),
        });
    }
    let mut tell = tell
        .with("task", Some(task))
        .with("commit", row.text("commit_sha"))
        .with("reviewer", event.detail.get("by_hand").and_then(Value::as_str));
    tell.arguments.push(("paths", Argument::List(paths)));
    Ok(tell)
}
