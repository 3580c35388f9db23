//! What shows a system's state: queries of its database, or files that it keeps.

use serde_json::Value;

use crate::datafile::{Node, Table, suggest};
use crate::observation::StateSchema;

use super::answer::{Place, Reader};
use super::shared::Shared;
use super::{Misplaced, ReadError, Values};

/// A section of the canonical state and what shows it.
#[derive(Debug, Clone)]
pub struct StateSection {
    /// The section's name in the schema.
    pub name: String,
    /// Where its rows are.
    pub source: StateSource,
    /// Columns whose texts stand for other values.
    pub values: Vec<(String, Values)>,
}

/// Where the rows of a section are.
#[derive(Debug, Clone)]
pub enum StateSource {
    /// A query. Its columns are named as the schema's; a list or an object is JSON text.
    Query(String),
    /// A file of the main checkout.
    File(Box<StateFile>),
}

/// A file that holds the rows of a section.
#[derive(Debug, Clone)]
pub struct StateFile {
    /// Its path, relative to the checkout.
    pub path: String,
    /// Whether it may be missing, which is no rows: many queues make a file with its first record.
    pub optional: bool,
    reader: Reader,
    /// The pointer to the rows in what the reader finds.
    at: String,
    fields: Place,
}

/// A file does not hold what the adapter says.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// It is not of the form that the reader expects.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is no list of rows where they should be.
    #[error("there is no list of rows at `{0}`")]
    NoRows(String),
    /// A column is not where the adapter says.
    #[error("row {row}: {source}")]
    Misplaced {
        /// From 1.
        row: usize,
        /// What is wrong.
        source: Misplaced,
    },
}

impl StateFile {
    fn parse(table: &Table<'_>, shared: &Shared) -> Self {
        Self {
            path: table.need_text("file"),
            optional: table.get("optional").is_some_and(|node| node.boolean()),
            reader: Reader::parse(table),
            at: table.text("rows").unwrap_or_default(),
            fields: table.need("fields").map(|node| Place::fields(&node, shared)).unwrap_or_default(),
        }
    }

    /// Whether a column is read from this field of a row.
    pub fn reads(&self, field: &str) -> bool {
        self.fields.reads(field)
    }

    /// The raw rows in the text of the file.
    ///
    /// # Errors
    /// The text is not of the form that the adapter says.
    pub fn rows(&self, text: &str) -> Result<Vec<Value>, StateFileError> {
        let found = self.reader.read(text)?;
        let rows = found.pointer(&self.at).and_then(Value::as_array);
        let rows = rows.ok_or_else(|| StateFileError::NoRows(self.at.clone()))?;
        let taken = rows.iter().enumerate().map(|(index, raw)| {
            let placed = self.fields.take(raw);
            placed
                .map(Option::unwrap_or_default)
                .map_err(|source| StateFileError::Misplaced { row: index + 1, source })
        });
        taken.collect()
    }
}

pub(super) fn sections(table: &Table<'_>, schema: &StateSchema, shared: &Shared) -> Vec<StateSection> {
    // Whoever holds an adapter against a copy asks for it.
    table.get("ignored");
    let known: Vec<&str> = schema.sections.iter().map(|section| section.name.as_str()).collect();
    let sections = table.need("sections").and_then(|node| node.table(Table::entries)).unwrap_or_default();
    let place = table.get("sections").and_then(|node| node.as_table());
    for (name, _) in &sections {
        if let Some(place) = place.as_ref().filter(|_| !known.contains(&name.as_str())) {
            place.key_problem(name, format!("unknown section `{name}`"), Some(suggest(name, &known)));
        }
    }
    let section = |(name, node): (String, Node<'_>)| {
        let source = source(&node, shared)?;
        Some(StateSection { name, source, values: Vec::new() })
    };
    let mut sections: Vec<StateSection> = sections.into_iter().filter_map(section).collect();
    for (name, node) in super::entries(table.get("values")) {
        let columns = node.table(Table::entries).unwrap_or_default();
        let Some(section) = sections.iter_mut().find(|section| section.name == name) else {
            let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
            node.problem(format!("no section `{name}` here"), Some(suggest(&name, &names)));
            continue;
        };
        let values = |(column, node)| (column, Values::parse(&node, shared));
        section.values = columns.into_iter().map(values).collect();
    }
    sections
}

/// Text is a query; a table names a file.
fn source(node: &Node<'_>, shared: &Shared) -> Option<StateSource> {
    if node.as_text().is_some() {
        return Some(StateSource::Query(node.text()));
    }
    if node.as_table().is_none() {
        let expected = "expected the text of a query, or a table with `file`, `reader` and `fields`";
        node.problem("neither a query nor a file", Some(expected.to_owned()));
        return None;
    }
    node.table(|table| StateSource::File(Box::new(StateFile::parse(table, shared))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::{Source, read};
    use serde_json::json;

    fn file(toml: &str) -> StateFile {
        let parsed = read(&Source::new("a.toml", toml), |root| StateFile::parse(root, &Shared::default()));
        parsed.unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn rows_come_from_lines_and_from_inside_a_document() {
        let lines = file("file = 'a'\nreader = 'json-lines'\nfields = { id = '/n' }");
        assert_eq!(lines.rows("{\"n\":1}\n{\"n\":2}\n").unwrap(), [json!({"id": 1}), json!({"id": 2})]);
        let inner = file("file = 'a'\nreader = 'json'\nrows = '/all'\nfields = { id = '/n' }");
        assert_eq!(inner.rows("{\"all\":[{\"n\":3}]}").unwrap(), [json!({"id": 3})]);
        assert!(matches!(inner.rows("{}"), Err(StateFileError::NoRows(_))));
        let error = lines.rows("{\"n\":1}\n{\"m\":2}\n").unwrap_err().to_string();
        assert!(error.starts_with("row 2: "), "{error}");
    }
}
