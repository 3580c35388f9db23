//! What is wrong with a data file, and where.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// A data file: its name for messages, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
}

impl Source {
    /// A file that was read already.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A problem at a range of bytes of the text.
    pub fn problem(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        expected: Option<String>,
    ) -> Problem {
        let start = floor(&self.text, span.start);
        let end = floor(&self.text, span.end).max(start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let width = self.text[start..end.min(line_end)].chars().count().max(1);
        Problem {
            file: self.name.clone(),
            line: self.text[..start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            width,
            text: self.text[line_start..line_end].trim_end().to_owned(),
            message: message.into(),
            expected,
        }
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One problem. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters are meant; at least 1.
    pub width: usize,
    /// The text of that line.
    pub text: String,
    /// One sentence, lower case, without a full stop.
    pub message: String,
    /// What was expected there.
    pub expected: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        writeln!(out, "  | {}", self.text)?;
        write!(out, "  | {}{}", " ".repeat(self.column - 1), "^".repeat(self.width))?;
        match &self.expected {
            Some(expected) => write!(out, "\n  = {expected}"),
            None => Ok(()),
        }
    }
}

/// Every problem of one or more files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Problems in the order of their files and places.
    pub fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Self(problems)
    }

    /// All of them.
    pub fn all(&self) -> &[Problem] {
        &self.0
    }

    /// Adds those of another file.
    pub fn extend(&mut self, other: Problems) {
        self.0.extend(other.0);
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}
