//! Whether each transition of a task leaves the state to which the one before it led, and the last one led to the task's state.
//!
//! One pass in the order in which they were written: as a question to SQLite, which would sort all of a long history by its
//! tasks first, it takes ten times as long.

use std::collections::HashMap;

use rusqlite::types::ValueRef;

use super::{Finding, Reader, Result};
use crate::model::task::TODO;

/// States by number; there are few.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn number(&mut self, name: &str) -> usize {
        self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        })
    }
}

/// What the transitions say against each other, and against the states.
#[derive(Debug, Default)]
pub struct HistoryCheck {
    /// What is wrong with the store.
    pub findings: Vec<Finding>,
    /// Transitions of the legacy's that do not follow from the one before them. They came like that, and nobody can rewrite them:
    /// it is no fault of the store.
    pub imported_gaps: Vec<Finding>,
}

/// A transition of Fairway's comes with an audit event.
const UNAUDITED: &str = "
    SELECT h.task_id, 'no audit event accounts for transition ' || h.id || ' by ' || h.actor || ' at ' || h.at
    FROM task_state_history h
    WHERE h.project_id = ?1 AND ?2 = ?2 AND h.command_source <> 'legacy' AND NOT EXISTS (
      SELECT 1 FROM audit_events a WHERE a.project_id = h.project_id AND a.action = h.command_source
        AND a.actor = h.actor AND a.created_at = h.at AND COALESCE(a.task_id, h.task_id) = h.task_id)
    ORDER BY 1";

impl Reader<'_> {
    /// Goes over all transitions.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn check_history(&self) -> Result<HistoryCheck> {
        let mut statement = self.connection.prepare(
            "SELECT id, task_id, from_status, to_status, command_source = 'legacy' FROM task_state_history
             WHERE project_id = ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([&self.settings.project])?;
        let (mut names, mut last) = (Names::default(), HashMap::<String, usize>::new());
        let (mut checked, mut own) = (HistoryCheck::default(), false);
        while let Some(row) = rows.next()? {
            let imported: bool = row.get(4)?;
            own |= !imported;
            let task = text(row.get_ref(1)?).unwrap_or_default();
            let to = names.number(text(row.get_ref(3)?).unwrap_or_default());
            let Some(before) = last.get_mut(task) else {
                last.insert(task.to_owned(), to);
                continue;
            };
            let (from, led) = (text(row.get_ref(2)?), &names.0[*before]);
            if from != Some(led) {
                let (id, from) = (row.get::<_, i64>(0)?, from.unwrap_or("nothing"));
                let whose = if imported { &mut checked.imported_gaps } else { &mut checked.findings };
                whose.push(Finding {
                    code: "history-broken",
                    subject: task.to_owned(),
                    detail: format!("transition {id} leaves {from}, the one before it led to {led}"),
                });
            }
            *before = to;
        }
        let led = |task: &str| last.get(task).map(|number| names.0[*number].as_str());
        checked.findings.extend(self.states_apart(led)?);
        if own {
            checked.findings.extend(self.ask("audit-missing", UNAUDITED, &self.settings.terminal)?);
        }
        Ok(checked)
    }

    /// States to which the last transition of their task, as `led` has it, did not lead.
    fn states_apart<'l>(&self, led: impl Fn(&str) -> Option<&'l str>) -> Result<Vec<Finding>> {
        let mut statement = self
            .connection
            .prepare("SELECT task_id, status FROM task_state WHERE project_id = ?1 ORDER BY task_id")?;
        let mut rows = statement.query([&self.settings.project])?;
        let mut findings = Vec::new();
        while let Some(row) = rows.next()? {
            let [task, status] =
                [0, 1].map(|place| row.get_ref(place).ok().and_then(text).unwrap_or_default());
            let (code, detail) = match led(task) {
                Some(to) if to != status => {
                    ("history-state", format!("it is {status}, and its last transition led to {to}"))
                }
                None if status != TODO => {
                    ("history-missing", format!("it is {status}, and no transition says since when"))
                }
                _ => continue,
            };
            findings.push(Finding { code, subject: task.to_owned(), detail });
        }
        Ok(findings)
    }
}

fn text(value: ValueRef<'_>) -> Option<&str> {
    value.as_str_or_null().ok().flatten()
}
