//! What exit codes and messages mean.

use std::path::PathBuf;

use regex::Regex;
use serde_json::Value;

use crate::datafile::{Node, Table};
use crate::observation::{Outcome, Reason};

/// What a finished command left behind.
#[derive(Debug, Clone)]
pub struct Printed {
    /// Its exit code; through another way of asking, the one behind it.
    pub exit: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The way it was asked, when not the plain one.
    pub via: Option<String>,
    /// The file that it was asked to write its answer to.
    pub output: Option<PathBuf>,
}

impl Printed {
    /// The value at a JSON pointer of standard error, when that is JSON.
    pub fn error_at(&self, pointer: &str) -> Option<Value> {
        let json: Value = serde_json::from_str(&self.stderr).ok()?;
        json.pointer(pointer).cloned()
    }
}

/// When a rule applies: all that it names has to hold.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    exit: Vec<i64>,
    stdout: Option<Regex>,
    stderr: Option<Regex>,
    error: Option<(String, Value)>,
    via: Option<String>,
}

impl Condition {
    pub(super) fn parse(table: &Table<'_>) -> Self {
        let exit = table.get("exit").map(|node| node.list()).unwrap_or_default();
        let error = table.get("error").and_then(|node| {
            node.table(|table| {
                let equals = table.need("equals").map_or(Value::Null, |node| node.json());
                (table.need_text("at"), equals)
            })
        });
        Self {
            exit: exit.iter().map(Node::integer).collect(),
            stdout: table.get("stdout").and_then(|node| node.regex()),
            stderr: table.get("stderr").and_then(|node| node.regex()),
            error,
            via: table.text("via"),
        }
    }

    /// Whether it holds.
    pub fn holds(&self, printed: &Printed) -> bool {
        (self.exit.is_empty() || self.exit.contains(&i64::from(printed.exit)))
            && self.stdout.as_ref().is_none_or(|regex| regex.is_match(&printed.stdout))
            && self.stderr.as_ref().is_none_or(|regex| regex.is_match(&printed.stderr))
            && self.error.as_ref().is_none_or(|(at, value)| printed.error_at(at).as_ref() == Some(value))
            && self.via.as_ref().is_none_or(|via| printed.via.as_ref() == Some(via))
    }
}

/// What a rule says of the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// This outcome.
    Outcome(Outcome),
    /// The reason class that stands at this JSON pointer of standard error.
    ClassAt(String),
}

/// A condition and what it means.
#[derive(Debug, Clone)]
pub struct OutcomeRule {
    condition: Condition,
    gives: Gives,
}

/// No rule says what a command's end means. That is an error, never a guess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no outcome rule of the adapter covers exit {exit}; the last words were: {last}")]
pub struct UnknownOutcome {
    /// The exit code.
    pub exit: i32,
    /// The last line of standard error, or of standard output when there is none.
    pub last: String,
}

pub(super) fn rules(node: Option<Node<'_>>) -> Vec<OutcomeRule> {
    let nodes = node.map(|node| node.list()).unwrap_or_default();
    nodes.iter().filter_map(|node| node.table(OutcomeRule::parse)).collect()
}

impl OutcomeRule {
    fn parse(table: &Table<'_>) -> Self {
        let condition = Condition::parse(table);
        if let Some(node) = table.get("class_at") {
            return Self { condition, gives: Gives::ClassAt(node.text()) };
        }
        let name = table.need("gives").map(|node| node.one_of("outcome", Outcome::classes()));
        let outcome = match name.as_deref() {
            Some("findings") => Outcome::Found,
            Some("failed") => Outcome::Failed("as the adapter says".to_owned()),
            Some(name) => Reason::named(name).map_or(Outcome::Done, Outcome::Refused),
            None => Outcome::Done,
        };
        Self { condition, gives: Gives::Outcome(outcome) }
    }

    /// The outcome by the first rule that holds.
    ///
    /// # Errors
    /// No rule holds, or the class it points at is none.
    pub fn decide<'r>(
        rules: impl IntoIterator<Item = &'r OutcomeRule>,
        printed: &Printed,
    ) -> Result<Outcome, UnknownOutcome> {
        let rule = rules.into_iter().find(|rule| rule.condition.holds(printed));
        let unknown = || UnknownOutcome { exit: printed.exit, last: last_words(printed) };
        match &rule.ok_or_else(unknown)?.gives {
            Gives::Outcome(Outcome::Failed(_)) => {
                Ok(Outcome::Failed(format!("exit {}: {}", printed.exit, last_words(printed))))
            }
            Gives::Outcome(outcome) => Ok(outcome.clone()),
            Gives::ClassAt(pointer) => {
                let class = printed.error_at(pointer);
                let class = class.as_ref().and_then(Value::as_str).and_then(Reason::named);
                class.map(Outcome::Refused).ok_or_else(unknown)
            }
        }
    }
}

fn last_words(printed: &Printed) -> String {
    let line = |text: &str| text.lines().rev().find(|line| !line.trim().is_empty()).map(str::to_owned);
    line(&printed.stderr).or_else(|| line(&printed.stdout)).unwrap_or_else(|| "(nothing)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::{Source, read};

    fn decide(exit: i32, stderr: &str) -> Result<Outcome, UnknownOutcome> {
        let text = r#"
            [[outcomes]]
            exit = [0]
            gives = "ok"
            [[outcomes]]
            exit = [3]
            stderr = '^queue: .* is claimed by '
            gives = "held"
            [[outcomes]]
            stderr = '\A\{'
            class_at = "/error/code"
        "#;
        let rules = read(&Source::new("a.toml", text), |root| rules(root.get("outcomes"))).unwrap();
        let printed =
            Printed { exit, stdout: String::new(), stderr: stderr.to_owned(), via: None, output: None };
        OutcomeRule::decide(&rules, &printed)
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        assert_eq!(decide(0, "").unwrap(), Outcome::Done);
        assert_eq!(decide(3, "note\nqueue: A is claimed by B\n").unwrap(), Outcome::Refused(Reason::Held));
        let json = r#"{"error":{"code":"not-found"}}"#;
        assert_eq!(decide(1, json).unwrap(), Outcome::Refused(Reason::NotFound));
    }

    #[test]
    fn what_no_rule_covers_is_an_error() {
        assert!(decide(3, "queue: something new").is_err());
        assert!(decide(1, r#"{"error":{"code":"no-such-class"}}"#).is_err());
    }
}
