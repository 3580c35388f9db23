//! Why a file is not read, and where.

use super::node::Mark;

/// Who refuses, and how Ruby would say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `Psych::SyntaxError`
    Syntax,
    /// `Psych::DisallowedClass`
    DisallowedClass,
    /// `Psych::BadAlias`
    BadAlias,
    /// Another Ruby exception, by its class name. It is no `Psych::Exception`: Ruby code that rescues those dies of it.
    Ruby(&'static str),
    /// Only here: an alias inside the node that it names. Ruby builds a value that contains itself.
    Recursive,
    /// Only here: nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH). Ruby runs out of stack a little later or earlier.
    TooDeep,
    /// Only here: aliases that would multiply a small file into a huge value.
    TooLarge,
    /// Only here: a tag that makes Ruby build an object that no queue can use (a class, an encoding, an empty Date).
    UnusableObject,
}

/// What the parser was doing, and since where. Ruby's own message gives this place instead of the problem's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Such as `while parsing a flow sequence`.
    pub text: &'static str,
    /// Where that began.
    pub mark: Mark,
}

/// A file that is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{mark}: {problem}{}", .context.as_ref().map(|c| format!(" {} (from {})", c.text, c.mark)).unwrap_or_default())]
pub struct YamlError {
    /// Who refuses.
    pub refusal: Refusal,
    /// Where the problem is.
    pub mark: Mark,
    /// What it is, in Ruby's words wherever Ruby refuses too.
    pub problem: String,
    /// What the parser was doing.
    pub context: Option<Context>,
    /// The place that `Psych::SyntaxError#line` and `#column` give, and so the legacy's messages: where the context
    /// began, or the start of the file, seldom where the problem is.
    pub psych_mark: Mark,
}

impl YamlError {
    pub(super) fn new(refusal: Refusal, mark: Mark, problem: impl Into<String>) -> Self {
        Self { refusal, mark, problem: problem.into(), context: None, psych_mark: Mark::START }
    }
}

/// A refusal that does not know its place yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unplaced {
    pub(super) refusal: Refusal,
    pub(super) problem: String,
}

impl Unplaced {
    pub(super) fn ruby(class: &'static str, problem: impl Into<String>) -> Self {
        Self { refusal: Refusal::Ruby(class), problem: problem.into() }
    }

    pub(super) fn disallowed(class: &str) -> Self {
        Self {
            refusal: Refusal::DisallowedClass,
            problem: format!("Tried to load unspecified class: {class}"),
        }
    }

    pub(super) fn unusable(problem: impl Into<String>) -> Self {
        Self { refusal: Refusal::UnusableObject, problem: problem.into() }
    }

    pub(super) fn at(self, mark: Mark) -> YamlError {
        YamlError::new(self.refusal, mark, self.problem)
    }
}
