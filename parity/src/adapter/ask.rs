//! How one operation is asked of a system: its words, its environment, its outcome rules and its answers.

use regex::Regex;
use serde_json::Value;

use crate::datafile::{Node, Table, suggest};
use crate::operation::{Argument, ArgumentType, FieldType, Operation, OperationDefinition};

use super::condition::rules;
use super::shared::Shared;
use super::{AnswerRule, OutcomeRule, Placeholders, Template, Unfilled, Values};

/// How an argument is worded; `{}` stands for its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The words. A flag's are given when it is set, a list's once for each value.
    pub words: Vec<String>,
    /// Joins the values of a list into one instead.
    pub join: Option<String>,
    /// What this system calls values that the vocabulary names otherwise.
    pub values: Values,
}

/// Another way to ask.
#[derive(Debug, Clone)]
pub struct Via {
    /// Its name in scenarios.
    pub name: String,
    /// Program and first arguments.
    pub argv: Vec<Template>,
    /// What has to be written differently in a value: a text and its replacement.
    pub escape: Vec<(String, String)>,
    /// Finds the exit code behind this way's own in standard error, as its first group.
    pub exit: Option<Regex>,
}

/// How an operation is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The operation.
    pub operation: String,
    /// Program and first arguments.
    pub argv: Vec<Template>,
    /// Variables beyond the adapter's.
    pub variables: Vec<(String, Template)>,
    /// Wording of the arguments, in the order in which they are given.
    pub arguments: Vec<(String, Words)>,
    /// Other ways.
    pub via: Vec<Via>,
    /// What its exit codes and messages mean, before the adapter's rules.
    pub outcomes: Vec<OutcomeRule>,
    /// How its answer is read; the first that applies.
    pub answers: Vec<AnswerRule>,
    /// The type of its answer.
    pub answer: Option<FieldType>,
}

/// An operation cannot be worded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The adapter has no words for an argument.
    #[error("the adapter has no words for the argument `{argument}` of `{operation}`")]
    NoWords {
        /// The operation.
        operation: String,
        /// The argument.
        argument: String,
    },
    /// A placeholder has no value.
    #[error(transparent)]
    Unfilled(#[from] Unfilled),
}

impl Ask {
    pub(super) fn parse(
        operation: String,
        table: &Table<'_>,
        definition: &OperationDefinition,
        shared: &Shared,
    ) -> Self {
        let arguments = super::entries(table.get("arguments"));
        let words = table.get("arguments").and_then(|node| node.as_table());
        for (name, _) in &arguments {
            let known: Vec<&str> = definition.arguments.iter().map(|(name, _)| name.as_str()).collect();
            if let Some(words) = words.as_ref().filter(|_| !known.contains(&name.as_str())) {
                words.key_problem(name, format!("unknown argument `{name}`"), Some(suggest(name, &known)));
            }
        }
        let answers = super::list(table.get("answers"));
        if definition.answer.is_some() && answers.is_empty() {
            table.problem(format!("`{operation}` has an answer, and nothing here reads it"), None);
        }
        let argv = super::list(table.need("argv"));
        let variables = super::entries(table.get("variables"));
        let via = super::entries(table.get("via"));
        Self {
            argv: argv.iter().map(Template::parse).collect(),
            variables: variables.into_iter().map(|(name, node)| (name, Template::parse(&node))).collect(),
            arguments: arguments
                .into_iter()
                .map(|(name, node)| {
                    let words = words_of(&name, &node, definition, shared);
                    (name, words)
                })
                .collect(),
            via: via
                .into_iter()
                .filter_map(|(name, node)| node.table(|table| Via::parse(name, table)))
                .collect(),
            outcomes: rules(table.get("outcomes")),
            answers: answers
                .iter()
                .filter_map(|node| node.table(|table| AnswerRule::parse(table, shared)))
                .collect(),
            answer: definition.answer.clone(),
            operation,
        }
    }

    /// The words of the command that asks `operation`.
    ///
    /// # Errors
    /// The adapter has no words for an argument, or a placeholder has no value.
    pub fn words(&self, operation: &Operation, values: &Placeholders) -> Result<Vec<String>, AskError> {
        let via = self.via(operation);
        let argv = via.map_or(&self.argv, |via| &via.argv);
        let mut words = argv.iter().map(|word| word.fill(values)).collect::<Result<Vec<_>, _>>()?;
        for (name, _) in &operation.arguments {
            if self.arguments.iter().all(|(known, _)| known != name) {
                let (operation, argument) = (self.operation.clone(), name.clone());
                return Err(AskError::NoWords { operation, argument });
            }
        }
        for (name, wording) in &self.arguments {
            let given = operation.arguments.iter().find(|(given, _)| given == name);
            if let Some((_, argument)) = given {
                words.extend(wording.give(argument, via));
            }
        }
        Ok(words)
    }

    /// The other way that the operation asks for, where this adapter has it.
    pub fn via(&self, operation: &Operation) -> Option<&Via> {
        let name = operation.via.as_ref()?;
        self.via.iter().find(|via| via.name == *name)
    }
}

impl Via {
    fn parse(name: String, table: &Table<'_>) -> Self {
        let argv = super::list(table.need("argv"));
        let escape = super::entries(table.get("escape"));
        Self {
            name,
            argv: argv.iter().map(Template::parse).collect(),
            escape: escape.into_iter().map(|(from, node)| (from, node.text())).collect(),
            exit: table.get("exit").and_then(|node| node.regex()),
        }
    }

    /// A value as this way wants it.
    pub(super) fn escaped(&self, value: &str) -> String {
        self.escape.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to))
    }
}

impl Words {
    fn give(&self, argument: &Argument, via: Option<&Via>) -> Vec<String> {
        let escaped = |value: &str| {
            let value = self.values.of(value).and_then(Value::as_str).unwrap_or(value);
            via.map_or_else(|| value.to_owned(), |via| via.escaped(value))
        };
        let filled = |value: &str| self.words.iter().map(|word| word.replace("{}", value)).collect();
        match (argument, &self.join) {
            (Argument::Flag(true), _) => self.words.clone(),
            (Argument::Flag(false), _) => Vec::new(),
            (Argument::Text(value), _) => filled(&escaped(value)),
            (Argument::List(values), Some(join)) => filled(&escaped(&values.join(join))),
            (Argument::List(values), None) => {
                values.iter().flat_map(|value| -> Vec<String> { filled(&escaped(value)) }).collect()
            }
        }
    }
}

fn words_of(name: &str, node: &Node<'_>, definition: &OperationDefinition, shared: &Shared) -> Words {
    let read = |table: &Table<'_>| Words {
        words: table.texts("words"),
        join: table.text("join"),
        values: table.get("values").map(|node| Values::parse(&node, shared)).unwrap_or_default(),
    };
    let words = match node.as_table() {
        Some(_) => node.table(read).unwrap_or_default(),
        None => Words { words: node.texts(), ..Words::default() },
    };
    let kind = definition.arguments.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
    let holds_value = words.words.iter().any(|word| word.contains("{}"));
    match kind {
        Some(ArgumentType::Boolean) if holds_value => {
            node.problem(format!("`{name}` is true or false, so `{{}}` stands for nothing"), None);
        }
        Some(ArgumentType::Text | ArgumentType::Integer | ArgumentType::List) if !holds_value => {
            node.problem(format!("the words of `{name}` nowhere hold its value"), Some("`{}`".to_owned()));
        }
        _ => {}
    }
    words
}
