//! The rows of the queue DB, one by one and field by field, against the store.

use std::collections::{BTreeMap, HashSet};

use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

use super::account::{FieldAccount, Losses, RowAccount};
use super::carried::Column;
use super::fields::{At, Excuse, Row, Stored, holds};
use super::{Changed, VerifyError};
use crate::legacy::plain::{PlainDatabase, PlainRow, PlainTable};
use crate::legacy::snapshot::{Mapping, TableMapping};

/// The definition columns of the store that hold JSON.
const JSON: [&str; 2] = ["acceptance_checks", "extra"];

/// Both databases.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) source: &'a PlainDatabase,
    pub(super) store: &'a PlainDatabase,
    /// Whether a queue file goes with the source.
    pub(super) has_file: bool,
}

/// Both databases, and what is known of them.
pub(super) struct Pair<'a> {
    source: &'a PlainDatabase,
    store: &'a PlainDatabase,
    project: &'a str,
    mapping: &'a Mapping,
    changed: &'a Changed,
    kept: Kept,
    /// Tasks that the queue file has: it speaks for their definitions.
    in_file: HashSet<String>,
    /// The project whose rows were moved, as the source calls it, where the source knows projects.
    theirs: Option<String>,
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
        Sides { source, store, has_file }: Sides<'a>,
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
        let mut in_file = HashSet::new();
        if has_file {
            let in_source = [("project_id", ours), ("in_source", Sql::Integer(1))];
            in_file.extend(store.find("task_definitions", &in_source)?.iter().map(|row| text(row, "id")));
        }
        let theirs = match &mapping.project {
            Some(column) => {
                let rows = source.find(&mapping.tasks.source, &[])?;
                let names: HashSet<String> = rows.iter().map(|row| text(row, column)).collect();
                let names: Vec<String> = names.into_iter().collect();
                mapping.project_among(&names).cloned()
            }
            None => None,
        };
        Ok(Self { source, store, project, mapping, changed, kept, in_file, theirs })
    }

    /// Accounts for every table of the source: those that are read as tables, and those that a view stands for.
    pub(super) fn account(
        &self,
        mut tables: Vec<PlainTable>,
        losses: &mut Losses,
    ) -> Result<Vec<RowAccount>, VerifyError> {
        for table in &mut tables {
            table.key.retain(|column| Some(column) != self.mapping.project.as_ref());
        }
        let mut accounts: Vec<RowAccount> =
            tables.iter().map(|table| self.table(table, losses)).collect::<Result<_, _>>()?;
        let carried: BTreeMap<&String, &String> =
            self.mapping.views.iter().flat_map(|view| &view.carries).collect();
        for (table, column) in carried {
            accounts.push(self.carried_whole(table, column, losses)?);
        }
        accounts.sort_by(|one, other| one.table.cmp(&other.table));
        Ok(accounts)
    }

    /// A table that views stand for: each of its rows has to be in one of them; the views are accounted for themselves.
    fn carried_whole(
        &self,
        table: &str,
        column: &str,
        losses: &mut Losses,
    ) -> Result<RowAccount, VerifyError> {
        let rows = self.source.count(table, &[])?;
        let views = self.mapping.views.iter().filter(|view| view.carries.contains_key(table));
        let views: Vec<(&str, &str)> =
            views.filter_map(|view| Some((view.name.as_str(), view.key.first()?.as_str()))).collect();
        let lost = self.source.count_outside((table, column), &views, self.mapping.project.as_deref())?;
        if lost > 0 {
            let at = At { table, key: "rows that no view has" };
            losses.add(at.loss(None, Value::from(lost), Value::Null));
        }
        let imported = rows - lost;
        Ok(RowAccount { table: table.to_owned(), rows, imported, lost, ..RowAccount::default() })
    }

    fn table(&self, table: &PlainTable, losses: &mut Losses) -> Result<RowAccount, VerifyError> {
        let mut account = RowAccount { table: table.name.clone(), ..RowAccount::default() };
        let mapped = self.mapping.tables.iter().find(|mapped| mapped.source == table.name);
        self.source.each_row(table, |key, row| -> Result<(), VerifyError> {
            account.rows += 1;
            let fields = &mut account.fields;
            if self.mapping.ignored.contains_key(&table.name) || self.is_of_another_project(&row) {
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

    fn is_of_another_project(&self, row: &PlainRow) -> bool {
        let column = self.mapping.project.as_ref();
        let name = column.and_then(|column| row.get(column)).filter(|name| **name != Sql::Null).map(shown);
        name.is_some() && name != self.theirs
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
        let superseded = self.in_file.contains(&id).then_some(Excuse::Superseded);
        let changed = self.changed.task(&id).then_some(Excuse::ChangedSince);
        let stored = |name: &str| {
            let (ours, found, excuse) = match tasks.definition.get(name) {
                Some(ours) => (ours, &definition, superseded),
                None => (tasks.state.get(name)?, &state, changed),
            };
            let column = Column {
                time: tasks.times.iter().any(|time| time == name),
                values: tasks.values.get(name),
                json: JSON.contains(&ours.as_str()),
            };
            Some(Stored { value: found.get(ours).unwrap_or(&Sql::Null), column, excuse })
        };
        let says = [Some(tasks.id.as_str()), tasks.in_source.as_deref(), self.mapping.project.as_deref()];
        Row { at, values: row, kept: self.kept.get(&at.name()), says: &says }.account(stored, fields, losses);
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
        let changed = self.changed.record(&mapped.target, mapped.task.as_deref(), &stored);
        let found = |name: &str| {
            let ours = mapped.columns.get(name)?;
            let time = mapped.times.iter().any(|time| time == name);
            let column = Column { time, values: mapped.values.get(name), json: false };
            let excuse = changed.then_some(Excuse::ChangedSince);
            Some(Stored { value: stored.get(ours).unwrap_or(&Sql::Null), column, excuse })
        };
        let says = [self.mapping.project.as_deref()];
        Row { at, values: row, kept: self.kept.get(&at.name()), says: &says }.account(found, fields, losses);
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

    /// The row of the store with this key; numbers and texts are told apart by the column's own type.
    fn one(&self, table: &str, column: &str, key: &str) -> Result<Option<PlainRow>, VerifyError> {
        let project = ("project_id", Sql::Text(self.project.to_owned()));
        let filter = [project, (column, Sql::Text(key.to_owned()))];
        Ok(self.store.find(table, &filter)?.into_iter().next())
    }
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
