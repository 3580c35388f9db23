//! The text of a proposal: lines of an adapter, each with how sure it is, and what a person has to decide.

use std::fmt::Write as _;

use serde::Serialize;

use super::knowledge::Fit;

/// How sure a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// It was seen, under the vocabulary's own name.
    Sure,
    /// It goes by another name that queues use for it, or was worked out.
    Guessed,
    /// Nothing was found.
    Open,
}

impl Mark {
    /// The word after a line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Guessed => "guessed",
            Self::Open => "open",
        }
    }
}

impl From<Fit> for Mark {
    fn from(fit: Fit) -> Self {
        if fit == Fit::Exact { Self::Sure } else { Self::Guessed }
    }
}

/// Something that a person has to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// How much it is worth; the first of a list is the most valuable.
    pub value: i64,
    /// The part of the adapter that it is about.
    pub about: String,
    /// What has to be decided.
    pub question: String,
    /// What was seen that may be the answer.
    pub seen: Vec<String>,
}

/// How many lines there are of each mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Marks {
    /// Lines that are sure.
    pub sure: usize,
    /// Lines that are guessed.
    pub guessed: usize,
    /// Lines that are open.
    pub open: usize,
}

/// A text on its way.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    text: String,
    pub(crate) marks: Marks,
    pub(crate) decisions: Vec<Decision>,
}

impl Draft {
    /// A line that needs no mark: a heading, or an empty one.
    pub(crate) fn plain(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line of TOML.
    pub(crate) fn line(&mut self, line: &str, mark: Mark) {
        self.count(mark);
        let _ = writeln!(self.text, "{line} # {}", mark.name());
    }

    /// A line of a query.
    pub(crate) fn sql(&mut self, line: &str, mark: Mark) {
        self.count(mark);
        let _ = writeln!(self.text, "    {line} -- {}", mark.name());
    }

    fn count(&mut self, mark: Mark) {
        match mark {
            Mark::Sure => self.marks.sure += 1,
            Mark::Guessed => self.marks.guessed += 1,
            Mark::Open => self.marks.open += 1,
        }
    }

    pub(crate) fn decide(&mut self, value: i64, about: &str, question: String, seen: Vec<String>) {
        self.decisions.push(Decision { value, about: about.to_owned(), question, seen });
    }

    /// The whole text, and the decisions, the most valuable first.
    pub(crate) fn finish(mut self) -> (String, Marks, Vec<Decision>) {
        self.decisions.sort_by_key(|decision| std::cmp::Reverse(decision.value));
        (self.text, self.marks, self.decisions)
    }
}

/// A list of texts as TOML.
pub(crate) fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| text(word)).collect();
    format!("[{}]", words.join(", "))
}

/// A text as TOML.
pub(crate) fn text(text: &str) -> String {
    if text.contains('\\') && !text.contains(['\'', '\n']) {
        return format!("'{text}'");
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{escaped}\"")
}

/// A key as TOML.
pub(crate) fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    if bare { name.to_owned() } else { text(name) }
}
