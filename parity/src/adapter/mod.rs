//! An adapter: a data file that says how a command-line system is asked, how its output is read, and which
//! queries show its state. Everything particular to one queue is in such a file.

mod answer;
mod ask;
mod backwards;
mod condition;
mod environment;
mod requires;
mod shared;
mod state;
mod targets;
mod template;

pub use answer::{AnswerError, AnswerRule, Classifier, Misplaced, ReadError};
pub use ask::{Ask, AskError, Via, Words};
pub use backwards::Recognised;
pub use condition::{Condition, Gives, OutcomeRule, Printed, UnknownOutcome};
pub use environment::{Clock, Environment, SearchPath};
pub use requires::{Program, Requires};
pub use shared::Values;
pub use state::{StateFile, StateFileError, StateSection, StateSource};
pub use template::{Placeholders, Template, Unfilled};

use globset::{Glob, GlobBuilder};

use crate::datafile::{self, Node, Problems, Source, Table};
use crate::observation::StateSchema;
use crate::operation::Vocabulary;
use shared::Shared;

/// Where a scenario's queue comes from, which decides how a system is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartKind {
    /// The copied queue with its database.
    Snapshot,
    /// A purpose-made queue file, and no database yet.
    Definitions,
}

/// A command that prepares a system.
#[derive(Debug, Clone)]
pub struct Setup {
    /// For which start; `None` is for both.
    pub when: Option<StartKind>,
    /// Program and arguments.
    pub argv: Vec<Template>,
}

/// Where a system keeps things, relative to the root of the checkout.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// The queue file; absent, it is where the reference has it.
    pub queue: Option<String>,
    /// The fields that its tasks have, as far as somebody wrote them down: `parity adapt --check` tells when they change.
    pub queue_fields: Option<Vec<String>>,
    /// The database.
    pub database: Option<String>,
    /// Paths that the other side must not have.
    pub private: Vec<String>,
    /// Documents that it writes: their content is compared through answers.
    pub documents: Vec<Glob>,
    /// The branch of a role, with `{role}`.
    pub role_worktree: Option<Template>,
}

/// A whole adapter.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// Its name.
    pub name: String,
    /// What it describes, in one line.
    pub summary: String,
    /// The behaviours that it is compared on when nobody names any; none means all.
    pub behaviours: Vec<String>,
    /// What has to be there before it can run.
    pub requires: Requires,
    /// The environment that its commands get.
    pub environment: Environment,
    /// Where it keeps things.
    pub files: Files,
    /// What prepares it.
    pub setup: Vec<Setup>,
    /// How it is asked, by operation.
    pub operations: Vec<Ask>,
    /// What its exit codes and messages mean; an operation's own rules come first.
    pub outcomes: Vec<OutcomeRule>,
    /// Tables, and columns as `table.column`, that its queries leave out on purpose.
    pub ignored: Vec<String>,
    /// Operations that change nothing but its store, so that they can be done beside another system's.
    pub shadowed: Vec<String>,
    /// What shows its state.
    pub state: Vec<StateSection>,
    text: String,
}

impl Adapter {
    /// Reads an adapter and checks it against the vocabulary and the schema of the state.
    ///
    /// # Errors
    /// Every problem in it.
    pub fn parse(source: &Source, vocabulary: &Vocabulary, schema: &StateSchema) -> Result<Self, Problems> {
        datafile::read(source, |root| build(root, source, vocabulary, schema))
    }

    /// How an operation is asked.
    pub fn ask(&self, operation: &str) -> Option<&Ask> {
        self.operations.iter().find(|ask| ask.operation == operation)
    }

    /// Whether it is compared on this behaviour when nobody names any.
    pub fn is_for(&self, behaviour: &str) -> bool {
        self.behaviours.is_empty() || self.behaviours.iter().any(|name| name == behaviour)
    }

    /// The text of its file, for digests.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn build(root: &Table<'_>, source: &Source, vocabulary: &Vocabulary, schema: &StateSchema) -> Adapter {
    if let Some(node) = root.need("schema") {
        node.one_of("schema", ["fairway-adapter/1"]);
    }
    let shared = Shared::parse(root);
    let operations = entries(root.need("operations"))
        .into_iter()
        .filter_map(|(name, node)| operation(root, name, &node, vocabulary, &shared))
        .collect();
    let files = root.get("files").and_then(|node| node.table(files)).unwrap_or_default();
    let state = root.need("state");
    let sections = state.and_then(|node| node.table(|table| state::sections(table, schema, &shared)));
    let sections = sections.unwrap_or_default();
    let queries = sections.iter().any(|section| matches!(section.source, StateSource::Query(_)));
    if let Some(state) = state.filter(|_| queries && files.database.is_none()) {
        let expected = "give the path of the `database` under `[files]`".to_owned();
        state.problem("there are queries here, and no database to ask", Some(expected));
    }
    Adapter {
        name: root.need_text("name"),
        summary: root.need_text("summary"),
        behaviours: root.texts("behaviours"),
        shadowed: root.texts("shadowed"),
        requires: root.get("requires").and_then(|node| node.table(Requires::parse)).unwrap_or_default(),
        environment: root.need("environment").and_then(|n| n.table(Environment::parse)).unwrap_or_default(),
        files,
        setup: list(root.get("setup")).iter().filter_map(|node| node.table(setup)).collect(),
        operations,
        outcomes: condition::rules(root.get("outcomes")),
        ignored: state
            .and_then(|node| node.as_table())
            .map(|table| table.texts("ignored"))
            .unwrap_or_default(),
        state: sections,
        text: source.text().to_owned(),
    }
}

fn operation(
    root: &Table<'_>,
    name: String,
    node: &Node<'_>,
    vocabulary: &Vocabulary,
    shared: &Shared,
) -> Option<Ask> {
    let Some(definition) = vocabulary.get(&name) else {
        let known: Vec<&str> = vocabulary.names().collect();
        let expected = datafile::suggest(&name, &known);
        match root.get("operations").and_then(|node| node.as_table()) {
            Some(operations) => {
                operations.key_problem(&name, format!("unknown operation `{name}`"), Some(expected));
            }
            None => node.problem(format!("unknown operation `{name}`"), Some(expected)),
        }
        return None;
    };
    node.table(|table| Ask::parse(name, table, definition, shared))
}

fn files(table: &Table<'_>) -> Files {
    Files {
        queue: table.text("queue"),
        queue_fields: table.has("queue_fields").then(|| table.texts("queue_fields")),
        database: table.text("database"),
        private: table.texts("private"),
        documents: list(table.get("documents")).iter().filter_map(glob).collect(),
        role_worktree: table.get("role_worktree").map(|node| Template::parse(&node)),
    }
}

fn glob(node: &Node<'_>) -> Option<Glob> {
    let text = node.text();
    // A star stays in its folder; two cross folders.
    match GlobBuilder::new(&text).literal_separator(true).build() {
        Ok(glob) => Some(glob),
        Err(error) => {
            node.problem(format!("not a glob: {}", error.kind()), None);
            None
        }
    }
}

fn setup(table: &Table<'_>) -> Setup {
    let when = table.get("when").map(|node| node.one_of("start", ["snapshot", "definitions"]));
    let argv = table.need("argv").map(|node| node.list()).unwrap_or_default();
    Setup {
        when: when.map(|name| match name.as_str() {
            "snapshot" => StartKind::Snapshot,
            _ => StartKind::Definitions,
        }),
        argv: argv.iter().map(Template::parse).collect(),
    }
}

fn list(node: Option<Node<'_>>) -> Vec<Node<'_>> {
    node.map(|node| node.list()).unwrap_or_default()
}

fn entries(node: Option<Node<'_>>) -> Vec<(String, Node<'_>)> {
    node.and_then(|node| node.table(Table::entries)).unwrap_or_default()
}
