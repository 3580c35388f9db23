//! Task definitions: what the source file, or a person, says that a task is.

use rusqlite::{OptionalExtension, Row, params};

use super::{get, parse_json};
use crate::model::{Definition, Task};
use crate::store::{Reader, Result, Writer};

/// What loading a definition did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Loaded {
    /// The task is new.
    Arrived,
    /// The task was there, and its definition differed.
    Changed,
    /// The task was there, as it is.
    Unchanged,
}

/// A definition with its dependencies, from `task_definitions d`: one statement, however many tasks it answers.
/// Columns are read by their place: looking them up by name, row by row, takes an eighth of an export.
pub(in crate::store) const SELECT: &str = "
    SELECT d.id, d.title, d.role, d.kind, d.parent_id, d.priority, d.sequence, d.notes, d.file_order, d.in_source,
           d.acceptance_checks, d.extra,
           (SELECT json_group_array(x.depends_on ORDER BY x.position) FROM task_dependencies x
                 WHERE x.project_id = d.project_id AND x.task_id = d.id)
    FROM task_definitions d";

/// A definition as it stands in its row, before its JSON is parsed.
pub(in crate::store) struct DefinitionRow {
    definition: Definition,
    acceptance_checks: String,
    extra: String,
    depends_on: String,
}

impl DefinitionRow {
    pub(in crate::store) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            definition: Definition {
                id: row.get(0)?,
                title: row.get(1)?,
                role: row.get(2)?,
                kind: row.get(3)?,
                parent: row.get(4)?,
                priority: row.get(5)?,
                sequence: row.get(6)?,
                notes: row.get(7)?,
                file_order: row.get(8)?,
                in_source: row.get(9)?,
                ..Definition::default()
            },
            acceptance_checks: row.get(10)?,
            extra: row.get(11)?,
            depends_on: row.get(12)?,
        })
    }

    pub(in crate::store) fn complete(self) -> Result<Definition> {
        let Self { mut definition, acceptance_checks, extra, depends_on } = self;
        let table = "task_definitions";
        definition.acceptance_checks =
            parse_json(&acceptance_checks, table, "acceptance_checks", &definition.id, "a list of texts")?;
        definition.extra = parse_json(&extra, table, "extra", &definition.id, "a JSON object")?;
        definition.depends_on =
            parse_json(&depends_on, "task_dependencies", "depends_on", &definition.id, "a list of ids")?;
        Ok(definition)
    }
}

/// A definition as its columns, borrowed: for writing and comparing many without building each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefinitionFacts<'a> {
    /// The task.
    pub id: &'a str,
    /// One line.
    pub title: &'a str,
    /// The role's name.
    pub role: &'a str,
    /// Free text.
    pub kind: Option<&'a str>,
    /// A task id.
    pub parent: Option<&'a str>,
    /// Any length.
    pub notes: Option<&'a str>,
    /// A JSON list of texts.
    pub acceptance_checks: &'a str,
    /// A JSON object.
    pub extra: &'a str,
    /// Lower is more urgent.
    pub priority: Option<i64>,
    /// Order within a priority.
    pub sequence: Option<i64>,
    /// Place in the source, from 0; none for a task that was added by hand.
    pub file_order: Option<i64>,
    /// Whether the source still has the task.
    pub in_source: bool,
}

impl<'a> DefinitionFacts<'a> {
    fn read(row: &'a Row<'_>) -> rusqlite::Result<Self> {
        let text = |column: &str| row.get_ref(column).map(|value| value.as_str_or_null().unwrap_or_default());
        Ok(Self {
            id: text("id")?.unwrap_or_default(),
            title: text("title")?.unwrap_or_default(),
            role: text("role")?.unwrap_or_default(),
            kind: text("kind")?,
            parent: text("parent_id")?,
            notes: text("notes")?,
            acceptance_checks: text("acceptance_checks")?.unwrap_or_default(),
            extra: text("extra")?.unwrap_or_default(),
            priority: get(row, "priority")?,
            sequence: get(row, "sequence")?,
            file_order: get(row, "file_order")?,
            in_source: get(row, "in_source")?,
        })
    }
}

/// Written when anything but the file's own bookkeeping differs; `updated_at` says so.
const UPSERT: &str = "
    INSERT INTO task_definitions (project_id, id, file_order, in_source, parent_id, kind, title, role, notes,
      acceptance_checks, extra, priority, sequence, created_at, created_by, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?14)
    ON CONFLICT (project_id, id) DO UPDATE SET file_order = excluded.file_order, in_source = excluded.in_source,
      parent_id = excluded.parent_id, kind = excluded.kind, title = excluded.title, role = excluded.role,
      notes = excluded.notes, acceptance_checks = excluded.acceptance_checks, extra = excluded.extra,
      priority = excluded.priority, sequence = excluded.sequence, updated_at = excluded.updated_at
    WHERE (file_order, in_source, parent_id, kind, title, role, notes, acceptance_checks, extra, priority, sequence)
      IS NOT (excluded.file_order, excluded.in_source, excluded.parent_id, excluded.kind, excluded.title,
        excluded.role, excluded.notes, excluded.acceptance_checks, excluded.extra, excluded.priority,
        excluded.sequence)";

impl Reader<'_> {
    /// A task with its state; `None` when there is no such task.
    pub fn task(&self, id: &str) -> Result<Option<Task>> {
        let row = self
            .connection
            .prepare_cached(&format!("{SELECT} WHERE d.project_id = ?1 AND d.id = ?2"))?
            .query_row(params![self.settings.project, id], DefinitionRow::read)
            .optional()?;
        let Some(row) = row else { return Ok(None) };
        let definition = row.complete()?;
        let state = self.state(id)?;
        Ok(Some(Task { definition, state }))
    }

    /// Whether there is such a task.
    pub fn has_task(&self, id: &str) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached("SELECT 1 FROM task_definitions WHERE project_id = ?1 AND id = ?2")?
            .exists(params![self.settings.project, id])?)
    }

    /// Every task id, with whether it came from a source file and is still in it.
    pub fn task_ids(&self) -> Result<Vec<(String, bool)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, file_order IS NOT NULL AND in_source = 1 FROM task_definitions WHERE project_id = ?1",
        )?;
        let rows = statement.query_map([&self.settings.project], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Goes over every definition with its dependencies, in the order of the source, tasks added by hand last.
    pub fn each_task(&self, mut body: impl FnMut(Definition)) -> Result<()> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{SELECT} WHERE d.project_id = ?1 ORDER BY d.file_order IS NULL, d.file_order, d.created_at, d.id",
        ))?;
        for row in statement.query_map([&self.settings.project], DefinitionRow::read)? {
            body(row?.complete()?);
        }
        Ok(())
    }

    /// Every definition with its dependencies, in the order of the source, tasks added by hand last.
    pub fn definitions(&self) -> Result<Vec<Definition>> {
        let mut definitions = Vec::new();
        self.each_task(|definition| definitions.push(definition))?;
        Ok(definitions)
    }
}

impl Reader<'_> {
    /// Goes over every definition, in no particular order.
    pub fn each_definition(&self, mut body: impl FnMut(&DefinitionFacts<'_>)) -> Result<()> {
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM task_definitions WHERE project_id = ?1")?;
        let mut rows = statement.query([&self.settings.project])?;
        while let Some(row) = rows.next()? {
            body(&DefinitionFacts::read(row)?);
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// Inserts or updates a definition. Its dependencies are written apart, once all tasks are there.
    pub fn load_definition(&self, definition: &Definition, arrived: bool) -> Result<Loaded> {
        let checks = serde_json::Value::from(definition.acceptance_checks.clone()).to_string();
        let extra = serde_json::to_string(&definition.extra).unwrap_or_default();
        let changed = self.write_definition(&DefinitionFacts {
            id: &definition.id,
            title: &definition.title,
            role: &definition.role,
            kind: definition.kind.as_deref(),
            parent: definition.parent.as_deref(),
            notes: definition.notes.as_deref(),
            acceptance_checks: &checks,
            extra: &extra,
            priority: definition.priority,
            sequence: definition.sequence,
            file_order: definition.file_order,
            in_source: definition.in_source,
        })?;
        Ok(match (arrived, changed) {
            (true, _) => Loaded::Arrived,
            (false, false) => Loaded::Unchanged,
            (false, true) => Loaded::Changed,
        })
    }

    /// Inserts a definition, or updates it where it differs. Answers whether a row was written.
    pub fn write_definition(&self, facts: &DefinitionFacts<'_>) -> Result<bool> {
        let written = self.connection.prepare_cached(UPSERT)?.execute(params![
            self.settings.project,
            facts.id,
            facts.file_order,
            facts.in_source,
            facts.parent,
            facts.kind,
            facts.title,
            facts.role,
            facts.notes,
            facts.acceptance_checks,
            facts.extra,
            facts.priority,
            facts.sequence,
            self.at,
            self.actor,
        ])?;
        Ok(written > 0)
    }

    /// Marks a task as gone from the source. Its state and records stay.
    pub fn leave_source(&self, id: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_definitions SET in_source = 0, updated_at = ?3 WHERE project_id = ?1 AND id = ?2",
            )?
            .execute(params![self.settings.project, id, self.at])?;
        Ok(())
    }
}
