//! A problem in something the user wrote: what is wrong, where, and what was expected there.
//!
//! Configuration, queue files and adapters all report with this one type, so that every problem looks the
//! same on a terminal and in JSON.

use serde::Serialize;

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown, and the operation goes on.
    Warning,
    /// The operation is refused and nothing is written.
    Error,
}

/// Where in a file a problem is. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters from `column` on are meant; at least 1.
    pub width: usize,
    /// The text of that line, without its line break.
    pub text: String,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Stable kebab-case name of the kind of problem, such as `unknown-role`.
    pub code: &'static str,
    /// What it is about: a task id, a configuration key. `None` when it is the file as a whole.
    pub subject: Option<String>,
    /// One sentence, lower case, without a full stop.
    pub message: String,
    /// Where, when the problem has a place in a file.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What was expected, or what to do: the hint under the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The facts in the message, by name, for programs: the value, the field, the path of a cycle. It lies beside
    /// the fields above in JSON and never repeats one of their names.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub detail: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            subject: None,
            message: message.into(),
            place: None,
            expected: None,
            detail: None,
        }
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says what the problem is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what was expected.
    #[must_use]
    pub fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Adds a fact for programs.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.detail.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }
}

/// The word of `known` that `word` was most likely meant to be, for "did you mean".
///
/// Jaro-Winkler at 0.8 or more, the threshold below which suggestions start to look random.
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn suggests_only_what_is_near() {
        let roles = ["A-backend", "B-ui", "C-ops"];
        assert_eq!(closest("a-backend", roles), Some("A-backend"));
        assert_eq!(closest("C-opps", roles), Some("C-ops"));
        assert_eq!(closest("zebra", roles), None);
    }
}
