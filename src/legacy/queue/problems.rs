//! Problems as they are found: weighed, placed in the file, and worded as the legacy's own check words them.

use super::source::Source;
use crate::legacy::yaml::Mark;
use crate::model::Diagnostic;
use crate::model::diagnostic::closest;
use crate::policy::definitions::{Check, ImportRules};

/// Where in the file a problem is: at a mark, on a value whose text is known or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'v> {
    pub(super) mark: Mark,
    pub(super) text: Option<&'v str>,
}

impl<'v> At<'v> {
    pub(super) fn mark(mark: Mark) -> Self {
        Self { mark, text: None }
    }

    pub(super) fn text(mark: Mark, text: &'v str) -> Self {
        Self { mark, text: Some(text) }
    }
}

/// The problems found so far.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    source: &'a Source<'a>,
    rules: &'a ImportRules,
    list: Vec<Diagnostic>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(source: &'a Source<'a>, rules: &'a ImportRules) -> Self {
        Self { source, rules, list: Vec::new() }
    }

    /// Adds a problem, unless the rules ignore its kind. `subject` is the task, none for the file as a whole;
    /// `more` says what was expected and adds the facts that the message carries.
    pub(super) fn add(
        &mut self,
        check: Check,
        subject: Option<&str>,
        message: String,
        at: At<'_>,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let Some(severity) = self.rules.severity(check) else { return };
        let mut problem = Diagnostic::error(check.code(), message);
        problem.severity = severity;
        problem.subject = subject.map(str::to_owned);
        self.list.push(more(problem).at(self.source.place_of(at.mark, at.text)));
    }

    /// Adds what is wrong with the file as a whole.
    pub(super) fn add_fixed(&mut self, code: &'static str, message: &str, expected: &str, mark: Mark) {
        self.list.push(self.fixed(code, message, expected, mark));
    }

    /// What is wrong with the file as a whole.
    pub(super) fn fixed(&self, code: &'static str, message: &str, expected: &str, mark: Mark) -> Diagnostic {
        Diagnostic::error(code, message).expecting(expected).at(self.source.place_of(mark, None))
    }

    /// Adds an error of one item, whatever is configured.
    pub(super) fn add_item_error(&mut self, code: &'static str, subject: &str, message: &str, mark: Mark) {
        let problem = Diagnostic::error(code, message).about(subject);
        self.list.push(problem.at(self.source.place_of(mark, None)));
    }

    /// Moves the problems found since `from` to the front.
    pub(super) fn bring_forward(&mut self, from: usize) {
        let moved = self.list.len() - from;
        self.list.rotate_right(moved);
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// The hint for a role that is missing, or is none of those configured.
pub(super) fn one_of_roles(role: Option<&str>, roles: &[String]) -> String {
    if roles.is_empty() {
        return "no role is configured: add `[[roles]]` to .fairway/config.toml".to_owned();
    }
    one_of(role.unwrap_or_default(), roles)
}

/// The hint for a word that has to be one of a few.
pub(super) fn one_of(word: &str, known: &[String]) -> String {
    let all = format!("expected one of {}", known.join(", "));
    match closest(word, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? {all}"),
        None => all,
    }
}
