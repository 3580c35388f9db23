//! How an answer is read: a reader turns what was printed into raw JSON, places pick the canonical fields
//! out of it, and the vocabulary's types make their values canonical.

mod classify;
mod place;
mod readers;

pub use classify::Classifier;
pub use place::Misplaced;
use place::Place;
pub use readers::ReadError;
use readers::Reader;

use serde_json::Value;

use crate::datafile::Table;
use crate::operation::{FieldType, Unreadable};

use super::{Condition, Printed};

/// How an answer is read, and when.
#[derive(Debug, Clone)]
pub struct AnswerRule {
    condition: Condition,
    stderr: bool,
    reader: Reader,
    fields: Option<Place>,
}

/// An answer cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No rule applies to what was printed.
    #[error("no answer rule of the adapter applies")]
    NoRule,
    /// The output is not of the form that the reader expects.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A field is not where the adapter says.
    #[error(transparent)]
    Misplaced(#[from] Misplaced),
    /// A field is not of its type.
    #[error("the answer's field {0}")]
    Unreadable(#[from] Unreadable),
}

impl AnswerRule {
    pub(super) fn parse(table: &Table<'_>, classifiers: &[Classifier]) -> Self {
        let stream = table.need("stream").map(|node| node.one_of("stream", ["stdout", "stderr"]));
        Self {
            condition: table.get("when").and_then(|node| node.table(Condition::parse)).unwrap_or_default(),
            stderr: stream.as_deref() == Some("stderr"),
            reader: Reader::parse(table),
            fields: table.get("fields").map(|node| Place::fields(&node, classifiers)),
        }
    }

    /// Reads an answer by the first rule that applies.
    ///
    /// # Errors
    /// No rule applies, or the output is not what that rule and the type say.
    pub fn read(rules: &[Self], printed: &Printed, kind: &FieldType) -> Result<Value, AnswerError> {
        let rule = rules.iter().find(|rule| rule.condition.holds(printed)).ok_or(AnswerError::NoRule)?;
        let text = if rule.stderr { &printed.stderr } else { &printed.stdout };
        let raw = rule.reader.read(text)?;
        let placed = match &rule.fields {
            Some(fields) => fields.take(&raw)?.unwrap_or(Value::Null),
            None => raw,
        };
        Ok(kind.canonical(&placed)?)
    }
}
