//! The legacy's own form of the queue, written from the store into a checkout of the legacy.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::import::rules;
use super::{Context, OpError, Result, write_document};
use crate::git::Repository;
use crate::legacy::queue::{self, Format, QueueDocument};
use crate::legacy::snapshot::{Mapping, Snapshot};
use crate::migrate::export_back::BackError;
use crate::migrate::export_back::database::{self, DatabaseBack};
use crate::migrate::export_back::definitions::left_behind;
use crate::migrate::export_back::state::{self, States};
use crate::migrate::export_back::yaml::{Edited, edit};
use crate::migrate::import::{Import, ImportError, SourceStamp};
use crate::migrate::plan::ReadPlan;
use crate::migrate::{Migrations, Unwatched};
use crate::model::Definition;
use crate::policy::{Reason, Refusal};
use crate::store::{Outward, Reader, Store};
use crate::views::{ExportedBack, FileBack};

/// How a place says that it is in the git directory.
const IN_GIT: &str = "git:";

/// What goes back.
#[derive(Debug, Clone)]
pub struct ExportBackRequest {
    /// The checkout of the legacy, or an empty folder.
    pub dir: PathBuf,
    /// The queue file as it was imported; without it the one that the latest migration keeps.
    pub queue: Option<PathBuf>,
    /// The database as it was imported; without it, and without a queue file, the one that the latest migration keeps.
    pub database: Option<PathBuf>,
    /// Whether only the list of what would be written is wanted.
    pub dry_run: bool,
}

/// Writes queue file and database of the legacy from the store, or says what would be written. Both are as they were imported
/// but for what has changed in the store since.
///
/// # Errors
/// When a source cannot be read, when the file cannot be edited safely, when something else stands in the place of what would be
/// written. Then nothing was written.
pub fn export_back(context: &Context, request: &ExportBackRequest) -> Result<ExportedBack> {
    let Sources { queue: queue_path, database: database_path, adapter } = sources(context, request)?;
    let (_, mapping) = super::mapping::mapping(context, adapter.as_deref()).map_err(ImportError::from)?;
    let bytes = std::fs::read(&queue_path).map_err(|error| file_error(&queue_path, error))?;
    let name = queue_path.display().to_string();
    let queue = queue::parse(&name, &bytes, Format::of(&queue_path), &rules(context));
    let snapshot = database_path.as_deref().map(|path| Snapshot::open(path, mapping.clone()));
    let snapshot = snapshot.transpose().map_err(BackError::from)?;
    let base = imported(context, &queue, &queue_path, snapshot.as_ref())?;
    let here = context.read(Standing::read)?;
    let edited = edited(context, &mapping, (&name, &bytes), &queue, &base.states, &here.states)?;
    let mut lost = left_behind(&base.definitions, &here.definitions);
    let folder = TempDir::new().map_err(|error| file_error(&request.dir, error))?;
    let rows = match &snapshot {
        Some(snapshot) => Some(rows(context, snapshot, &folder.path().join("queue.db"))?),
        None => None,
    };
    lost.extend(rows.iter().flat_map(|(_, back)| back.lost.clone()));

    let places = Places::new(&request.dir, &mapping, &queue_path);
    let mut files = vec![queue_file(&places.queue, &bytes, &edited.bytes)?];
    if let (Some(snapshot), Some((copy, back))) = (&snapshot, &rows) {
        files.push(database_file(&places.database, snapshot, copy, back)?);
    }
    if !request.dry_run {
        if let Some((copy, _)) = &rows {
            make_folder(&places.database)?;
            copy.copy_to(&places.database)?;
        }
        make_folder(&places.queue)?;
        write_document(&places.queue, &String::from_utf8_lossy(&edited.bytes))?;
    }
    let tables = rows.map(|(_, back)| back.tables).unwrap_or_default();
    Ok(ExportedBack { written: !request.dry_run, files, changes: edited.edits, tables, lost })
}

/// The sources as they were imported.
struct Sources {
    queue: PathBuf,
    database: Option<PathBuf>,
    /// The mapping that the migration took, when it was one.
    adapter: Option<String>,
}

/// Those that were named, else those of the latest migration.
fn sources(context: &Context, request: &ExportBackRequest) -> Result<Sources> {
    if let Some(queue) = &request.queue {
        return Ok(Sources { queue: queue.clone(), database: request.database.clone(), adapter: None });
    }
    let migrations = Migrations::of_store(&context.db);
    let folder = context.open_store()?.read(|reader| migrations.latest(&reader))?;
    let kept = folder.as_ref().and_then(|folder| Some((folder, folder.queue()?)));
    let Some((folder, queue)) = kept else {
        let message = "no migration that keeps a queue file is applied";
        let hint = "give the file as it was imported with --queue, and the database with --database";
        return Err(Refusal::new(Reason::Usage, message).hint(hint).into());
    };
    let kept = Some(folder.database()).filter(|database| database.is_file());
    let adapter = Some(ReadPlan::read(&folder.plan())?.adapter);
    Ok(Sources { queue, database: request.database.clone().or(kept), adapter })
}

/// Where the tasks of a store stand, and what they are.
struct Standing {
    states: States,
    definitions: Vec<Definition>,
}

impl Standing {
    fn read(reader: Reader<'_>) -> Result<Self> {
        Ok(Self { states: reader.states()?, definitions: reader.definitions()? })
    }
}

/// Where the store would stand if nothing had happened since the import.
fn imported(
    context: &Context,
    queue: &QueueDocument,
    path: &Path,
    snapshot: Option<&Snapshot>,
) -> Result<Standing> {
    let folder = TempDir::new().map_err(|error| file_error(path, error))?;
    let mut store = Store::create(&folder.path().join("base.db"), context.store_settings(), context.now)?;
    let stamp = SourceStamp::look(path).with_digest(&queue.digest);
    let import = Import {
        queue,
        stamp: &stamp,
        snapshot,
        state_once: true,
        statuses: &context.config.states.allowed,
        watch: &Unwatched,
    };
    import.run(&mut store, "import", &context.actor, context.now)?;
    store.read(Standing::read)
}

/// The queue file with what changed.
fn edited(
    context: &Context,
    mapping: &Mapping,
    (name, bytes): (&str, &[u8]),
    queue: &QueueDocument,
    base: &States,
    states: &States,
) -> Result<Edited> {
    let known = state::of_file(queue);
    let here = states.iter().filter(|(id, _)| known.contains_key(*id));
    let changes = state::changes(mapping, base, here.map(|(id, state)| (id.as_str(), state)))?;
    let keys = state::keys(mapping, &rules(context).aliases);
    Ok(edit(name, bytes, &keys, &changes).map_err(BackError::from)?)
}

/// A copy of the imported database, brought to the state of the store.
fn rows(context: &Context, snapshot: &Snapshot, copy: &Path) -> Result<(Outward, DatabaseBack)> {
    snapshot.copy_to(copy).map_err(BackError::from)?;
    let mut outward = Outward::open(copy)?;
    let statuses = &context.config.states.allowed;
    let back = context.read(|reader| Ok(database::write(snapshot, &reader, statuses, &mut outward)?))?;
    Ok((outward, back))
}

/// Where the legacy has its files.
struct Places {
    queue: PathBuf,
    database: PathBuf,
}

impl Places {
    fn new(dir: &Path, mapping: &Mapping, queue: &Path) -> Self {
        let place = |named: &Option<String>, other: &str| match named {
            Some(name) => match name.strip_prefix(IN_GIT) {
                Some(rest) => git_folder(dir).join(rest),
                None => dir.join(name),
            },
            None => dir.join(other),
        };
        let name = queue.file_name().map_or_else(|| "queue.yaml".into(), |name| name.to_string_lossy());
        Self {
            queue: place(&mapping.sources.queue, &name),
            database: place(&mapping.sources.database, "queue.db"),
        }
    }
}

fn git_folder(dir: &Path) -> PathBuf {
    let found =
        dir.join(".git").exists().then(|| Repository::discover(dir).and_then(|found| found.checkouts()).ok());
    found.flatten().map_or_else(|| dir.join(".git"), |checkouts| checkouts.common_dir)
}

/// Whether the queue file may be written there: only over itself.
fn queue_file(place: &Path, old: &[u8], new: &[u8]) -> Result<FileBack> {
    let there = match std::fs::read(place) {
        Ok(there) => Some(there),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(file_error(place, error)),
    };
    if there.as_deref().is_some_and(|there| there != old && there != new) {
        return Err(in_the_way(place));
    }
    Ok(FileBack { path: place.to_owned(), changed: there.as_deref() != Some(new), same: old == new })
}

/// Likewise the database: what counts is its rows.
fn database_file(place: &Path, snapshot: &Snapshot, copy: &Outward, back: &DatabaseBack) -> Result<FileBack> {
    let same = back.tables.iter().all(|table| (table.changed, table.added, table.removed) == (0, 0, 0));
    let mut changed = true;
    // An empty one is what a full disk, or somebody who only opened it, left.
    if place.metadata().is_ok_and(|meta| meta.len() > 0) {
        let digest = |path: &Path| -> std::result::Result<String, BackError> {
            Ok(Snapshot::open(path, snapshot.mapping().clone())?.digest()?)
        };
        let (there, new) = (digest(place)?, digest(copy.path())?);
        if there != new && there != snapshot.digest().map_err(BackError::from)? {
            return Err(in_the_way(place));
        }
        changed = there != new;
    }
    Ok(FileBack { path: place.to_owned(), changed, same })
}

fn in_the_way(place: &Path) -> OpError {
    BackError::InTheWay(place.to_owned()).into()
}

fn make_folder(place: &Path) -> Result<()> {
    let folder = place.parent().unwrap_or(place);
    std::fs::create_dir_all(folder).map_err(|error| file_error(folder, error))
}

fn file_error(path: &Path, source: std::io::Error) -> OpError {
    OpError::File { path: path.to_owned(), source }
}
