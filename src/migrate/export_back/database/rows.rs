//! The tables whose rows have one table of the store each.

use std::collections::{HashMap, HashSet};

use rusqlite::types::Value as Sql;

use super::{DatabaseBack, TableBack, theirs};
use crate::legacy::snapshot::{RawRow, Snapshot, SourceTable, TableMapping};
use crate::migrate::export_back::BackError;
use crate::migrate::import::convert::convert;
use crate::migrate::import::tables::rules;
use crate::store::{Column, OutwardWriter, Reader};

/// One table on its way back.
struct Table<'a> {
    snapshot: &'a Snapshot,
    mapping: &'a TableMapping,
    /// What a column is called there, and what it is here.
    pairs: Vec<Pair<'a>>,
    /// Which pair is the key, which make two rows one, and which names the task.
    key: usize,
    same: Vec<usize>,
    task: Option<usize>,
}

struct Pair<'a> {
    theirs: Column,
    ours: &'a Column,
    /// Where the column stands in the snapshot.
    place: usize,
    /// Our column that stands in where ours is empty, by its place among the facts.
    instead: Option<usize>,
}

pub(super) fn write(
    snapshot: &Snapshot,
    mapping: &TableMapping,
    (store, preserved, known): (&Reader<'_>, &HashSet<(String, String)>, &HashSet<String>),
    out: &OutwardWriter<'_>,
    back: &mut DatabaseBack,
) -> Result<(), BackError> {
    let Some(source) = snapshot.table(&mapping.source) else { return Ok(()) };
    let columns = store.columns(&mapping.target)?;
    let (table, names) = Table::new(snapshot, mapping, source, &columns, out)?;
    let mut ours = store.row_facts(&mapping.target, &mapping.key, &names)?;
    let mut counts = TableBack { table: mapping.source.clone(), ..TableBack::default() };
    snapshot.each_row(source, |row| -> Result<(), BackError> {
        if preserved.contains(&(source.name.clone(), row.key())) {
            counts.kept += 1;
            return Ok(());
        }
        table.existing(&row, &mut ours, out, &mut counts, back)
    })?;
    let mut new: Vec<(String, Vec<Sql>)> = ours.into_iter().collect();
    // Numbers in their order, so that the legacy counts on from the last.
    new.sort_by(|a, b| (a.0.len(), &a.0).cmp(&(b.0.len(), &b.0)));
    for (key, values) in new {
        if let Some(task) = table.task.map(|task| &values[task])
            && !matches!(task, Sql::Text(id) if known.contains(id))
        {
            back.lose(&mapping.target, "its task is none of the legacy's", &key);
            continue;
        }
        match out.add(&mapping.source, &table.whole(&values)?)? {
            None => counts.added += 1,
            Some(why) => back.lose(&mapping.target, why, &key),
        }
    }
    back.tables.push(counts);
    Ok(())
}

impl<'a> Table<'a> {
    /// The table, and the names of our columns in the order of the pairs, those that stand in after them.
    fn new(
        snapshot: &'a Snapshot,
        mapping: &'a TableMapping,
        source: &SourceTable,
        columns: &'a [Column],
        out: &OutwardWriter<'_>,
    ) -> Result<(Self, Vec<&'a str>), BackError> {
        let there = out.columns(&mapping.source)?;
        let missing = |ours: &str| BackError::Mapping(format!("{}.{ours}", mapping.target));
        let mut pairs = Vec::new();
        for (theirs, ours) in &mapping.columns {
            let ours = columns.iter().find(|column| column.name == *ours).ok_or_else(|| missing(ours))?;
            let theirs = there.iter().find(|column| column.name == *theirs);
            // A database of an earlier schema lacks the later columns.
            if let Some((theirs, place)) =
                theirs.and_then(|column| Some((column, source.column(&column.name)?)))
            {
                pairs.push(Pair { theirs: theirs.clone(), ours, place, instead: None });
            }
        }
        let mut names: Vec<&str> = pairs.iter().map(|pair| pair.ours.name.as_str()).collect();
        for (theirs, ours) in &mapping.instead {
            let column = columns.iter().find(|column| column.name == *ours).ok_or_else(|| missing(ours))?;
            if let Some(pair) = pairs.iter_mut().find(|pair| pair.theirs.name == *theirs) {
                pair.instead = Some(names.len());
                names.push(&column.name);
            }
        }
        let find =
            |ours: &str| pairs.iter().position(|pair| pair.ours.name == ours).ok_or_else(|| missing(ours));
        let key = find(&mapping.key)?;
        let same = mapping.same.iter().map(|ours| find(ours)).collect::<Result<_, _>>()?;
        let task = mapping.task.as_deref().map(find).transpose()?;
        Ok((Self { snapshot, mapping, pairs, key, same, task }, names))
    }

    /// A row that the legacy has: it stays, changes or goes.
    fn existing(
        &self,
        row: &RawRow<'_>,
        ours: &mut HashMap<String, Vec<Sql>>,
        out: &OutwardWriter<'_>,
        counts: &mut TableBack,
        back: &mut DatabaseBack,
    ) -> Result<(), BackError> {
        let key = (self.pairs[self.key].theirs.name.as_str(), &row.value(self.pairs[self.key].place));
        let read = |pair: &Pair<'_>| {
            let rules = rules(self.mapping, &pair.theirs.name);
            convert(row.value(pair.place), pair.ours, rules).map(|converted| converted.value).ok()
        };
        let name = row.text(self.pairs[self.key].place).unwrap_or_default();
        let Some(values) = ours.remove(&name) else {
            match out.remove(&self.mapping.source, key)? {
                None => counts.removed += 1,
                Some(why) => {
                    back.lose(&self.mapping.target, format!("a row that went stays there: {why}"), &name);
                }
            }
            return Ok(());
        };
        if !self.same.iter().all(|place| read(&self.pairs[*place]).as_ref() == Some(&values[*place])) {
            back.lose(&self.mapping.target, "its number is another row's there", &name);
            counts.kept += 1;
            return Ok(());
        }
        let mut changed = Vec::new();
        for (place, pair) in self.pairs.iter().enumerate() {
            if read(pair).as_ref() != Some(&values[place]) {
                changed.push((pair.theirs.name.as_str(), self.value(pair, place, &values)?));
            }
        }
        if changed.is_empty() {
            counts.kept += 1;
            return Ok(());
        }
        match out.change(&self.mapping.source, key, &changed)? {
            None => counts.changed += 1,
            Some(why) => back.lose(&self.mapping.target, why, &name),
        }
        Ok(())
    }

    /// Every column of a new row.
    fn whole(&self, values: &[Sql]) -> Result<Vec<(&str, Sql)>, BackError> {
        let columns = self.pairs.iter().enumerate();
        columns
            .map(|(place, pair)| Ok((pair.theirs.name.as_str(), self.value(pair, place, values)?)))
            .collect()
    }

    fn value(&self, pair: &Pair<'_>, place: usize, values: &[Sql]) -> Result<Sql, BackError> {
        let own = &values[place];
        let value = match pair.instead {
            Some(other) if *own == Sql::Null => &values[other],
            _ => own,
        };
        let rules = rules(self.mapping, &pair.theirs.name);
        theirs(self.snapshot.mapping(), value, &pair.theirs, rules.time, rules.values)
    }
}
