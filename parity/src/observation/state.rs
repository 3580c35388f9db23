//! The canonical queue state, and its schema: which sections it has, their keys, columns and types.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::operation::{Field, FieldType, Unreadable};

/// The key of a row. Numbers sort before texts, and by their value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// A numbered row.
    Number(i64),
    /// A named one.
    Name(String),
}

impl fmt::Display for RowKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(out, "{number}"),
            Self::Name(name) => out.write_str(name),
        }
    }
}

impl Serialize for RowKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that a number would be written as is taken for the number.
impl<'de> Deserialize<'de> for RowKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Self::Number(number),
            _ => Self::Name(text),
        })
    }
}

/// Rows of a section by key.
pub type Rows = BTreeMap<RowKey, Map<String, Value>>;

/// Everything a queue holds, in canonical form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QueueState {
    /// Rows by section.
    pub sections: BTreeMap<String, Rows>,
}

/// A row that cannot be read as its section's columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A column's value is not of its type, or the columns are not those of the section.
    #[error("state section `{section}`, row {row}: {source}")]
    Unreadable {
        /// The section.
        section: String,
        /// The row's number in the query's result, from 1.
        row: usize,
        /// What is wrong.
        source: Unreadable,
    },
    /// Two rows have one key.
    #[error("state section `{section}`: two rows have the key `{key}`")]
    TwoRows {
        /// The section.
        section: String,
        /// The key.
        key: String,
    },
    /// A row has no key.
    #[error("state section `{section}`, row {row}: the key `{key}` is neither text nor a number")]
    NoKey {
        /// The section.
        section: String,
        /// The row's number, from 1.
        row: usize,
        /// The key's column.
        key: String,
    },
}

/// One section of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionSchema {
    /// Its name.
    pub name: String,
    /// The column that tells its rows apart.
    pub key: String,
    /// Its columns.
    pub columns: Vec<Field>,
}

impl SectionSchema {
    /// Reads raw rows into canonical ones.
    ///
    /// # Errors
    /// A missing or undeclared column, an unreadable value, a key that is absent or there twice.
    pub fn rows(&self, raw: &[Value]) -> Result<Rows, StateError> {
        let kind = FieldType::Record(self.columns.clone());
        let mut rows = Rows::new();
        for (index, raw) in raw.iter().enumerate() {
            let row = index + 1;
            let section = || self.name.clone();
            let canonical = kind.canonical(raw).map_err(|source| StateError::Unreadable {
                section: section(),
                row,
                source,
            })?;
            let Value::Object(columns) = canonical else { continue };
            let key = match columns.get(&self.key) {
                Some(Value::String(name)) => RowKey::Name(name.clone()),
                Some(Value::Number(number)) => RowKey::Number(number.as_i64().unwrap_or_default()),
                _ => return Err(StateError::NoKey { section: section(), row, key: self.key.clone() }),
            };
            if rows.contains_key(&key) {
                return Err(StateError::TwoRows { section: section(), key: key.to_string() });
            }
            rows.insert(key, columns);
        }
        Ok(rows)
    }
}

/// The schema of the canonical state, read from its JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSchema {
    /// Its sections.
    pub sections: Vec<SectionSchema>,
}

/// The JSON Schema is not of the form that this harness reads.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It is no JSON.
    #[error("the state schema is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Something is missing or of an unknown type.
    #[error("the state schema has no usable `{0}`")]
    Shape(String),
}

impl StateSchema {
    /// Reads the JSON Schema: each property is a section of rows, whose columns refer to a type under `$defs`.
    ///
    /// # Errors
    /// It is not JSON, or not of that form.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let root: Value = serde_json::from_str(text)?;
        let sections =
            root["properties"].as_object().ok_or_else(|| SchemaError::Shape("properties".into()))?;
        let sections = sections.iter().map(|(name, value)| section(name, value)).collect::<Result<_, _>>()?;
        Ok(Self { sections })
    }

    /// A section by name.
    pub fn get(&self, name: &str) -> Option<&SectionSchema> {
        self.sections.iter().find(|section| section.name == name)
    }
}

fn section(name: &str, value: &Value) -> Result<SectionSchema, SchemaError> {
    let missing = |what: &str| SchemaError::Shape(format!("{name}.{what}"));
    let key = value["x-key"].as_str().ok_or_else(|| missing("x-key"))?;
    let columns = value["items"]["properties"].as_object().ok_or_else(|| missing("items.properties"))?;
    let columns = columns
        .iter()
        .map(|(column, value)| {
            let kind = value["$ref"].as_str().and_then(column_type).ok_or_else(|| missing(column))?;
            Ok(Field { name: column.clone(), kind, optional: false })
        })
        .collect::<Result<_, SchemaError>>()?;
    Ok(SectionSchema { name: name.to_owned(), key: key.to_owned(), columns })
}

fn column_type(reference: &str) -> Option<FieldType> {
    Some(match reference.strip_prefix("#/$defs/")? {
        "text" => FieldType::Text,
        "integer" => FieldType::Integer,
        "boolean" => FieldType::Boolean,
        "time" => FieldType::Time,
        "time_or_text" => FieldType::TimeOrText,
        "texts" => FieldType::List { items: Box::new(FieldType::Text), ordered: true },
        "json" => FieldType::Json,
        _ => return None,
    })
}
