//! The store as a file: migrate, back up, export, check.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::{Context, Result};
use crate::migrate::import::SOURCE_ENVELOPE;
use crate::model::Task;
use crate::store::{POSTGRES_SCHEMA, Reader, Store, StoreError, VERSION, postgres_ddl};
use crate::views::{
    BackupMade, Compatibility, ExportFormat, ExportShape, Exported, MigrationPlan, StoreChecked,
};

/// What an export looks like.
#[derive(Debug, Default)]
pub struct ExportRequest {
    /// The form of the document.
    pub format: ExportFormat,
    /// What stands at its top.
    pub shape: ExportShape,
}

/// Brings the store to this Fairway's schema, or says what that would do.
///
/// # Errors
/// When the store is missing, is no store, or is newer than this Fairway.
pub fn migrate(context: &Context, dry_run: bool) -> Result<MigrationPlan> {
    let path = &context.db;
    let migrations =
        if dry_run { Store::pending_migrations(path)? } else { Store::migrate(path, context.now)? };
    Ok(MigrationPlan { schema: VERSION, applied: !dry_run, migrations })
}

/// Copies the store to `path`, or to a file named by the moment beside it. The definitions are read again before, as
/// for any other verb.
///
/// # Errors
/// When the file exists, or cannot be written.
pub fn backup(context: &Context, path: Option<&Path>) -> Result<BackupMade> {
    let path = path.map_or_else(|| default_backup(context), Path::to_owned);
    Ok(BackupMade(context.open()?.backup(&path)?))
}

fn default_backup(context: &Context) -> PathBuf {
    let stamp = context.now.to_seconds().replace([':', '-'], "");
    let folder = context.db.parent().unwrap_or(Path::new("."));
    folder.join("backups").join(format!("state-{stamp}.db"))
}

/// Everything in the store. Fields of the source that Fairway does not know are in `extra`, what stood in it beside
/// the tasks is in `envelope`.
///
/// # Errors
/// When the store cannot be read.
pub fn export(context: &Context, request: &ExportRequest) -> Result<Exported> {
    context.read(|reader| {
        let mut document = Map::new();
        document.insert("schema".to_owned(), json!("fairway-export/1"));
        document.insert("store_schema".to_owned(), json!(VERSION));
        document.insert("project".to_owned(), json!(context.config.fairway.project_name));
        document.insert("exported_at".to_owned(), json!(context.now));
        document.insert("envelope".to_owned(), envelope(&reader)?);
        let mut tables = reader.dump()?;
        if request.shape == ExportShape::Task {
            document.insert("tasks".to_owned(), tasks(&reader)?);
            tables.retain(|name, _| !OF_A_TASK.contains(&name.as_str()));
        }
        document.extend(tables);
        Ok(Exported { document, format: request.format })
    })
}

/// The tables whose rows make up a task.
const OF_A_TASK: [&str; 3] = ["task_definitions", "task_dependencies", "task_state"];

fn tasks(reader: &Reader<'_>) -> Result<Value> {
    let mut states = reader.states()?;
    let definitions = reader.definitions()?.into_iter();
    let tasks = definitions.map(|definition| {
        let state = states.remove(&definition.id).unwrap_or_default();
        json!(Task { definition, state })
    });
    Ok(tasks.collect())
}

/// Everything that is wrong with the store.
///
/// # Errors
/// When it cannot be opened or read at all.
pub fn check(context: &Context) -> Result<StoreChecked> {
    context.open_store()?.read(|reader| {
        let findings = reader.check(&context.config.states.allowed)?;
        Ok(StoreChecked { store: context.db.clone(), tasks: reader.task_ids()?.len(), findings })
    })
}

/// What stood in the source beside its tasks; an empty object when nothing did.
fn envelope(reader: &Reader<'_>) -> Result<Value> {
    let Some(text) = reader.setting(SOURCE_ENVELOPE)? else { return Ok(json!({})) };
    let bad = || StoreError::BadValue {
        table: "store_settings",
        column: "value",
        row: SOURCE_ENVELOPE.to_owned(),
        value: text.clone(),
        expected: "a JSON object",
    };
    Ok(serde_json::from_str(&text).map_err(|_| bad())?)
}

/// How the store would look in PostgreSQL. The definitions are read again before, as for any other verb.
///
/// # Errors
/// When the store cannot be opened.
pub fn postgres_compat(context: &Context) -> Result<Compatibility> {
    let shape = context.read(|reader| Ok(reader.shape()?))?;
    let ddl = postgres_ddl(&shape);
    Ok(Compatibility {
        backend: "postgres",
        schema: POSTGRES_SCHEMA,
        tables: shape.tables,
        indexes: ddl.indexes,
        append_only: ddl.append_only,
        left_out: ddl.left_out,
        ddl: ddl.text,
    })
}
