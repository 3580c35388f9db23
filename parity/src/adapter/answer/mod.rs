//! How an answer is read: a reader turns what was printed into raw JSON, places pick the canonical fields
//! out of it, and the vocabulary's types make their values canonical.

mod classify;
mod markdown;
mod place;
mod readers;
mod sections;
mod times;

pub use classify::Classifier;
pub use place::Misplaced;
pub(super) use place::Place;
pub use readers::ReadError;
pub(super) use readers::Reader;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::datafile::Table;
use crate::operation::{FieldType, Unreadable};

use super::shared::Shared;
use super::{Condition, Printed};

/// How an answer is read, and when.
#[derive(Debug, Clone)]
pub struct AnswerRule {
    condition: Condition,
    stream: Stream,
    reader: Reader,
    fields: Option<Place>,
}

/// Where an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Stdout,
    Stderr,
    /// In the file that the operation's argument `output` names.
    Output,
}

/// An answer cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No rule applies to what was printed.
    #[error("no answer rule of the adapter applies")]
    NoRule,
    /// The file that should hold the answer cannot be read.
    #[error("{path}: {source}", path = path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
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
    pub(super) fn parse(table: &Table<'_>, shared: &Shared) -> Self {
        let stream = table.need("stream").map(|node| node.one_of("stream", ["stdout", "stderr", "output"]));
        Self {
            condition: table.get("when").and_then(|node| node.table(Condition::parse)).unwrap_or_default(),
            stream: match stream.as_deref() {
                Some("stderr") => Stream::Stderr,
                Some("output") => Stream::Output,
                _ => Stream::Stdout,
            },
            reader: Reader::parse(table),
            fields: table.get("fields").map(|node| Place::fields(&node, shared)),
        }
    }

    /// A rule for a written file applies only where one was asked for.
    fn applies(&self, printed: &Printed) -> bool {
        self.condition.holds(printed) && (self.stream != Stream::Output || printed.output.is_some())
    }

    /// The file that the answer is read from, where it is in one.
    pub fn document<'p>(rules: &[Self], printed: &'p Printed) -> Option<&'p Path> {
        let rule = rules.iter().find(|rule| rule.applies(printed))?;
        if rule.stream == Stream::Output { printed.output.as_deref() } else { None }
    }

    /// Reads an answer by the first rule that applies.
    ///
    /// # Errors
    /// No rule applies, or the output is not what that rule and the type say.
    pub fn read(rules: &[Self], printed: &Printed, kind: &FieldType) -> Result<Value, AnswerError> {
        let rule = rules.iter().find(|rule| rule.applies(printed)).ok_or(AnswerError::NoRule)?;
        let raw = rule.reader.read(&rule.text(printed)?)?;
        let placed = match &rule.fields {
            Some(fields) => fields.take(&raw)?.unwrap_or(Value::Null),
            None => raw,
        };
        Ok(kind.canonical(&placed)?)
    }

    fn text<'p>(&self, printed: &'p Printed) -> Result<Cow<'p, str>, AnswerError> {
        match (self.stream, &printed.output) {
            (Stream::Stdout, _) => Ok(Cow::Borrowed(&printed.stdout)),
            (Stream::Stderr, _) => Ok(Cow::Borrowed(&printed.stderr)),
            (Stream::Output, None) => Err(AnswerError::NoRule),
            (Stream::Output, Some(path)) => match fs::read(path) {
                Ok(bytes) => Ok(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
                Err(source) => Err(AnswerError::Output { path: path.clone(), source }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::{Source, read};
    use crate::operation::Field;

    #[test]
    fn a_written_file_is_read_where_one_was_asked_for() {
        let toml = "[[answers]]\nstream = \"output\"\nreader = \"json\"\n\
                    [[answers]]\nstream = \"stdout\"\nreader = \"json\"\n";
        let rules = read(&Source::new("a.toml", toml), |root| {
            let nodes = root.need("answers").map(|node| node.list()).unwrap_or_default();
            nodes
                .iter()
                .filter_map(|node| node.table(|table| AnswerRule::parse(table, &Shared::default())))
                .collect::<Vec<_>>()
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.json");
        fs::write(&path, r#"{"from": "file"}"#).unwrap();
        let field = Field { name: "from".into(), kind: FieldType::Text, optional: false };
        let kind = FieldType::Record(vec![field]);
        let rules = rules.unwrap();
        let from = |output: Option<PathBuf>| {
            let stdout = r#"{"from": "stdout"}"#.to_owned();
            AnswerRule::read(
                &rules,
                &Printed { exit: 0, stdout, stderr: String::new(), via: None, output },
                &kind,
            )
        };
        assert_eq!(from(Some(path)).unwrap()["from"], "file");
        assert_eq!(from(None).unwrap()["from"], "stdout");
        assert!(matches!(from(Some(folder.path().join("none"))), Err(AnswerError::Output { .. })));
    }
}
