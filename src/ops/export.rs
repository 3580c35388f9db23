//! The store as one document.
//!
//! The document is serialised while its rows are read: into a file it goes as it comes, whatever the size of the store.

use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::document::write_document_as_it_comes;
use super::{Context, OpError, Result};
use crate::migrate::import::SOURCE_ENVELOPE;
use crate::model::Task;
use crate::store::{Reader, StoreError, Trouble, VERSION};
use crate::views::{ExportFormat, ExportShape, ExportWritten, Exported};

/// What an export looks like.
#[derive(Debug, Default)]
pub struct ExportRequest {
    /// The form of the document.
    pub format: ExportFormat,
    /// What stands at its top.
    pub shape: ExportShape,
}

/// Everything in the store. Fields of the source that Fairway does not know are in `extra`, what stood in it beside
/// the tasks is in `envelope`.
///
/// # Errors
/// When the store cannot be read.
pub fn export(context: &Context, request: &ExportRequest) -> Result<Exported> {
    context.read(|reader| whole(context, reader, request))
}

/// The JSON document as text, which takes a fraction of the memory that [`export`] does. It is whole before anybody sees
/// any of it.
///
/// # Errors
/// When the store cannot be read.
pub fn export_text(context: &Context, shape: ExportShape) -> Result<String> {
    context.read(|reader| {
        let trouble = Trouble::default();
        let document = Document::new(context, reader, shape, &trouble)?;
        let text = serde_json::to_string_pretty(&document);
        text.map(|text| text + "\n").map_err(|error| unreadable(context, &trouble, error))
    })
}

/// Writes everything in the store to a file, which is replaced as a whole.
///
/// # Errors
/// When the store cannot be read, or the file cannot be written.
pub fn export_to(context: &Context, request: &ExportRequest, path: PathBuf) -> Result<ExportWritten> {
    let tasks = context.read(|reader| match request.format {
        ExportFormat::Json => write_json(context, reader, request, &path),
        ExportFormat::Yaml => {
            let exported = whole(context, reader, request)?;
            super::write_document(&path, &exported.to_text())?;
            Ok(exported.tasks())
        }
    })?;
    Ok(ExportWritten { tasks, path })
}

fn whole(context: &Context, reader: Reader<'_>, request: &ExportRequest) -> Result<Exported> {
    let trouble = Trouble::default();
    let document = Document::new(context, reader, request.shape, &trouble)?;
    match serde_json::to_value(&document) {
        Ok(Value::Object(document)) => Ok(Exported { document, format: request.format }),
        Ok(_) => Ok(Exported { document: Map::new(), format: request.format }),
        Err(error) => Err(unreadable(context, &trouble, error)),
    }
}

/// What kept the store from being serialised.
fn unreadable(context: &Context, trouble: &Trouble, error: serde_json::Error) -> OpError {
    let file = || OpError::File { path: context.db.clone(), source: error.into() };
    trouble.take().map_or_else(file, OpError::from)
}

fn write_json(context: &Context, reader: Reader<'_>, request: &ExportRequest, path: &Path) -> Result<usize> {
    let trouble = Trouble::default();
    let document = Document::new(context, reader, request.shape, &trouble)?;
    write_document_as_it_comes(path, |out| {
        serde_json::to_writer_pretty(&mut *out, &document)?;
        out.write_all(b"\n")
    })
    .map_err(|error| trouble.take().map_or(error, OpError::from))?;
    Ok(document.tasks.get())
}

/// The tables whose rows make up a task.
const OF_A_TASK: [&str; 3] = ["task_definitions", "task_dependencies", "task_state"];

/// The document, which reads the store while it is serialised.
struct Document<'a> {
    head: Map<String, Value>,
    reader: Reader<'a>,
    shape: ExportShape,
    trouble: &'a Trouble,
    /// How many tasks were in it, once it has been serialised.
    tasks: Cell<usize>,
}

impl<'a> Document<'a> {
    fn new(context: &Context, reader: Reader<'a>, shape: ExportShape, trouble: &'a Trouble) -> Result<Self> {
        let fields = [
            ("schema", json!("fairway-export/1")),
            ("store_schema", json!(VERSION)),
            ("project", json!(context.config.fairway.project_name)),
            ("exported_at", json!(context.now)),
            ("envelope", envelope(&reader)?),
        ];
        let head = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Self { head, reader, shape, trouble, tasks: Cell::new(0) })
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.head {
            map.serialize_entry(name, value)?;
        }
        let by_task = self.shape == ExportShape::Task;
        if by_task {
            map.serialize_entry("tasks", &Tasks(self))?;
        }
        for rows in self.reader.tables(self.trouble) {
            if by_task && OF_A_TASK.contains(&rows.table) {
                continue;
            }
            map.serialize_entry(rows.table, &rows)?;
            if rows.table == "task_definitions" {
                self.tasks.set(rows.count());
            }
        }
        map.end()
    }
}

/// Each task as one object.
struct Tasks<'a>(&'a Document<'a>);

impl Serialize for Tasks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Document { reader, trouble, tasks, .. } = self.0;
        let mut list = serializer.serialize_seq(None)?;
        let (mut failed, mut count) = (None, 0);
        let read = reader.states().and_then(|mut states| {
            reader.each_task(|definition| {
                let state = states.remove(&definition.id).unwrap_or_default();
                if failed.is_none() {
                    failed = list.serialize_element(&Task { definition, state }).err();
                }
                count += 1;
            })
        });
        tasks.set(count);
        if let Err(error) = read {
            let text = error.to_string();
            trouble.replace(Some(error));
            return Err(S::Error::custom(text));
        }
        failed.map_or_else(|| list.end(), Err)
    }
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
