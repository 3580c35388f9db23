//! Brings both sides together: what is the scripts' comes in, what is Fairway's is told, and then both are compared.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use fairway_parity::library::{Library, Systems};
use tempfile::TempDir;

use super::super::migration::sources_now;
use super::super::{Context, OpError, Result};
use super::telling::{Sides, Telling};
use super::theirs::{Theirs, copy_of, folder, theirs};
use super::{Held, names, turn};
use crate::legacy::snapshot::MarkedField;
use crate::migrate::Watch;
use crate::migrate::import::SOURCE_DIGEST;
use crate::migrate::verify::{LaneDigest, lane_digests};
use crate::pilot::{Difference, PilotError, Project, Teller, canonical, differences};
use crate::store::{Holder, MigrationRow, NewSync, Renumbered, Store, Writer};

/// How often what other calls wrote meanwhile is told, before it is left to the next sync.
const ROUNDS: usize = 50;
/// How often both sides are read again while their queue file changes.
const TRIES: usize = 3;
/// What the audit calls it.
const OPERATION: &str = "pilot sync";

/// Both sides, and whoever tells.
pub(super) struct Engine<'a> {
    pub(super) context: &'a Context,
    project: &'a Project,
    systems: Systems,
    migration: MigrationRow,
    watch: &'a dyn Watch,
}

/// Both sides at one moment.
pub(super) struct Round {
    /// A copy of the store.
    ours: Store,
    ours_path: PathBuf,
    /// The scripts'.
    pub(super) theirs: Theirs,
    folder: TempDir,
}

/// What came of bringing both sides together.
#[derive(Debug, Default)]
pub(super) struct Converged {
    /// The commands that the scripts were given.
    pub(super) told: Vec<String>,
    /// How many rows came in.
    pub(super) brought: usize,
    /// How many events the scripts do not know of yet.
    pub(super) pending: usize,
    /// Both sides' digests, lane by lane.
    pub(super) lanes: Vec<LaneDigest>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        context: &'a Context,
        project: &'a Project,
        migration: MigrationRow,
        watch: &'a dyn Watch,
    ) -> Result<Self> {
        let systems = Library::systems(Some(project.root())).map_err(OpError::Adapters)?;
        Ok(Self { context, project, systems, migration, watch })
    }

    /// Whoever tells the scripts.
    ///
    /// # Errors
    /// There is no such adapter, or its mapping names no field for marks.
    pub(super) fn teller(&self) -> Result<Teller<'_>> {
        let name = &self.project.legacy.adapter;
        let adapter = self.systems.adapter(name);
        let adapter = adapter.ok_or_else(|| PilotError::Command(format!("there is no adapter `{name}`")))?;
        Ok(Teller { adapter, checkout: self.project.root().to_owned() })
    }

    /// Whether the scripts' rows have room for marks.
    ///
    /// # Errors
    /// [`PilotError::NoMark`].
    pub(super) fn check_marks(&self) -> Result<()> {
        let (name, mapping) = super::super::mapping::mapping(self.context, None)
            .map_err(crate::migrate::import::ImportError::from)?;
        match mapping.told.map(|told| told.mark) {
            Some(MarkedField::Actor) => Ok(()),
            None => Err(PilotError::NoMark(name).into()),
        }
    }

    /// Keeps the scripts' queue as it is now, beside the store.
    ///
    /// # Errors
    /// When a source cannot be read or a copy not be written.
    pub(super) fn keep_theirs(&self, place: &Path) -> Result<()> {
        let taken = sources_now(self.context, &self.migration, self.watch)?;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpError::File { path, source }
        };
        if let Some(file) = &taken.queue {
            let name = file.place.path.file_name().unwrap_or_default();
            let path = place.join(name);
            std::fs::write(&path, &file.bytes).map_err(failed(&path))?;
        }
        if let Some((_, snapshot)) = &taken.snapshot {
            snapshot.copy_to(&place.join("queue.db")).map_err(crate::migrate::import::ImportError::from)?;
        }
        Ok(())
    }

    /// Both sides as they are.
    ///
    /// # Errors
    /// When a side cannot be read.
    pub(super) fn round(&self) -> Result<Round> {
        // Both sides have the tasks of the same file, unless somebody writes it all the time.
        let mut round = self.one_round()?;
        for _ in 1..TRIES {
            let read = round.ours.read(|reader| reader.setting(SOURCE_DIGEST))?;
            if read.is_none_or(|read| read == round.theirs.file) {
                break;
            }
            round = self.one_round()?;
        }
        Ok(round)
    }

    fn one_round(&self) -> Result<Round> {
        drop(self.context.open()?);
        let folder = folder()?;
        let ours_path = folder.path().join("ours.db");
        let ours = copy_of(self.context, &self.context.db, &ours_path)?;
        let theirs = theirs(self.context, &self.migration, &ours, self.watch)?;
        Ok(Round { ours, ours_path, theirs, folder })
    }

    /// The scripts' side as it was, and the store as it is now.
    fn again(&self, round: Round) -> Result<Round> {
        let ours_path = round.folder.path().join("ours-again.db");
        let ours = copy_of(self.context, &self.context.db, &ours_path)?;
        Ok(Round { ours, ours_path, ..round })
    }

    /// What is to be told.
    ///
    /// # Errors
    /// When a side cannot be read.
    pub(super) fn telling(round: &Round, held: &[Held], skipped: &HashSet<i64>) -> Result<Telling> {
        round.ours.read(|ours| Sides { ours: &ours, theirs: &round.theirs, held, skipped }.telling())
    }

    /// How both sides differ, and their digests.
    ///
    /// # Errors
    /// When a side cannot be read.
    pub(super) fn compare(&self, round: &Round) -> Result<(Vec<Difference>, Vec<LaneDigest>)> {
        let read = |path| canonical(&self.systems, self.project.root(), path);
        let (theirs, ours) = (read(&round.theirs.path)?, read(&round.ours_path)?);
        Ok((differences(&theirs, &ours), lane_digests(&theirs, &ours)))
    }

    /// What is wrong in the lanes that are held: what differs, and nothing that is still to be told explains.
    ///
    /// # Errors
    /// When a side cannot be read.
    pub(super) fn unexplained(
        &self,
        round: &Round,
        held: &[Held],
        telling: &Telling,
    ) -> Result<Vec<Difference>> {
        let ours = |difference: &Difference| held.iter().any(|held| held.lane == difference.lane);
        let (mut found, _) = self.compare(round)?;
        found.retain(|difference| ours(difference) && !telling.explains(difference));
        Ok(found)
    }

    /// What both sides would disagree on after the other lanes came in; nothing is written.
    ///
    /// # Errors
    /// When a side cannot be read.
    pub(super) fn look(&self, held: &[Held]) -> Result<(Telling, Vec<Difference>)> {
        let mut round = self.round()?;
        let Round { ours, theirs, .. } = &mut round;
        bring(ours, self.context, theirs, &names(held))?;
        let telling = Self::telling(&round, held, &HashSet::new())?;
        let (mut found, _) = self.compare(&round)?;
        found.retain(|difference| !telling.explains(difference));
        Ok((telling, found))
    }

    /// Brings both sides together. Killed at any moment, the same call again ends the same: what was told is not told twice.
    ///
    /// # Errors
    /// [`PilotError::Untold`] before anything is told; [`PilotError::Mismatch`] and [`PilotError::Refused`], which pause
    /// the lanes; when a side cannot be read or written.
    pub(super) fn converge(&self, held: &[Held], write: bool) -> Result<Converged> {
        let teller = self.teller()?;
        if write && !held.is_empty() {
            self.check_marks()?;
        }
        teller.refresh(self.context.now)?;
        let (mut done, mut open) = (Converged::default(), None);
        for _ in 0..ROUNDS {
            if let Some(round) = self.tell_open(&teller, held, write, &mut done)? {
                let mut store = self.context.open_store()?;
                done.brought += bring(&mut store, self.context, &round.theirs, &names(held))?;
                let after = self.again(round)?;
                let telling = Self::telling(&after, held, &HashSet::new())?;
                let (mut found, lanes) = self.compare(&after)?;
                found.retain(|difference| !telling.explains(difference));
                if !found.is_empty() {
                    return Err(self.stop(held, apart(held, &found), write, &done));
                }
                if write && telling.pending > 0 {
                    open = telling.first;
                    continue;
                }
                (done.pending, done.lanes) = (telling.pending, lanes);
                self.record(&done, write, None)?;
                return Ok(done);
            }
        }
        let open = open.unwrap_or_else(|| "numbers of a task's first row".to_owned());
        Err(PilotError::Restless { rounds: ROUNDS, open }.into())
    }

    /// Tells what is open. Answers the sides once nothing is.
    fn tell_open(
        &self,
        teller: &Teller<'_>,
        held: &[Held],
        write: bool,
        done: &mut Converged,
    ) -> Result<Option<Round>> {
        let round = self.round()?;
        if !round.theirs.arrivals.is_empty() {
            let mut store = self.context.open_store()?;
            renumber(&mut store, self.context, &round.theirs.arrivals)?;
            return Ok(None);
        }
        let telling = Self::telling(&round, held, &HashSet::new())?;
        let found = self.unexplained(&round, held, &telling)?;
        if !found.is_empty() {
            return Err(self.stop(held, apart(held, &found), write, done));
        }
        if !write {
            return Ok(Some(round));
        }
        if !telling.untold.is_empty() {
            return Err(PilotError::Untold(telling.untold).into());
        }
        if telling.tells.is_empty() {
            return Ok(Some(round));
        }
        for (_, tell) in &telling.tells {
            match teller.tell(tell) {
                Ok(()) => done.told.push(teller.command(tell)?),
                Err(error) => return Err(self.stop(held, error, write, done)),
            }
        }
        Ok(None)
    }

    /// Pauses the lanes, and writes down why.
    fn stop(&self, held: &[Held], error: PilotError, write: bool, done: &Converged) -> OpError {
        let pauses = matches!(error, PilotError::Mismatch(_) | PilotError::Refused { .. });
        let open: Vec<Held> = held.iter().filter(|held| held.holder == Holder::Fairway).cloned().collect();
        let cause = error.to_string();
        let written = self.record(done, write, Some(cause.clone())).and_then(|()| {
            if pauses && !open.is_empty() {
                turn(self.context, "pilot pause", &open, Holder::Nobody, &cause)?;
            }
            Ok(())
        });
        // That the lanes could not be paused is the worse of the two.
        written.err().unwrap_or_else(|| error.into())
    }

    fn record(&self, done: &Converged, write: bool, cause: Option<String>) -> Result<()> {
        let sync = NewSync {
            write_legacy: write,
            told: done.told.len(),
            brought: done.brought,
            pending: done.pending,
            cause,
        };
        let mut store = self.context.open_store()?;
        store.write(OPERATION, &self.context.actor, self.context.now, |tx| {
            Ok::<_, OpError>(tx.add_sync(&sync)?)
        })
    }
}

/// That both sides differ, as an error.
pub(super) fn apart(held: &[Held], found: &[Difference]) -> PilotError {
    let found = found.iter().map(ToString::to_string).collect();
    if held.is_empty() { PilotError::Apart(found) } else { PilotError::Mismatch(found) }
}

/// Brings every lane in but those that are held, in one transaction.
fn bring(store: &mut Store, context: &Context, theirs: &Theirs, held: &[String]) -> Result<usize> {
    store.exchange(OPERATION, &context.actor, context.now, Some(&theirs.path), |tx| {
        bring_within(tx, theirs, held)
    })
}

/// Likewise, within a transaction that has the scripts' queue at hand.
pub(super) fn bring_within(tx: &Writer<'_>, theirs: &Theirs, held: &[String]) -> Result<usize> {
    renumber_within(tx, &theirs.arrivals)?;
    Ok(tx.bring_lanes(held)?)
}

fn renumber(store: &mut Store, context: &Context, rows: &[Renumbered]) -> Result<()> {
    store.exchange(OPERATION, &context.actor, context.now, None, |tx| renumber_within(tx, rows))
}

/// Gives rows of ours the numbers that the scripts give them.
pub(super) fn renumber_within(tx: &Writer<'_>, rows: &[Renumbered]) -> Result<()> {
    for Renumbered { table, ours, theirs } in rows.iter().filter(|row| row.ours != row.theirs) {
        tx.renumber(table, ours, theirs)?;
    }
    Ok(())
}
