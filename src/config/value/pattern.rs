//! A regular expression.

use std::fmt;

use regex::Regex;

use super::text::{Malformed, text_value};

/// A regular expression in the syntax of the `regex` crate, compiled.
///
/// `^` and `$` are the ends of the whole text, as `\A` and `\z` are in Ruby.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Whether the text matches.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The compiled expression.
    pub fn regex(&self) -> &Regex {
        &self.0
    }

    /// The expression as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The form of an id when the configuration names none: letters, a dash, digits.
    pub(in crate::config) fn default_task_id() -> Self {
        #[expect(clippy::expect_used, reason = "a constant, compiled by the tests")]
        Self::parse("^[A-Z]+-[0-9]+$").expect("the default pattern compiles")
    }

    pub(in crate::config) fn parse(text: &str) -> Result<Self, Malformed> {
        Regex::new(text).map(Self).map_err(|error| {
            // The crate draws the expression over several lines and names the problem on the last.
            let rendered = error.to_string();
            let why = rendered.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Malformed::new("bad-pattern", format!("is not a regular expression: {why}"), "^[A-Z]+-[0-9]+$")
        })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_value!(Pattern, "a regular expression in quotes", { "title": "regular expression", "type": "string", "format": "regex" });

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn the_default_takes_letters_a_dash_and_digits() {
        let pattern = Pattern::default_task_id();
        assert!(pattern.is_match("API-12"));
        assert!(!pattern.is_match("API-12\n"));
        assert!(!pattern.is_match("A-API-12"));
    }

    #[test]
    fn says_in_one_line_why_it_does_not_compile() {
        let malformed = Pattern::parse("^[A-Z").unwrap_err();
        assert_eq!(malformed.message, "is not a regular expression: unclosed character class");
    }
}
