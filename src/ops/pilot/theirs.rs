//! The scripts' queue as a store of its own, in which the rows that they wrote on behalf of Fairway are Fairway's: without
//! their marks, and under Fairway's numbers.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::super::migration::sources_now;
use super::super::{Context, OpError, Result};
use crate::migrate::Watch;
use crate::migrate::import::Import;
use crate::pilot::{Mark, SIGN};
use crate::store::{Arrival, LaneChange, LaneEvent, MigrationRow, Renumbered, Store, Writer};

/// What the audit of the other store calls it; nobody reads that.
const OPERATION: &str = "pilot sync";

/// The scripts' side.
pub(super) struct Theirs {
    /// Their queue.
    pub(super) store: Store,
    /// Where it is.
    pub(super) path: PathBuf,
    /// The digest of their queue file.
    pub(super) file: String,
    /// The events that they were told.
    pub(super) told: HashSet<i64>,
    /// The events of which they were told the step on the way.
    pub(super) steps: HashSet<i64>,
    /// The rows that they number otherwise.
    pub(super) renumbered: Vec<Renumbered>,
    /// The rows of tasks that came on both sides, likewise.
    pub(super) arrivals: Vec<Renumbered>,
    _folder: TempDir,
}

/// Reads the scripts' queue as it is now.
///
/// # Errors
/// A source cannot be read, or has errors.
pub(super) fn theirs(
    context: &Context,
    migration: &MigrationRow,
    ours: &Store,
    watch: &dyn Watch,
) -> Result<Theirs> {
    let taken = sources_now(context, migration, watch)?;
    let folder = folder()?;
    let path = folder.path().join("theirs.db");
    let mut store = Store::create(&path, context.store_settings(), context.now)?;
    let import = Import {
        queue: &taken.document,
        stamp: &taken.stamp,
        snapshot: taken.snapshot.as_ref().map(|(_, snapshot)| snapshot),
        state_once: true,
        statuses: &context.config.states.allowed,
        watch,
    };
    import.run(&mut store, "import", &context.actor, context.now)?;
    let (events, arrivals, own) = ours.read(|reader| {
        let own =
            reader.rows_by(SIGN)?.into_iter().filter_map(|row| Some(Mark::split(&row.text)?.1)).collect();
        Ok::<_, OpError>((reader.lane_events()?, reader.arrivals()?, own))
    })?;
    let found = store.exchange::<_, OpError>(OPERATION, &context.actor, context.now, None, |tx| {
        let mut found = Found::default();
        found.unmark(tx, &events, &own)?;
        found.compare_arrivals(tx, &arrivals)?;
        Ok(found)
    })?;
    let Found { told, steps, renumbered, arrivals } = found;
    let file = taken.document.digest.clone();
    Ok(Theirs { store, path, file, told, steps, renumbered, arrivals, _folder: folder })
}

/// A folder that goes with its value.
pub(super) fn folder() -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix("fairway-pilot-")
        .tempdir()
        .map_err(|source| OpError::File { path: std::env::temp_dir(), source })
}

/// A copy of a store, from one moment.
pub(super) fn copy_of(context: &Context, db: &Path, name: &Path) -> Result<Store> {
    Store::open(db, context.store_settings())?.backup(name)?;
    Ok(Store::open(name, context.store_settings())?)
}

#[derive(Default)]
struct Found {
    told: HashSet<i64>,
    steps: HashSet<i64>,
    renumbered: Vec<Renumbered>,
    arrivals: Vec<Renumbered>,
}

impl Found {
    /// Takes the marks off that are of events of this store; any other is a part of a name, and so is one that came in with
    /// its row, `own`.
    fn unmark(&mut self, tx: &Writer<'_>, events: &[LaneEvent], own: &HashSet<Mark>) -> Result<()> {
        let known: HashMap<i64, &LaneEvent> = events.iter().map(|event| (event.id, event)).collect();
        let mut rows: BTreeMap<(&'static str, i64), Vec<String>> = BTreeMap::new();
        let mut steps: Vec<(i64, String)> = Vec::new();
        for row in tx.rows_by(SIGN)? {
            let Some((name, mark)) = Mark::split(&row.text) else { continue };
            if own.contains(&mark) || known.get(&mark.event).is_none_or(|event| event.pilot != mark.pilot) {
                continue;
            }
            tx.name_author(&row, name)?;
            if mark.step {
                steps.push((mark.event, row.id));
                continue;
            }
            self.told.insert(mark.event);
            // Watches have names, and what is changed in a row leaves its number.
            if row.column == "actor" && row.table != "task_watchers" {
                rows.entry((row.table, mark.event)).or_default().push(row.id);
            }
        }
        for ((table, first), numbers) in rows {
            let Some(first) = known.get(&first) else { continue };
            let of_call = events.iter().filter(|event| {
                event.call == first.call
                    && event.id >= first.id
                    && event.table == table
                    && event.change == LaneChange::New
            });
            for (theirs, event) in numbers.into_iter().zip(of_call) {
                let ours = event.key.clone();
                if ours != theirs {
                    tx.renumber(table, &theirs, &ours)?;
                }
                self.renumbered.push(Renumbered { table, ours, theirs });
            }
        }
        for (event, step) in steps {
            let into = known.get(&event).map(|event| event.key.as_str()).unwrap_or_default();
            tx.fold_step(&step, into)?;
            self.steps.insert(event);
        }
        Ok(())
    }

    /// A task gets its first row of history when either side reads the file: at another moment, and by another hand.
    fn compare_arrivals(&mut self, tx: &Writer<'_>, ours: &HashMap<String, Arrival>) -> Result<()> {
        for (task, theirs) in tx.arrivals()? {
            let Some(ours) = ours.get(&task) else { continue };
            tx.name_arrival(theirs.id, ours)?;
            if ours.id != theirs.id {
                let (ours, theirs) = (ours.id.to_string(), theirs.id.to_string());
                self.arrivals.push(Renumbered { table: "task_state_history", ours, theirs });
            }
        }
        Ok(())
    }
}
