//! Workflow regression packs.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::legacy::packs::{Catalog, Pack, shown};
use crate::model::Diagnostic;
use crate::ui::{Page, Table, View};

/// The packs of a catalogue, in its order.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PackList {
    /// The file.
    pub catalog: String,
    /// The packs.
    pub packs: Vec<PackLine>,
}

/// One of them. A field that the file leaves out is null; what it says is kept as it is.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PackLine {
    /// Its name.
    pub id: Value,
    /// One line.
    pub title: Value,
    /// The role that answers for it.
    pub owner: Value,
    /// Where it blocks: a boolean, or a map from environment to boolean.
    pub blocking: Value,
}

impl From<&Catalog> for PackList {
    fn from(catalog: &Catalog) -> Self {
        let field = |pack: &Pack, key| pack.get(key).map_or(Value::Null, shown);
        let line = |pack| PackLine {
            id: field(pack, "id"),
            title: field(pack, "title"),
            owner: field(pack, "owner"),
            blocking: field(pack, "blocking"),
        };
        Self { catalog: catalog.file.clone(), packs: catalog.packs.iter().map(line).collect() }
    }
}

impl View for PackList {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["ID", "OWNER", "BLOCKING", "TITLE"]);
        for pack in &self.packs {
            let (id, owner, title) = (text(&pack.id), text(&pack.owner), text(&pack.title));
            table.row([Some(&id), Some(&owner), Some(&blocking(&pack.blocking)), Some(&title)]);
        }
        page.table(table, "(no packs)");
    }
}

/// The environments in which a pack blocks, `all`, or `none`.
fn blocking(value: &Value) -> String {
    match value {
        Value::Bool(true) => "all".to_owned(),
        Value::Null | Value::Bool(false) => "none".to_owned(),
        Value::Object(map) => {
            let on = map.iter().filter(|(_, on)| **on == Value::Bool(true)).map(|(name, _)| name.as_str());
            let on: Vec<&str> = on.collect();
            if on.is_empty() { "none".to_owned() } else { on.join(",") }
        }
        _ => "?".to_owned(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// All of one pack, as the file has it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct PackDetail(pub Map<String, Value>);

impl View for PackDetail {
    fn show(&self, page: &mut Page) {
        for (key, value) in &self.0 {
            match value {
                Value::Array(items) => {
                    page.line(format_args!("{key}:"));
                    for item in items {
                        page.line(format_args!("  - {}", text(item)));
                    }
                }
                Value::Object(map) => {
                    page.line(format_args!("{key}:"));
                    for (name, value) in map {
                        page.line(format_args!("  {name}: {}", text(value)));
                    }
                }
                value => page.line(format_args!("{key}: {}", text(value).trim())),
            }
        }
    }
}

/// A catalogue without errors.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PacksChecked {
    /// The file.
    pub file: String,
    /// How many packs it has.
    pub packs: usize,
    /// Warnings.
    pub problems: Vec<Diagnostic>,
}

impl View for PacksChecked {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("{}: ok, {} pack(s)", self.file, self.packs));
    }
}
