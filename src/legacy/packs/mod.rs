//! A catalogue of workflow regression packs: what has to be proven before a workflow is called good, and where.
//!
//! It is YAML as Ruby reads it, so that `yes` and `no` are booleans. Keys that nobody knows are kept. What is wrong
//! with the packs is found in [`check`], all of it, each with its line.

mod check;
mod json;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::legacy::queue::source::{Breaks, Source};
use crate::legacy::yaml::{self, Mapping, Mark, Value};
use crate::model::{Diagnostic, Severity};

pub use json::shown;

/// Where the packs are.
const LIST_KEY: &str = "packs";

/// A catalogue that could be read.
#[derive(Debug)]
pub struct Catalog {
    /// The file as it was named.
    pub file: String,
    /// The packs that are mappings, in the order of the file.
    pub packs: Vec<Pack>,
    /// What is wrong with the packs.
    pub problems: Vec<Diagnostic>,
    /// How many packs the file lists, mappings or not.
    pub listed: usize,
}

/// One pack, as the file has it.
#[derive(Debug)]
pub struct Pack(Mapping);

/// A catalogue that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// There is no such file.
    #[error("there is no catalogue of regression packs at {0}")]
    Missing(String),
    /// It cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file as it was named.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is no YAML, or holds no list of packs.
    #[error("{file} is no catalogue of regression packs")]
    Broken {
        /// The file as it was named.
        file: String,
        /// Why.
        problem: Box<Diagnostic>,
    },
    /// Its packs have problems.
    #[error("{file} has {} problem(s) in {listed} pack(s)", problems.iter().filter(|problem| problem.severity == Severity::Error).count())]
    Invalid {
        /// The file as it was named.
        file: String,
        /// How many packs it lists.
        listed: usize,
        /// Every problem, warnings included.
        problems: Vec<Diagnostic>,
    },
}

impl CatalogError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing(_) => "name it with --catalog, or set `[fairway] regression_packs`",
            Self::Unreadable { .. } => "check the file's type and permissions",
            Self::Broken { .. } => "mend the line above; a catalogue is a mapping with a list of `packs`",
            Self::Invalid { .. } => "mend the lines above",
        }
    }
}

impl Pack {
    /// What stands under a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).map(|node| &node.value)
    }

    /// Whether this is the pack of that name; a name that is no text is nobody's.
    pub fn is(&self, id: &str) -> bool {
        self.get("id").and_then(Value::as_str) == Some(id)
    }

    /// All of it, in its order, for people and programs.
    pub fn fields(&self) -> serde_json::Map<String, serde_json::Value> {
        json::fields(&self.0)
    }
}

/// Reads a catalogue and checks its packs; an owner is one of `roles`.
///
/// # Errors
/// When it cannot be opened, or holds no list of packs.
pub fn read(path: &Path, roles: &[String]) -> Result<Catalog, CatalogError> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => CatalogError::Missing(file.clone()),
        _ => CatalogError::Unreadable { path: file.clone(), source },
    })?;
    parse(&file, &bytes, roles).map_err(|problem| CatalogError::Broken { file, problem })
}

/// Reads a catalogue from memory; `file` is its name in the places of its problems.
///
/// # Errors
/// When it holds no list of packs.
pub fn parse(file: &str, bytes: &[u8], roles: &[String]) -> Result<Catalog, Box<Diagnostic>> {
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new(file, &text, Breaks::Yaml);
    let broken = |code, message: &str, expected: &str, mark: Mark| {
        let place = source.place_of(mark, None);
        Box::new(Diagnostic::error(code, message).at(place).expecting(expected))
    };
    let document = yaml::load(bytes).map_err(|error| {
        let expected = match &error.context {
            Some(context) => format!("{} (begun at {})", context.text, context.mark),
            None => "YAML that Ruby's Psych reads".to_owned(),
        };
        broken("yaml-syntax", &error.problem, &expected, error.mark)
    })?;
    let not_a_list =
        |mark| broken("not-a-list", "packs must be a list", "a list under the key `packs`", mark);
    let Value::Map(top) = document.value else { return Err(not_a_list(document.mark)) };
    let list = top.entries.into_iter().find(|(key, _)| key.value.as_str() == Some(LIST_KEY));
    let Some((_, list)) = list else { return Err(not_a_list(document.mark)) };
    let Value::Seq(items) = list.value else { return Err(not_a_list(list.mark)) };
    let problems = check::check(&source, &items, roles);
    let listed = items.len();
    let packs = items.into_iter().filter_map(|item| match item.value {
        Value::Map(map) => Some(Pack(*map)),
        _ => None,
    });
    Ok(Catalog { file: file.to_owned(), packs: packs.collect(), problems, listed })
}

impl Catalog {
    /// The pack of that name; of several the first.
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.is(id))
    }

    /// The catalogue, when no problem of its packs is an error.
    ///
    /// # Errors
    /// All problems.
    pub fn sound(self) -> Result<Self, CatalogError> {
        if self.problems.iter().all(|problem| problem.severity == Severity::Warning) {
            return Ok(self);
        }
        Err(CatalogError::Invalid { file: self.file, listed: self.listed, problems: self.problems })
    }
}
