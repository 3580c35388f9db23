//! Reads the canonical state as an adapter says: out of the database, out of files, or out of both.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use crate::adapter::{Adapter, StateFile, StateSection, StateSource};
use crate::observation::{QueueState, StateSchema};
use crate::operation::FieldType;
use crate::sandbox::Stamp;

use super::SystemError;
use super::database::Database;

/// Reads every section, below the main checkout. `other` is a database to read instead of the checkout's own.
pub(crate) fn read(
    checkout: &Path,
    other: Option<&Path>,
    adapter: &Adapter,
    schema: &StateSchema,
) -> Result<QueueState, SystemError> {
    let queries = adapter.state.iter().any(|section| matches!(section.source, StateSource::Query(_)));
    let database = adapter.files.database.as_ref().filter(|_| queries);
    // All queries see one moment.
    let database = database.map(|path| other.map_or_else(|| checkout.join(path), Path::to_owned));
    let database = database.map(|path| Database::open(&path)).transpose()?;
    let mut state = QueueState::default();
    for section in &adapter.state {
        let Some(declared) = schema.get(&section.name) else { continue };
        let mut raw = match &section.source {
            StateSource::Query(sql) => {
                let database = database.as_ref().ok_or(SystemError::NotSaid("where the database is"))?;
                database.rows(&section.name, sql, |column| {
                    let field = declared.columns.iter().find(|field| field.name == column);
                    matches!(field.map(|field| &field.kind), Some(FieldType::Json | FieldType::List { .. }))
                })?
            }
            StateSource::File(file) => rows(checkout, section, file)?,
        };
        for row in &mut raw {
            rename(row, section);
        }
        state.sections.insert(section.name.clone(), declared.rows(&raw)?);
    }
    Ok(state)
}

/// What tells that the state was written: that of the database, its log and its journal, and of every file. Those that
/// are equal and not young are of one content.
pub(super) fn stamps(checkout: &Path, adapter: &Adapter) -> Vec<Option<Stamp>> {
    let database = adapter.files.database.iter();
    let database = database.flat_map(|path| ["", "-wal", "-journal"].map(|end| format!("{path}{end}")));
    let files = adapter.state.iter().filter_map(|section| match &section.source {
        StateSource::File(file) => Some(file.path.clone()),
        StateSource::Query(_) => None,
    });
    let paths = database.chain(files).map(|path| checkout.join(path));
    paths.map(|path| fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata))).collect()
}

fn rows(checkout: &Path, section: &StateSection, file: &StateFile) -> Result<Vec<Value>, SystemError> {
    let path = checkout.join(&file.path);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound && file.optional => return Ok(Vec::new()),
        read => read.map_err(|source| SystemError::File { path, source })?,
    };
    file.rows(&text).map_err(|source| SystemError::StateFile {
        section: section.name.clone(),
        file: file.path.clone(),
        source,
    })
}

/// Puts the canonical values in place of the queue's own.
fn rename(row: &mut Value, section: &StateSection) {
    for (column, values) in &section.values {
        let mapped = row.get(column).and_then(Value::as_str).and_then(|text| values.of(text)).cloned();
        if let (Some(mapped), Some(cell)) = (mapped, row.get_mut(column)) {
            *cell = mapped;
        }
    }
}
