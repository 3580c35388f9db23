//! A queue file, YAML or JSON, as tasks that the store can hold, with every problem it has.
//!
//! The file comes item by item, from [`yaml`](super::yaml) or [`json`], through [`Builder`]; what concerns one task
//! is checked in [`task`], what concerns tasks among each other in [`links`]. The order of the problems is that of
//! the legacy's own check: task by task in the order of the file, then dependencies, then cycles.

mod builder;
mod document;
mod fields;
mod from_yaml;
mod json;
mod json_parts;
mod links;
mod problems;
pub(in crate::legacy) mod source;
mod task;
#[cfg(test)]
mod tests;
mod values;

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::legacy::yaml::Mark;
use crate::model::{Diagnostic, Place};
use crate::policy::definitions::ImportRules;
use builder::Builder;
pub use document::{Format, QueueDocument, QueueTask, Seed, UnknownField};
pub(crate) use fields::is_blank;
use problems::Problems;
use source::{Breaks, Source};

/// Where the tasks of an envelope are.
pub const LIST_KEY: &str = "tasks";

/// A file that could not be opened. What is wrong inside a file that could is in [`QueueDocument::problems`].
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// There is no such file.
    #[error("there is no queue file at {0}")]
    Missing(String),
    /// It cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file as it was named.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

impl QueueError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing(_) => "name a YAML or JSON queue, or set `[fairway] queue_source`",
            Self::Unreadable { .. } => "check the file's type and permissions",
        }
    }
}

/// Reads a queue file from disk.
///
/// # Errors
/// When it cannot be opened; its problems are in the document.
pub fn read(path: &Path, rules: &ImportRules) -> Result<QueueDocument, QueueError> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => QueueError::Missing(name.clone()),
        _ => QueueError::Unreadable { path: name.clone(), source },
    })?;
    Ok(parse(&name, &bytes, Format::of(path), rules))
}

/// Reads a queue from memory; `name` is the file in the places of its problems.
pub fn parse(name: &str, bytes: &[u8], format: Format, rules: &ImportRules) -> QueueDocument {
    let digest = super::hex(&Sha256::digest(bytes));
    let Ok(text) = std::str::from_utf8(bytes) else {
        let problem = not_utf8(name, bytes);
        return QueueDocument::unread(format, digest, problem);
    };
    let breaks = match format {
        Format::Yaml => Breaks::Yaml,
        Format::Json => Breaks::Json,
    };
    let source = Source::new(name, text, breaks);
    let mut builder = Builder::new(Problems::new(&source, rules), rules);
    let read = match format {
        Format::Yaml => builder.read_yaml(bytes),
        Format::Json => builder.read_json(text, &source),
    };
    match read {
        Ok(()) => builder.finish(format, digest),
        Err(problem) => QueueDocument::unread(format, digest, *problem),
    }
}

/// A place in a YAML file that was read, for a problem that is found later; `value` is the text there, when it is known.
pub(crate) fn place_in(name: &str, bytes: &[u8], mark: Mark, value: Option<&str>) -> Place {
    let text = String::from_utf8_lossy(bytes);
    Source::new(name, &text, Breaks::Yaml).place_of(mark, value)
}

/// The first byte that is no UTF-8, with its line as far as it can be shown.
fn not_utf8(name: &str, bytes: &[u8]) -> Diagnostic {
    let good = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    let line_end = bytes[good..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| good + at);
    let text = String::from_utf8_lossy(&bytes[..line_end]);
    let source = Source::new(name, &text, Breaks::Json);
    let mark = source.mark_at(good);
    Diagnostic::error("not-utf8", format!("the file is not UTF-8: byte 0x{:02x}", bytes[good]))
        .at(source.place(mark, 1))
        .expecting("save the file as UTF-8")
}
