//! The rows of the queue DB, one by one and field by field, against the store.

use std::collections::{BTreeMap, HashSet};

use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

use super::account::{FieldAccount, Loss, Losses, RowAccount};
use super::carried::{Column, carried};
use super::{Changed, VerifyError};
use crate::legacy::plain::{PlainDatabase, PlainRow, PlainTable, to_json};
use crate::legacy::snapshot::{Mapping, TableMapping};

/// The definition columns of the store that hold JSON.
const JSON: [&str; 2] = ["acceptance_checks", "extra"];

/// Both databases, and what is known of them.
pub(super) struct Pair<'a> {
    pub(super) source: &'a PlainDatabase,
    pub(super) store: &'a PlainDatabase,
    pub(super) project: &'a str,
    pub(super) mapping: &'a Mapping,
    pub(super) changed: &'a Changed,
    kept: Kept,
    /// Tasks that the queue file has: it speaks for their definitions.
    in_file: HashSet<String>,
}

/// What the store preserved as JSON: by table and key of the row.
type Kept = BTreeMap<(String, String), Map<String, Value>>;

/// What became of a row.
enum Fate {
    Imported,
    Preserved,
    Superseded,
    Lost,
}

impl<'a> Pair<'a> {
    pub(super) fn new(
        source: &'a PlainDatabase,
        store: &'a PlainDatabase,
        project: &'a str,
        mapping: &'a Mapping,
        changed: &'a Changed,
    ) -> Result<Self, VerifyError> {
        let ours = Sql::Text(project.to_owned());
        let mut kept = Kept::new();
        for row in store.find("preserved_rows", &[("project_id", ours.clone())])? {
            let object = serde_json::from_str(&text(&row, "row")).unwrap_or_default();
            kept.insert((text(&row, "source_table"), text(&row, "row_key")), object);
        }
        let in_source = [("project_id", ours), ("in_source", Sql::Integer(1))];
        let in_file = store.find("task_definitions", &in_source)?.iter().map(|row| text(row, "id")).collect();
        Ok(Self { source, store, project, mapping, changed, kept, in_file })
    }

    /// Accounts for every table of the source.
    pub(super) fn account(&self, losses: &mut Losses) -> Result<Vec<RowAccount>, VerifyError> {
        self.source.tables()?.iter().map(|table| self.table(table, losses)).collect()
    }

    fn table(&self, table: &PlainTable, losses: &mut Losses) -> Result<RowAccount, VerifyError> {
        let mut account = RowAccount { table: table.name.clone(), ..RowAccount::default() };
        let mapped = self.mapping.tables.iter().find(|mapped| mapped.source == table.name);
        self.source.each_row(table, |key, row| -> Result<(), VerifyError> {
            account.rows += 1;
            let fields = &mut account.fields;
            if self.mapping.ignored.contains_key(&table.name) {
                account.ignored += 1;
                let filled = row.columns().filter(|(_, value)| holds(value)).count();
                (fields.all, fields.ignored) = (fields.all + filled, fields.ignored + filled);
                return Ok(());
            }
            let at = At { table: &table.name, key };
            let fate = if table.name == self.mapping.tasks.source {
                self.task(at, &row, fields, losses)?
            } else if table.name == self.mapping.dependencies.source {
                self.dependency(at, &row, fields, losses)?
            } else {
                match mapped {
                    Some(mapped) => self.record(at, mapped, &row, fields, losses)?,
                    None => self.whole(at, &row, fields, losses),
                }
            };
            match fate {
                Fate::Imported => account.imported += 1,
                Fate::Preserved => account.preserved += 1,
                Fate::Superseded => account.superseded += 1,
                Fate::Lost => account.lost += 1,
            }
            Ok(())
        })?;
        Ok(account)
    }

    /// A task: its state is the database's, its definition the file's where the file has it.
    fn task(
        &self,
        at: At<'_>,
        row: &PlainRow,
        fields: &mut FieldAccount,
        losses: &mut Losses,
    ) -> Result<Fate, VerifyError> {
        let tasks = &self.mapping.tasks;
        let id = row.get(&tasks.id).map(shown).unwrap_or_default();
        let definition = self.one("task_definitions", "id", &id)?;
        let state = self.one("task_state", "task_id", &id)?;
        let (Some(definition), Some(state)) = (definition, state) else {
            return Ok(self.whole(at, row, fields, losses));
        };
        for (name, value) in row.columns().filter(|(_, value)| holds(value)) {
            fields.all += 1;
            let column = |ours: &str| Column {
                time: tasks.times.iter().any(|time| time == name),
                values: tasks.values.get(name),
                json: JSON.contains(&ours),
            };
            if name == tasks.id || name == tasks.in_source {
                fields.imported += 1;
            } else if let Some(ours) = tasks.definition.get(name) {
                let stored = definition.get(ours).unwrap_or(&Sql::Null);
                match () {
                    () if carried(value, stored, column(ours)) => fields.imported += 1,
                    () if self.in_file.contains(&id) => fields.superseded += 1,
                    () => differs(at, name, value, stored, fields, losses),
                }
            } else if let Some(ours) = tasks.state.get(name) {
                let stored = state.get(ours).unwrap_or(&Sql::Null);
                match () {
                    () if carried(value, stored, column(ours)) => fields.imported += 1,
                    () if self.changed.task(&id) => fields.changed_since += 1,
                    () => differs(at, name, value, stored, fields, losses),
                }
            } else {
                self.kept_field(at, name, value, fields, losses);
            }
        }
        Ok(Fate::Imported)
    }

    /// A dependency of a task that the file has is the file's.
    fn dependency(
        &self,
        at: At<'_>,
        row: &PlainRow,
        fields: &mut FieldAccount,
        losses: &mut Losses,
    ) -> Result<Fate, VerifyError> {
        let mapping = &self.mapping.dependencies;
        let value = |name: &str| row.get(name).map(shown).unwrap_or_default();
        let (task, target) = (value(&mapping.task), value(&mapping.depends_on));
        let filled = row.columns().filter(|(_, value)| holds(value)).count();
        let filter = [
            ("project_id", Sql::Text(self.project.to_owned())),
            ("task_id", Sql::Text(task.clone())),
            ("depends_on", Sql::Text(target)),
        ];
        let fate = match self.store.count("task_dependencies", &filter)? {
            0 if self.in_file.contains(&task) => Fate::Superseded,
            0 => return Ok(self.whole(at, row, fields, losses)),
            _ => Fate::Imported,
        };
        fields.all += filled;
        match fate {
            Fate::Superseded => fields.superseded += filled,
            _ => fields.imported += filled,
        }
        Ok(fate)
    }

    /// A row of a table that has one in the store.
    fn record(
        &self,
        at: At<'_>,
        mapped: &TableMapping,
        row: &PlainRow,
        fields: &mut FieldAccount,
        losses: &mut Losses,
    ) -> Result<Fate, VerifyError> {
        let theirs = mapped.columns.iter().find_map(|(theirs, ours)| (*ours == mapped.key).then_some(theirs));
        let key = theirs.and_then(|name| row.get(name)).map(shown).unwrap_or_default();
        let Some(stored) = self.one(&mapped.target, &mapped.key, &key)? else {
            return Ok(self.whole(at, row, fields, losses));
        };
        // A row whose number was taken is kept as JSON, beside the other that has the number.
        if self.is_kept_whole(at, row) {
            return Ok(self.whole(at, row, fields, losses));
        }
        for (name, value) in row.columns().filter(|(_, value)| holds(value)) {
            fields.all += 1;
            let Some(ours) = mapped.columns.get(name) else {
                self.kept_field(at, name, value, fields, losses);
                continue;
            };
            let time = mapped.times.iter().any(|time| time == name);
            let column = Column { time, values: mapped.values.get(name), json: false };
            let found = stored.get(ours).unwrap_or(&Sql::Null);
            match () {
                () if carried(value, found, column) => fields.imported += 1,
                () if self.changed.record(&mapped.target, mapped.task.as_deref(), &stored) => {
                    fields.changed_since += 1;
                }
                () => differs(at, name, value, found, fields, losses),
            }
        }
        Ok(Fate::Imported)
    }

    /// A row that has no place: it is kept whole, or lost.
    fn whole(&self, at: At<'_>, row: &PlainRow, fields: &mut FieldAccount, losses: &mut Losses) -> Fate {
        let filled = row.columns().filter(|(_, value)| holds(value)).count();
        fields.all += filled;
        if self.is_kept_whole(at, row) {
            fields.preserved += filled;
            return Fate::Preserved;
        }
        fields.lost += filled;
        let store = self.kept.get(&at.name()).cloned().map_or(Value::Null, Value::Object);
        losses.add(at.loss(None, Value::Object(row.to_json()), store));
        Fate::Lost
    }

    fn is_kept_whole(&self, at: At<'_>, row: &PlainRow) -> bool {
        self.kept.get(&at.name()).is_some_and(|kept| *kept == row.to_json())
    }

    /// A field that has no place: it is kept as JSON, or lost.
    fn kept_field(
        &self,
        at: At<'_>,
        name: &str,
        value: &Sql,
        fields: &mut FieldAccount,
        losses: &mut Losses,
    ) {
        let kept = self.kept.get(&at.name()).and_then(|row| row.get(name));
        if kept == Some(&to_json(value)) {
            fields.preserved += 1;
        } else {
            fields.lost += 1;
            losses.add(at.loss(Some(name), to_json(value), kept.cloned().unwrap_or_default()));
        }
    }

    /// The row of the store with this key; numbers and texts are told apart by the column's own type.
    fn one(&self, table: &str, column: &str, key: &str) -> Result<Option<PlainRow>, VerifyError> {
        let project = ("project_id", Sql::Text(self.project.to_owned()));
        let filter = [project, (column, Sql::Text(key.to_owned()))];
        Ok(self.store.find(table, &filter)?.into_iter().next())
    }
}

/// Where a row of the source stands.
#[derive(Clone, Copy)]
struct At<'a> {
    table: &'a str,
    key: &'a str,
}

impl At<'_> {
    fn name(self) -> (String, String) {
        (self.table.to_owned(), self.key.to_owned())
    }

    fn loss(self, field: Option<&str>, source: Value, store: Value) -> Loss {
        let (table, row) = self.name();
        Loss { table, row, field: field.map(str::to_owned), source, store }
    }
}

/// A value that is another one in the store.
fn differs(
    at: At<'_>,
    name: &str,
    source: &Sql,
    store: &Sql,
    fields: &mut FieldAccount,
    losses: &mut Losses,
) {
    fields.lost += 1;
    losses.add(at.loss(Some(name), to_json(source), to_json(store)));
}

/// Nothing and empty text carry nothing.
fn holds(value: &Sql) -> bool {
    !matches!(value, Sql::Null) && !matches!(value, Sql::Text(text) if text.is_empty())
}

fn shown(value: &Sql) -> String {
    match value {
        Sql::Text(text) => text.clone(),
        Sql::Integer(number) => number.to_string(),
        Sql::Real(number) => number.to_string(),
        Sql::Null | Sql::Blob(_) => String::new(),
    }
}

fn text(row: &PlainRow, column: &str) -> String {
    row.get(column).map(shown).unwrap_or_default()
}
