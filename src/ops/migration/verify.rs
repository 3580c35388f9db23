//! Verifying a migration: its kept sources against the store.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use super::setting::{Setting, resolved};
use crate::legacy::yaml::version_differences;
use crate::migrate::plan::ReadPlan;
use crate::migrate::verify::{Canonical, Verify, is_changed};
use crate::migrate::{MigrateError, MigrationId, Migrations, Unwatched};
use crate::ops::{Context, Result};
use crate::store::MigrationRow;
use crate::views::MigrationVerified;

/// What somebody is given who reads the canonical states: the harness, which this room does not know.
#[derive(Debug, Clone)]
pub struct StatesWanted {
    /// The mapping's name, which is the adapter's.
    pub adapter: String,
    /// The legacy checkout, when it still has the sources of the plan; otherwise why it does not serve.
    pub checkout: std::result::Result<PathBuf, String>,
    /// The kept database.
    pub database: Option<PathBuf>,
    /// Whether there was a queue file, which may be newer than the database.
    pub has_queue: bool,
    /// The store.
    pub store: PathBuf,
}

/// The canonical states of both sides.
#[derive(Debug, Clone)]
pub struct StatesRead {
    /// The source's.
    pub source: Canonical,
    /// The store's.
    pub store: Canonical,
    /// Who read the source, in words that follow "source read by".
    pub by: String,
}

/// Reads the canonical states, or says why nobody can.
pub type StateReader<'a> = &'a dyn Fn(&StatesWanted) -> std::result::Result<StatesRead, String>;

/// Holds the kept sources of a migration, the latest unless one is named, against the store. Nothing is written.
///
/// # Errors
/// When there is no such migration, or one of its files or the store cannot be read.
pub fn verify_migration(
    context: &Context,
    id: Option<&str>,
    states: StateReader<'_>,
) -> Result<MigrationVerified> {
    let store = context.open_store()?;
    let rows = store.read(|reader| Ok::<_, crate::ops::OpError>(reader.migrations()?))?;
    let row = chosen(&rows, id)?;
    let known = || MigrateError::Unknown { id: row.id.clone(), known: Vec::new() };
    let id = MigrationId::parse(&row.id).ok_or_else(known)?;
    let folder = Migrations::of_store(&context.db).folder(&id);
    let plan = ReadPlan::read(&folder.plan())?;
    let setting = Setting::new(context, Some(&plan.adapter))?;
    let since = row.marks.get("audit_events").and_then(serde_json::Value::as_i64);
    let queue = match folder.queue() {
        Some(path) => {
            let bytes = std::fs::read(&path).map_err(MigrateError::file("read", &path))?;
            Some((bytes, path.extension().is_some_and(|extension| extension == "json")))
        }
        None => None,
    };
    let differently = queue.as_ref().map(|(bytes, _)| differently(bytes)).unwrap_or_default();
    let database = Some(folder.database()).filter(|path| path.is_file());
    let wanted = StatesWanted {
        adapter: plan.adapter.clone(),
        checkout: checkout(context, &setting, &plan),
        database: database.clone(),
        has_queue: queue.is_some(),
        store: context.db.clone(),
    };
    let settings = context.store_settings();
    let later = is_changed(&context.db, &settings.project, since).map_err(MigrateError::from)?;
    let read = if later {
        Err("work was done in the store since the migration".to_owned())
    } else {
        states(&wanted)
    };
    let (field_names, role_names): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (setting.rules.aliases.iter().cloned().collect(), setting.rules.role_names.iter().cloned().collect());
    let found = Verify {
        queue: queue.as_ref().map(|(bytes, is_json)| (bytes.as_slice(), *is_json)),
        database: database.as_deref(),
        mapping: &setting.mapping,
        store: &context.db,
        project: &settings.project,
        field_names: &field_names,
        role_names: &role_names,
        differently: &differently,
        since,
        states: read.as_ref().ok().map(|read| (&read.source, &read.store)),
    }
    .run()
    .map_err(MigrateError::from)?;
    Ok(MigrationVerified {
        id: row.id.clone(),
        sound: found.is_sound(),
        read_by: read.as_ref().ok().map(|read| read.by.clone()),
        lanes_left_out: read.err(),
        found,
    })
}

fn chosen<'r>(rows: &'r [MigrationRow], id: Option<&str>) -> Result<&'r MigrationRow> {
    let found = match id {
        Some(id) => rows.iter().find(|row| row.id == id),
        None => rows.iter().rev().find(|row| row.state == crate::store::MigrationState::Applied),
    };
    let known = || rows.iter().map(|row| row.id.clone()).collect();
    let missing = || MigrateError::Unknown { id: id.unwrap_or("(the latest)").to_owned(), known: known() };
    Ok(found.ok_or_else(missing)?)
}

/// The checkout that the plan names, when its sources are still those of the plan.
fn checkout(context: &Context, setting: &Setting, plan: &ReadPlan) -> std::result::Result<PathBuf, String> {
    let from = resolved(context, &plan.from);
    if !from.is_dir() {
        return Err(format!("{} is no checkout", from.display()));
    }
    let now = setting
        .find(context, &from)
        .and_then(|found| setting.take(found, &Unwatched))
        .and_then(|taken| Ok(taken.digests()?))
        .map_err(|error| error.to_string())?;
    match now.changes_since(&plan.sources).as_slice() {
        [] => Ok(from),
        changes => Err(changes.join("; ")),
    }
}

/// The fields, by the place of their task, that hold a scalar which the two versions of YAML read differently.
fn differently(bytes: &[u8]) -> HashSet<(usize, String)> {
    let mut found = HashSet::new();
    // A file that is no YAML was never migrated.
    let _ = version_differences(bytes, &mut |difference| found.extend(task_and_field(&difference.path)));
    found
}

/// The task and the field in a path such as `tasks[3].priority`.
fn task_and_field(path: &str) -> Option<(usize, String)> {
    let (_, rest) = path.split_once('[')?;
    let (place, rest) = rest.split_once(']')?;
    let field = rest.strip_prefix('.')?.split(['.', '[', ':']).next()?;
    Some((place.parse().ok()?, field.to_owned()))
}
