//! What an operator asks of a queue, in the harness's own words.

mod field;
mod vocabulary;

pub use field::{Field, FieldType, Unreadable};
pub use vocabulary::{ArgumentType, OperationDefinition, OperationKind, Vocabulary};

use serde::Serialize;

/// The value of one argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Argument {
    /// Text; a whole number is given as its digits.
    Text(String),
    /// A flag that is given or not.
    Flag(bool),
    /// Several values in order.
    List(Vec<String>),
}

/// One thing an operator asks, with its arguments and the place where it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// Its name in the vocabulary.
    pub name: String,
    /// Arguments by their names in the vocabulary.
    pub arguments: Vec<(String, Argument)>,
    /// The role in whose worktree it is asked; `None` is the main checkout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Another way to ask, such as `make`, as the adapter names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The clock that both sides are given, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub now: String,
    /// Who acts.
    pub actor: String,
}
