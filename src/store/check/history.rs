//! Whether each transition of a task leaves the state to which the one before it led.
//!
//! One pass in the order in which they were written: as a question to SQLite, which would sort all of a long history by its
//! tasks first, it takes ten times as long.

use std::collections::HashMap;

use rusqlite::types::ValueRef;

use super::{Finding, Reader, Result};

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

impl Reader<'_> {
    /// Transitions of Fairway's that do not follow from the one before them.
    pub(super) fn broken_histories(&self) -> Result<Vec<Finding>> {
        self.gaps(false)
    }

    /// Transitions of the legacy's that do not follow from the one before them. They came like that, and nobody can rewrite
    /// them: it is no fault of the store.
    pub fn imported_gaps(&self) -> Result<Vec<Finding>> {
        self.gaps(true)
    }

    fn gaps(&self, imported: bool) -> Result<Vec<Finding>> {
        let mut statement = self.connection.prepare(
            "SELECT id, task_id, from_status, to_status, command_source = 'legacy' FROM task_state_history
             WHERE project_id = ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([&self.settings.project])?;
        let (mut names, mut last, mut findings) =
            (Names::default(), HashMap::<String, usize>::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let task = text(row.get_ref(1)?).unwrap_or_default();
            let to = names.number(text(row.get_ref(3)?).unwrap_or_default());
            let Some(before) = last.get_mut(task) else {
                last.insert(task.to_owned(), to);
                continue;
            };
            let (from, led) = (text(row.get_ref(2)?), &names.0[*before]);
            if from != Some(led) && row.get::<_, bool>(4)? == imported {
                let (id, from) = (row.get::<_, i64>(0)?, from.unwrap_or("nothing"));
                findings.push(Finding {
                    code: "history-broken",
                    subject: task.to_owned(),
                    detail: format!("transition {id} leaves {from}, the one before it led to {led}"),
                });
            }
            *before = to;
        }
        Ok(findings)
    }
}

fn text(value: ValueRef<'_>) -> Option<&str> {
    value.as_str_or_null().ok().flatten()
}
