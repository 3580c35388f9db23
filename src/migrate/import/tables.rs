//! The records that gathered on tasks, table by table, with their numbers.
//!
//! The same pass decides and writes: where only a plan is wanted it runs without a writer, and where rows are written at once
//! the plan gets its counts from that.

use std::collections::HashMap;

use rusqlite::types::Value as Sql;

use super::ImportError;
use super::convert::{Rules, convert};
use super::definitions::DefinitionActions;
use super::index::Index;
use super::plan::{Plan, TablePlan};
use super::states::Known;
use crate::legacy::snapshot::{RawRow, Snapshot, SourceTable, TableMapping};
use crate::migrate::Watch;
use crate::migrate::watch::Steps;
use crate::model::Diagnostic;
use crate::store::{Column, ImportedRows, PreservedRow, Reader, Writer};

/// Every task that the store has once the import is done.
pub(super) struct Tasks<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) store: &'a Known,
    pub(super) arriving: &'a DefinitionActions,
}

impl Tasks<'_> {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.index.contains(id)
            || self.arriving.only_in_snapshot.contains(id)
            || self.store.states.contains_key(id)
    }
}

/// One of the store's columns, and where its values come from.
struct Cell<'a> {
    target: &'a Column,
    from: From<'a>,
}

enum From<'a> {
    Column { place: usize, rules: Rules<'a> },
    Constant(&'a str),
}

/// A table on its way.
struct Table<'a> {
    mapping: &'a TableMapping,
    cells: Vec<Cell<'a>>,
    /// Where our key, and the columns that make two rows one, stand among the cells.
    key: usize,
    same: Vec<usize>,
    task: Option<usize>,
    /// Their columns that have no place.
    unmapped: Vec<usize>,
    existing: HashMap<String, Vec<Sql>>,
}

/// What becomes of a row.
enum Fate {
    /// It goes to the store, all but the end of the times in these of its columns.
    Add(Vec<Sql>, Vec<usize>),
    Keep,
    Preserve(String),
}

/// What a pass over every mapped table comes to, in the order of the mapping.
#[derive(Default)]
pub(super) struct Passed {
    counts: Vec<TablePlan>,
    problems: Vec<Diagnostic>,
}

impl Passed {
    /// Puts the counts into the plan, and the problems before those that stand at `place` and after.
    pub(super) fn enter(self, plan: &mut Plan, place: usize) {
        for counts in self.counts {
            let (source, target) = (counts.source.clone(), counts.target.clone());
            *plan.table(&source, &target) = counts;
        }
        plan.problems.splice(place..place, self.problems);
    }
}

/// Gives every mapped table its place in the plan, with nothing in it.
pub(super) fn announce(snapshot: &Snapshot, plan: &mut Plan) {
    for mapping in &snapshot.mapping().tables {
        if snapshot.table(&mapping.source).is_some() {
            plan.table(&mapping.source, &mapping.target);
        }
    }
}

/// Looks at every row of the mapped tables.
pub(super) fn look(
    snapshot: &Snapshot,
    tasks: &Tasks<'_>,
    store: &Reader<'_>,
    watch: &dyn Watch,
) -> Result<Passed, ImportError> {
    let mut passed = Passed::default();
    each(snapshot, store, |source, table| pass(snapshot, source, table, tasks, None, watch, &mut passed))?;
    Ok(passed)
}

/// Writes every mapped table, and lets its numbers go on where the legacy stopped.
pub(super) fn apply(
    snapshot: &Snapshot,
    tasks: &Tasks<'_>,
    tx: &Writer<'_>,
    watch: &dyn Watch,
) -> Result<Passed, ImportError> {
    let mut passed = Passed::default();
    each(snapshot, tx, |source, table| {
        tx.without_indexes(&table.mapping.target, || {
            pass(snapshot, source, table, tasks, Some(tx), watch, &mut passed)
        })?;
        if let Some(last) = snapshot.last_number(&table.mapping.source)?.filter(|_| table.mapping.counts) {
            tx.advance_sequence(&table.mapping.target, last)?;
        }
        Ok(())
    })?;
    Ok(passed)
}

fn each(
    snapshot: &Snapshot,
    store: &Reader<'_>,
    mut body: impl FnMut(&SourceTable, &Table<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    for mapping in &snapshot.mapping().tables {
        // A database of an earlier schema lacks the later tables.
        let Some(source) = snapshot.table(&mapping.source) else { continue };
        let columns = store.columns(&mapping.target)?;
        let mut table = Table::new(mapping, source, &columns)?;
        let same: Vec<&str> =
            table.same.iter().map(|place| table.cells[*place].target.name.as_str()).collect();
        table.existing = store.row_facts(&mapping.target, &mapping.key, &same)?;
        body(source, &table)?;
    }
    Ok(())
}

fn pass(
    snapshot: &Snapshot,
    source: &SourceTable,
    table: &Table<'_>,
    tasks: &Tasks<'_>,
    writer: Option<&Writer<'_>>,
    watch: &dyn Watch,
    passed: &mut Passed,
) -> Result<(), ImportError> {
    let (source_name, target) = (source.name.clone(), table.mapping.target.clone());
    let mut counts = TablePlan { source: source_name, target, ..TablePlan::default() };
    let problems = &mut passed.problems;
    let mut steps = Steps::begin(watch, &source.name, snapshot.count(source)?);
    let names: Vec<&str> = table.cells.iter().map(|cell| cell.target.name.as_str()).collect();
    let mut rows = writer.map(|tx| tx.import_rows(&table.mapping.target, &names)).transpose()?;
    snapshot.each_row(source, |row| {
        steps.step();
        counts.read += 1;
        let (mut kept, mut finer) = (None, Vec::new());
        match table.fate(&row, tasks, problems) {
            Fate::Add(values, rounded) => {
                counts.added += 1;
                finer = rounded;
                if let Some(rows) = &mut rows {
                    rows.add(values)?;
                }
            }
            Fate::Keep => counts.kept += 1,
            Fate::Preserve(why) => {
                let subject = format!("{} {}", source.name, row.key());
                let message = format!("{why}; the row is kept as JSON");
                problems.push(Diagnostic::warning("row-preserved", message).about(subject));
                kept = Some(row.to_json(&[]));
            }
        }
        if kept.is_none() {
            kept = super::preserve::left_over(&row, &table.unmapped, &finer);
        }
        if let Some(json) = kept {
            counts.preserved += 1;
            if let Some(tx) = writer {
                tx.preserve(&PreservedRow {
                    source_table: source.name.clone(),
                    row_key: row.key(),
                    row: json,
                })?;
            }
        }
        Ok::<_, ImportError>(())
    })?;
    rows.map_or(Ok(()), ImportedRows::finish)?;
    passed.counts.push(counts);
    Ok(())
}

impl<'a> Table<'a> {
    fn new(
        mapping: &'a TableMapping,
        source: &SourceTable,
        columns: &'a [Column],
    ) -> Result<Self, ImportError> {
        let find = |ours: &str| {
            let missing = || ImportError::Mapping(format!("{}.{ours}", mapping.target));
            columns.iter().find(|column| column.name == ours).ok_or_else(missing)
        };
        let mut cells = Vec::new();
        for (theirs, ours) in &mapping.columns {
            let target = find(ours)?;
            if let Some(place) = source.column(theirs) {
                cells.push(Cell { target, from: From::Column { place, rules: rules(mapping, theirs) } });
            }
        }
        for (ours, value) in &mapping.constants {
            if cells.iter().any(|cell| cell.target.name == *ours) {
                continue;
            }
            cells.push(Cell { target: find(ours)?, from: From::Constant(value) });
        }
        let place = |ours: &str| {
            let missing = || ImportError::Mapping(format!("{}.{ours}", mapping.target));
            cells.iter().position(|cell| cell.target.name == ours).ok_or_else(missing)
        };
        let key = place(&mapping.key)?;
        let same = mapping.same.iter().map(|ours| place(ours)).collect::<Result<_, _>>()?;
        let task = mapping.task.as_deref().map(place).transpose()?;
        let unmapped = (0..source.columns.len()).filter(|place| {
            !source.is_project(*place) && !mapping.columns.contains_key(&source.columns[*place])
        });
        let unmapped = unmapped.collect();
        Ok(Self { mapping, key, same, task, unmapped, cells, existing: HashMap::new() })
    }

    fn fate(&self, row: &RawRow<'_>, tasks: &Tasks<'_>, problems: &mut Vec<Diagnostic>) -> Fate {
        let mut values = Vec::with_capacity(self.cells.len());
        let (mut odd, mut rounded) = (Vec::new(), Vec::new());
        for cell in &self.cells {
            let (place, rules) = match cell.from {
                From::Constant(text) => {
                    values.push(Sql::Text(text.to_owned()));
                    continue;
                }
                From::Column { place, rules } => (place, rules),
            };
            match convert(row.value(place), cell.target, rules) {
                Err(why) => return Fate::Preserve(format!("{} {why}", cell.target.name)),
                Ok(converted) => {
                    rounded.extend(converted.rounded.then_some(place));
                    odd.extend(converted.unparsed.map(|time| (cell.target.name.as_str(), time)));
                    values.push(converted.value);
                }
            }
        }
        if let Some(old) = self.existing.get(&text_of(&values[self.key])) {
            let same = self.same.iter().map(|place| &values[*place]).eq(old);
            return if same {
                Fate::Keep
            } else {
                Fate::Preserve("its number is taken by another row".to_owned())
            };
        }
        if let Some(task) =
            self.task.map(|place| text_of(&values[place])).filter(|task| !tasks.contains(task))
        {
            return Fate::Preserve(format!("its task {task:?} does not exist"));
        }
        problems.extend(odd.into_iter().map(|(name, time)| {
            let message = format!("{name} {time:?} is not a time; it is kept as it is");
            let subject = format!("{} {}", self.mapping.source, text_of(&values[self.key]));
            Diagnostic::warning("unparsed-time", message).about(subject)
        }));
        Fate::Add(values, rounded)
    }
}

pub(in crate::migrate) fn rules<'a>(mapping: &'a TableMapping, theirs: &str) -> Rules<'a> {
    let named = |list: &[String]| list.iter().any(|name| name == theirs);
    Rules {
        time: named(&mapping.times),
        values: mapping.values.get(theirs),
        one_of: mapping.one_of.get(theirs).map(Vec::as_slice),
        not_empty: named(&mapping.not_empty),
        not_negative: named(&mapping.not_negative),
    }
}

fn text_of(value: &Sql) -> String {
    match value {
        Sql::Integer(number) => number.to_string(),
        Sql::Text(text) => text.clone(),
        Sql::Null | Sql::Real(_) | Sql::Blob(_) => String::new(),
    }
}
