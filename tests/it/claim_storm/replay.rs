//! What a store tells of its claims when it is read by itself: audit events in the order in which they were committed,
//! beside history and evidence. Fairway's own table of claims is not looked at, but to compare.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rusqlite::{Connection, Row};
use serde_json::Value;

use super::worker::Answered;

/// One committed change.
struct Event {
    action: String,
    task: Option<String>,
    detail: Value,
}

/// A transition.
struct Transition {
    task: String,
    to: String,
    source: String,
    actor: String,
}

/// A row of the table of claims.
struct Claim {
    task: String,
    session: Option<String>,
    began_with: i64,
    ended_with: Option<i64>,
}

pub(super) struct Story {
    events: Vec<Event>,
    history: BTreeMap<i64, Transition>,
    /// What was run, by the number of the evidence.
    evidence: HashMap<i64, String>,
    claims: BTreeMap<i64, Claim>,
}

fn all<T>(db: &Connection, sql: &str, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = db.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| read(row)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

impl Story {
    pub(super) fn read(path: &Path) -> Self {
        let db = Connection::open(path).unwrap();
        let events = all(&db, "SELECT action, task_id, detail FROM audit_events ORDER BY id", |row| {
            let detail: Option<String> = row.get(2)?;
            let detail = detail.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
            Ok(Event { action: row.get(0)?, task: row.get(1)?, detail })
        });
        let history =
            all(&db, "SELECT id, task_id, to_status, command_source, actor FROM task_state_history", |row| {
                let (task, to, source, actor) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
                Ok((row.get(0)?, Transition { task, to, source, actor }))
            });
        let evidence =
            all(&db, "SELECT id, command_text FROM task_evidence", |row| Ok((row.get(0)?, row.get(1)?)));
        let claims =
            all(&db, "SELECT epoch, task_id, session_id, began_with, ended_with FROM task_claims", |row| {
                let (task, session, began_with, ended_with) =
                    (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
                Ok((row.get(0)?, Claim { task, session, began_with, ended_with }))
            });
        Self {
            events,
            history: history.into_iter().collect(),
            evidence: evidence.into_iter().collect(),
            claims: claims.into_iter().collect(),
        }
    }

    /// Plays the events one after the other: who gets a task finds it free, or takes it over; who lets it go has it; who
    /// writes holds it at that moment.
    pub(super) fn has_one_holder_at_a_time(&self) {
        let mut holders: HashMap<&str, i64> = HashMap::new();
        for Event { action, task, detail } in &self.events {
            let task = task.as_deref().unwrap_or_default();
            let epoch = detail["epoch"].as_i64();
            match action.as_str() {
                "claim" => {
                    assert_eq!(holders.insert(task, epoch.unwrap()), None, "{task} was held, {detail}");
                }
                "claim takeover" => {
                    let before = holders.insert(task, epoch.unwrap());
                    assert!(
                        before.is_some_and(|before| before < epoch.unwrap()),
                        "{task} {before:?} {detail}"
                    );
                }
                "claim release" => assert_eq!(holders.remove(task), epoch, "{task} {detail}"),
                "lease-expiry" => {
                    for epoch in detail["epochs"].as_array().unwrap() {
                        let epoch = epoch.as_i64().unwrap();
                        let task = self.claims[&epoch].task.as_str();
                        assert_eq!(holders.remove(task), Some(epoch), "{task} {detail}");
                    }
                }
                "record evidence" => self.may_write(task, detail, holders.get(task).copied()),
                _ => {}
            }
        }
        let open = self.claims.iter().filter(|(_, claim)| claim.ended_with.is_none());
        let open: HashMap<&str, i64> = open.map(|(epoch, claim)| (claim.task.as_str(), *epoch)).collect();
        assert_eq!(holders, open, "who holds what at the end");
    }

    fn may_write(&self, task: &str, detail: &Value, holder: Option<i64>) {
        let text = &self.evidence[&detail["evidence"].as_i64().unwrap()];
        if let Some(epoch) = text.strip_prefix("epoch ") {
            assert_eq!(
                holder.map(|holder| holder.to_string()).as_deref(),
                Some(epoch),
                "a late write to {task}"
            );
        } else {
            let session = holder.and_then(|holder| self.claims[&holder].session.as_deref());
            assert_eq!(session, Some(text.as_str()), "a late write to {task}");
        }
    }

    /// Every hand is a transition, in the order of the epochs, and every transition between hands is a hand.
    pub(super) fn is_told_by_the_history(&self) {
        let mut told: HashMap<&str, Vec<i64>> = HashMap::new();
        for (epoch, claim) in &self.claims {
            let hands = told.entry(&claim.task).or_default();
            let began = &self.history[&claim.began_with];
            assert_eq!(
                (began.task.as_str(), began.to.as_str()),
                (claim.task.as_str(), "in_progress"),
                "{epoch}"
            );
            assert!(began.source.starts_with("claim"), "claim {epoch} began by {}", began.source);
            match hands.last() {
                Some(last) if *last == claim.began_with => assert_eq!(began.source, "claim takeover"),
                last => {
                    assert!(
                        last.is_none_or(|last| *last < claim.began_with),
                        "claim {epoch} began too early"
                    );
                    hands.push(claim.began_with);
                }
            }
            if let Some(ended) = claim.ended_with {
                let end = &self.history[&ended];
                assert_eq!(end.source == "lease-expiry", end.actor == "lease-expiry");
                assert_eq!(end.to, if end.source == "claim takeover" { "in_progress" } else { "todo" });
                hands.push(ended);
            }
        }
        let mut told: Vec<i64> = told.into_values().flatten().collect();
        told.sort_unstable();
        assert_eq!(
            told,
            self.history.keys().copied().collect::<Vec<_>>(),
            "transitions that no claim explains"
        );
    }

    /// What somebody was told is so.
    pub(super) fn knows(&self, answered: &Answered) {
        if let Some(belief) = &answered.claimed {
            let claim = &self.claims[&belief.epoch];
            assert_eq!((&claim.task, claim.session.as_ref()), (&belief.task, Some(&answered.session)));
        }
        if let Some(number) = answered.wrote {
            assert!(self.evidence.contains_key(&number), "evidence {number} was answered and is not there");
        }
    }

    fn count(&self, action: &str) -> usize {
        self.events.iter().filter(|event| event.action == action).count()
    }

    pub(super) fn claims(&self) -> usize {
        self.claims.len()
    }

    pub(super) fn takeovers(&self) -> usize {
        self.count("claim takeover")
    }

    pub(super) fn expiries(&self) -> usize {
        self.history.values().filter(|row| row.source == "lease-expiry").count()
    }

    pub(super) fn writes(&self) -> usize {
        self.count("record evidence")
    }
}
