//! Reading a configuration file: bytes, syntax, sections, and what holds between sections.

use std::ops::Range;
use std::path::Path;

use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::check;
use super::reader::{FromToml, MISSING_KEY, Node, Reader};
use super::schema::Config;
use super::source::Source;
use crate::model::diagnostic::{Diagnostic, Severity};

/// A configuration that may be used, and what is odd about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The configuration, with defaults filled in.
    pub config: Config,
    /// Problems that do not keep it from being used.
    pub warnings: Vec<Diagnostic>,
}

/// A configuration that may not be used, with everything that is wrong with it, warnings included.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file} has {} problem(s)", problems.len())]
pub struct ConfigErrors {
    /// The file as it was named.
    pub file: String,
    /// Every problem, in the order of the file; at least one is an error.
    pub problems: Vec<Diagnostic>,
}

/// Reads a configuration file.
///
/// # Errors
///
/// All problems at once, each with its place: the file cannot be read or is not UTF-8, it is not TOML, a key is
/// unknown or missing, a value has the wrong type or form, or two parts of the file contradict each other.
pub fn load(path: &Path) -> Result<Loaded, ConfigErrors> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let problem = Diagnostic::error("unreadable", format!("cannot read {file}: {error}"))
            .expecting("a file that is there and may be read; `fairway init` writes one");
        ConfigErrors { file: file.clone(), problems: vec![problem] }
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => parse(&file, &text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let problem = Diagnostic::error("not-utf8", "the file is not UTF-8 from here on")
                .at(Source::new(&file, &text).place(&(at..at)))
                .expecting("a text file in UTF-8");
            Err(ConfigErrors { file, problems: vec![problem] })
        }
    }
}

/// Reads the text of a configuration file; `file` is its name in problems.
///
/// # Errors
///
/// As [`load`], for text that is at hand.
pub fn parse(file: &str, text: &str) -> Result<Loaded, ConfigErrors> {
    let source = Source::new(file, text);
    let (document, syntax) = DeTable::parse_recoverable(text);
    let broken = !syntax.is_empty();
    let syntax = syntax_problems(source, syntax);

    let mut reader = Reader::new(source);
    let span = document.span();
    let root = Spanned::new(span, DeValue::Table(document.into_inner()));
    let config = Config::from_toml(Node { path: "", value: &root }, &mut reader);
    if let Some(config) = config.as_ref().filter(|_| !broken) {
        check(config, &mut reader);
    }

    let problems = merge(syntax, reader.finish());
    match config {
        Some(config) if problems.iter().all(|problem| problem.severity == Severity::Warning) => {
            Ok(Loaded { config, warnings: problems })
        }
        _ => Err(ConfigErrors { file: file.to_owned(), problems }),
    }
}

/// One problem for each line whose syntax is wrong: a parser that recovers may stumble over the rest of it.
fn syntax_problems(source: Source<'_>, errors: Vec<toml::de::Error>) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> = Vec::new();
    for error in errors {
        let span: Range<usize> = error.span().unwrap_or(0..0);
        let place = source.place(&span);
        let known = |problem: &Diagnostic| problem.place.as_ref().is_some_and(|at| at.line == place.line);
        if !problems.iter().any(known) {
            let (message, expected) = split_message(error.message());
            let problem = Diagnostic::error("syntax", message).at(place);
            problems.push(match expected {
                Some(expected) => problem.expecting(expected),
                None => problem,
            });
        }
    }
    problems
}

/// The parser says what is wrong and what it expected in one text.
fn split_message(message: &str) -> (String, Option<String>) {
    match message.split_once(", expected ") {
        Some((what, expected)) => (what.to_owned(), Some(expected.to_owned())),
        None => (message.to_owned(), None),
    }
}

/// After a syntax error the rest is judged too, except for what may only follow from that error: a key that
/// seems to be missing, or a value on the same line.
fn merge(syntax: Vec<Diagnostic>, others: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if syntax.is_empty() {
        return others;
    }
    let line = |problem: &Diagnostic| problem.place.as_ref().map(|place| place.line);
    let spoilt: Vec<_> = syntax.iter().map(line).collect();
    let own = others.into_iter().filter(|other| other.code != MISSING_KEY && !spoilt.contains(&line(other)));
    let mut all: Vec<Diagnostic> = own.collect();
    all.extend(syntax);
    all.sort_by_key(line);
    all
}

#[cfg(test)]
mod tests;
