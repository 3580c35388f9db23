//! The records that gathered on tasks, table by table, with their numbers.
//!
//! The same pass decides and writes: where only a plan is wanted it runs without a writer, and where rows are written at once
//! the plan gets its counts from that.

mod pipe;

use std::borrow::Cow;
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
use crate::store::{Column, PreservedRow, Reader, Writer};

/// How many rows a table has before a thread is worth its start.
pub(super) const WORTH_A_THREAD: usize = 4_096;

/// Every task that the store has once the import is done.
#[derive(Clone, Copy)]
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
    place: usize,
    rules: Rules<'a>,
}

/// A table on its way.
struct Table<'a> {
    mapping: &'a TableMapping,
    cells: Vec<Cell<'a>>,
    /// Our columns that they lack, with the value that every row gets.
    constants: Vec<(&'a str, Sql)>,
    /// Where our key, and the columns that make two rows one, stand among the cells and, after those, the constants.
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
        let same: Vec<&str> = table.same.iter().map(|place| table.name(*place)).collect();
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
    let count = snapshot.count(source)?;
    let mut steps = Steps::begin(watch, &source.name, count);
    let mut looking = Looking::begin(source, table, tasks);
    let Some(tx) = writer else {
        let mut part = Part::default();
        snapshot.each_row(source, |row| -> Result<(), ImportError> {
            steps.step();
            looking.at(&row, &mut part);
            part.clear();
            Ok(())
        })?;
        looking.end(passed);
        return Ok(());
    };
    let names: Vec<&str> = table.cells.iter().map(|cell| cell.target.name.as_str()).collect();
    let constants: Vec<(&str, Cow<'_, str>)> =
        table.constants.iter().map(|(name, value)| (*name, text_of(value))).collect();
    let constants: Vec<(&str, &str)> =
        constants.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    let mut rows = tx.import_rows(&table.mapping.target, &names, &constants)?;
    let mut write = |part: &Part| {
        (0..part.read).for_each(|_| steps.step());
        rows.add(&part.rows)?;
        part.kept.iter().try_for_each(|kept| tx.preserve(kept))
    };
    if count < WORTH_A_THREAD {
        let mut part = Part::default();
        snapshot.each_row(source, |row| -> Result<(), ImportError> {
            looking.at(&row, &mut part);
            if part.is_full() {
                write(&part)?;
                part.clear();
            }
            Ok(())
        })?;
        write(&part)?;
    } else {
        looking = pipe::run(snapshot.again()?, looking, write)?;
    }
    looking.end(passed);
    Ok(())
}

/// How many rows are written at once.
const TOGETHER: usize = 256;
/// Rows with more text than this, in bytes, are written though they are fewer.
const MUCH: usize = 1 << 20;

/// What becomes of some rows, one after the other.
#[derive(Default)]
struct Part {
    read: usize,
    rows: Vec<Vec<Sql>>,
    kept: Vec<PreservedRow>,
    /// The length of the rows' texts.
    text: usize,
}

impl Part {
    /// Whether it is to be written before more is looked at.
    fn is_full(&self) -> bool {
        self.read >= TOGETHER || self.text >= MUCH
    }

    fn clear(&mut self) {
        (self.read, self.text) = (0, 0);
        self.rows.clear();
        self.kept.clear();
    }
}

/// One table, while its rows are looked at.
struct Looking<'a> {
    source: &'a SourceTable,
    table: &'a Table<'a>,
    tasks: &'a Tasks<'a>,
    counts: TablePlan,
    problems: Vec<Diagnostic>,
}

impl<'a> Looking<'a> {
    fn begin(source: &'a SourceTable, table: &'a Table<'a>, tasks: &'a Tasks<'a>) -> Self {
        let (source_name, target) = (source.name.clone(), table.mapping.target.clone());
        let counts = TablePlan { source: source_name, target, ..TablePlan::default() };
        Self { source, table, tasks, counts, problems: Vec::new() }
    }

    fn at(&mut self, row: &RawRow<'_>, part: &mut Part) {
        let Self { source, table, tasks, counts, problems } = self;
        counts.read += 1;
        part.read += 1;
        let (mut kept, mut finer) = (None, Vec::new());
        match table.fate(row, tasks, problems) {
            Fate::Add(values, rounded) => {
                counts.added += 1;
                let texts = values
                    .iter()
                    .filter_map(|value| if let Sql::Text(text) = value { Some(text) } else { None });
                part.text += texts.map(String::len).sum::<usize>();
                part.rows.push(values);
                finer = rounded;
            }
            Fate::Keep => counts.kept += 1,
            Fate::Preserve(why) => {
                let subject = format!("{} {}", source.name, row.key());
                let message = format!("{why}; the row is kept as JSON");
                problems.push(Diagnostic::warning("row-preserved", message).about(subject));
                kept = Some(row.to_json(&[]));
            }
        }
        if let Some(json) = kept.or_else(|| super::preserve::left_over(row, &table.unmapped, &finer)) {
            counts.preserved += 1;
            part.kept.push(PreservedRow { source_table: source.name.clone(), row_key: row.key(), row: json });
        }
    }

    fn end(self, passed: &mut Passed) {
        passed.counts.push(self.counts);
        passed.problems.extend(self.problems);
    }
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
                cells.push(Cell { target, place, rules: rules(mapping, theirs) });
            }
        }
        let mut constants = Vec::new();
        for (ours, value) in &mapping.constants {
            if !cells.iter().any(|cell| cell.target.name == *ours) {
                constants.push((find(ours)?.name.as_str(), Sql::Text(value.clone())));
            }
        }
        let place = |ours: &str| {
            let missing = || ImportError::Mapping(format!("{}.{ours}", mapping.target));
            let cells = cells.iter().map(|cell| cell.target.name.as_str());
            let mut names = cells.chain(constants.iter().map(|(name, _)| *name));
            names.position(|name| name == ours).ok_or_else(missing)
        };
        let key = place(&mapping.key)?;
        let same = mapping.same.iter().map(|ours| place(ours)).collect::<Result<_, _>>()?;
        let task = mapping.task.as_deref().map(place).transpose()?;
        let unmapped = (0..source.columns.len()).filter(|place| {
            !source.is_project(*place) && !mapping.columns.contains_key(&source.columns[*place])
        });
        let unmapped = unmapped.collect();
        Ok(Self { mapping, key, same, task, unmapped, cells, constants, existing: HashMap::new() })
    }

    /// The name of a cell's column, or of a constant's.
    fn name(&self, place: usize) -> &str {
        match place.checked_sub(self.cells.len()) {
            None => &self.cells[place].target.name,
            Some(place) => self.constants[place].0,
        }
    }

    fn fate(&self, row: &RawRow<'_>, tasks: &Tasks<'_>, problems: &mut Vec<Diagnostic>) -> Fate {
        let mut values = Vec::with_capacity(self.cells.len());
        let (mut odd, mut rounded) = (Vec::new(), Vec::new());
        for Cell { target, place, rules } in &self.cells {
            match convert(row.value(*place), target, *rules) {
                Err(why) => return Fate::Preserve(format!("{} {why}", target.name)),
                Ok(converted) => {
                    rounded.extend(converted.rounded.then_some(*place));
                    odd.extend(converted.unparsed.map(|time| (target.name.as_str(), time)));
                    values.push(converted.value);
                }
            }
        }
        let value = |place: usize| match place.checked_sub(self.cells.len()) {
            None => &values[place],
            Some(place) => &self.constants[place].1,
        };
        if let Some(old) = self.existing.get(text_of(value(self.key)).as_ref()) {
            let same = self.same.iter().map(|place| value(*place)).eq(old);
            return if same {
                Fate::Keep
            } else {
                Fate::Preserve("its number is taken by another row".to_owned())
            };
        }
        if let Some(task) = self.task.map(|place| text_of(value(place))).filter(|task| !tasks.contains(task))
        {
            return Fate::Preserve(format!("its task {task:?} does not exist"));
        }
        problems.extend(odd.into_iter().map(|(name, time)| {
            let message = format!("{name} {time:?} is not a time; it is kept as it is");
            let subject = format!("{} {}", self.mapping.source, text_of(value(self.key)));
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

fn text_of(value: &Sql) -> Cow<'_, str> {
    match value {
        Sql::Integer(number) => number.to_string().into(),
        Sql::Text(text) => text.as_str().into(),
        Sql::Null | Sql::Real(_) | Sql::Blob(_) => "".into(),
    }
}
