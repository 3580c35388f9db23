//! The grammar of made-up cases, which is data: what a queue may hold, which operations are asked and with what.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::datafile::{self, Node, Problems, Source, Table, suggest};
use crate::library::LibraryError;
use crate::operation::Vocabulary;

use super::deed::{self, Deed};

/// Alternatives with their weights.
pub(super) type Pool<T> = Vec<(u32, T)>;

/// A whole grammar.
#[derive(Debug, Clone)]
pub struct Grammar {
    pub(super) digest: String,
    /// The clock at which a case begins.
    pub(super) now: String,
    /// How many minutes pass before a step.
    pub(super) minutes: Pool<i64>,
    pub(super) actors: Pool<Value>,
    /// With fewer cases nothing is said about what was never hit.
    pub(super) coverage_from: usize,
    pub(super) queue: QueueGrammar,
    pub(super) pools: BTreeMap<String, Pool<Value>>,
    pub(super) operations: BTreeMap<String, OperationGrammar>,
    /// What happens beside the operations.
    pub(super) deeds: BTreeMap<String, Deed>,
    pub(super) profiles: Pool<Profile>,
}

/// What a queue file is made of.
#[derive(Debug, Clone)]
pub(super) struct QueueGrammar {
    /// What stands before the tasks.
    pub(super) header: String,
    /// The least and the most tasks.
    pub(super) tasks: (usize, usize),
    pub(super) fields: Vec<FieldGrammar>,
    pub(super) faults: Pool<Fault>,
}

/// A field of a task.
#[derive(Debug, Clone)]
pub(super) struct FieldGrammar {
    pub(super) name: String,
    /// In how many of 100 tasks it is there.
    pub(super) share: u32,
    pub(super) value: FieldValue,
}

/// What a field may hold, as YAML text.
#[derive(Debug, Clone)]
pub(super) enum FieldValue {
    /// One of these; `{n}` is the number of the task.
    Pick(Pool<String>),
    /// A list of up to this many tasks that stand further up.
    Tasks(usize),
    /// One task that stands further up.
    Task,
}

/// Something wrong in a queue file.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// The field of some task that it is in.
    pub(super) field: String,
    /// What the field holds then, as YAML text; `None` takes the field away. `{task}` is some task.
    pub(super) value: Option<String>,
}

/// How an operation is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct OperationGrammar {
    pub(super) arguments: Vec<ArgumentGrammar>,
    /// In which role's worktree it is asked, at times; else in the main checkout.
    pub(super) place: Option<ArgumentGrammar>,
    /// The outcome classes that a long run has to reach.
    pub(super) classes: Vec<String>,
}

/// An argument, given in `share` of 100 cases.
#[derive(Debug, Clone)]
pub(super) struct ArgumentGrammar {
    pub(super) name: String,
    pub(super) pool: String,
    pub(super) share: u32,
}

/// A kind of case.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    /// The behaviour whose waivers hold and whose folder a find belongs to.
    pub(super) behaviour: String,
    /// The least and the most tasks, where these are not those of the queue's grammar.
    pub(super) tasks: Option<(usize, usize)>,
    pub(super) steps: (usize, usize),
    pub(super) moves: Pool<Move>,
}

/// What a step may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// An operation.
    Ask(String),
    /// The queue file changes, and stays sound.
    Change,
    /// The queue file gets a fault, until it changes again.
    Break,
    /// Something happens beside the operations.
    Do(String),
}

const SHIPPED: &str = include_str!("../../grammar.toml");

impl Grammar {
    /// The grammar of a project, `.fairway/parity/grammar.toml`, or else the one that ships.
    ///
    /// # Errors
    /// Every problem in it, or that it cannot be read.
    pub fn load(project: Option<&Path>, vocabulary: &Vocabulary) -> Result<Self, LibraryError> {
        let own = project.map(|root| root.join(".fairway/parity/grammar.toml")).filter(|path| path.exists());
        let source = match own {
            None => Source::new("parity/grammar.toml", SHIPPED),
            Some(path) => {
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| LibraryError::File { path: path.clone(), source })?;
                Source::new(path.display().to_string(), text)
            }
        };
        Ok(Self::parse(&source, vocabulary)?)
    }

    /// Reads a grammar and checks it against the vocabulary.
    ///
    /// # Errors
    /// Every problem in it.
    pub fn parse(source: &Source, vocabulary: &Vocabulary) -> Result<Self, Problems> {
        datafile::read(source, |root| {
            let pools: BTreeMap<String, Pool<Value>> = section(root, "pools")
                .into_iter()
                .map(|(name, node)| (name, pool(&node, |node| Some(node.json()))))
                .collect();
            let operations = section(root, "operations")
                .into_iter()
                .filter_map(|(name, node)| {
                    node.table(|table| (name.clone(), operation(table, &node, &name, vocabulary, &pools)))
                })
                .collect();
            let deeds = root.get("deeds").and_then(|node| node.table(Table::entries)).unwrap_or_default();
            let deeds: BTreeMap<String, Deed> =
                deeds.into_iter().map(|(name, node)| (name, deed::deed(&node))).collect();
            let profiles = root.need("profiles").map(|node| node.list()).unwrap_or_default();
            Self {
                digest: crate::hex::sha256(Sha256::digest(source.text())),
                now: root.need_text("now"),
                minutes: root
                    .need("minutes")
                    .map(|node| pool(&node, |n| Some(n.integer())))
                    .unwrap_or_default(),
                actors: root.need("actors").map(|node| pool(&node, |n| Some(n.json()))).unwrap_or_default(),
                coverage_from: root.need("coverage_from").map_or(0, |node| count(&node)),
                queue: root
                    .need("queue")
                    .and_then(|node| node.table(queue))
                    .unwrap_or_else(QueueGrammar::none),
                profiles: profiles
                    .iter()
                    .filter_map(|node| node.table(|t| profile(t, &operations, &deeds)))
                    .collect(),
                pools,
                operations,
                deeds,
            }
        })
    }
}

impl Grammar {
    /// The behaviours that it makes cases for.
    pub fn behaviours(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.profiles.iter().map(|(_, profile)| profile.behaviour.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

impl QueueGrammar {
    fn none() -> Self {
        Self { header: String::new(), tasks: (0, 0), fields: Vec::new(), faults: Vec::new() }
    }

    /// The field of a name.
    pub(super) fn field(&self, name: &str) -> Option<&FieldGrammar> {
        self.fields.iter().find(|field| field.name == name)
    }
}

fn section<'a>(root: &Table<'a>, key: &str) -> Vec<(String, Node<'a>)> {
    root.need(key).and_then(|node| node.table(Table::entries)).unwrap_or_default()
}

/// A list of alternatives. One that is a list itself is a weight and the alternative.
fn pool<T>(node: &Node<'_>, read: impl Fn(&Node<'_>) -> Option<T>) -> Pool<T> {
    let alternatives = node.list();
    if alternatives.is_empty() {
        node.problem("no alternative to choose from", None);
    }
    let one = |node: &Node<'_>| {
        if !node.json().is_array() {
            return Some((1, read(node)?));
        }
        let pair = node.list();
        let [weight, value] = pair.as_slice() else {
            node.problem("not a weight and an alternative", Some("expected `[3, \"text\"]`".to_owned()));
            return None;
        };
        Some((u32::try_from(weight.integer()).unwrap_or_default(), read(value)?))
    };
    alternatives.iter().filter_map(one).collect()
}

fn count(node: &Node<'_>) -> usize {
    usize::try_from(node.integer()).unwrap_or_else(|_| {
        node.problem("a number cannot be negative here", None);
        0
    })
}

fn share(table: &Table<'_>) -> u32 {
    table.get("share").map_or(100, |node| u32::try_from(count(&node)).unwrap_or(100).min(100))
}

/// `[least, most]`.
fn range(table: &Table<'_>, key: &str) -> (usize, usize) {
    let Some(node) = table.need(key) else { return (0, 0) };
    let pair = node.list();
    let [least, most] = pair.as_slice() else {
        node.problem("not a range", Some("expected `[least, most]`".to_owned()));
        return (0, 0);
    };
    let (least, most) = (count(least), count(most));
    if least > most {
        node.problem(format!("{least} is more than {most}"), Some("expected `[least, most]`".to_owned()));
    }
    (least, most)
}

fn queue(table: &Table<'_>) -> QueueGrammar {
    let fields = table.need("fields").map(|node| node.list()).unwrap_or_default();
    let faults = table.get("faults").map(|node| node.list()).unwrap_or_default();
    let fields: Vec<FieldGrammar> = fields.iter().filter_map(|node| node.table(field)).collect();
    QueueGrammar {
        header: table.need_text("header"),
        tasks: range(table, "tasks"),
        faults: faults.iter().filter_map(|node| node.table(|table| fault(table, &fields))).collect(),
        fields,
    }
}

fn field(table: &Table<'_>) -> FieldGrammar {
    let name = table.need_text("name");
    let value = match (table.get("pick"), table.get("tasks"), table.get("task")) {
        (Some(node), None, None) => FieldValue::Pick(pool(&node, |node| Some(node.text()))),
        (None, Some(node), None) => FieldValue::Tasks(count(&node)),
        (None, None, Some(node)) => {
            node.boolean();
            FieldValue::Task
        }
        _ => {
            table.problem(format!("`{name}` has to have one of `pick`, `tasks`, `task`"), None);
            FieldValue::Task
        }
    };
    FieldGrammar { name, share: share(table), value }
}

fn fault(table: &Table<'_>, fields: &[FieldGrammar]) -> (u32, Fault) {
    let field = table.need("field").map(|node| {
        let known = fields.iter().map(|field| field.name.as_str());
        node.one_of("field", known)
    });
    let weight = table.get("weight").map_or(1, |node| u32::try_from(count(&node)).unwrap_or(1));
    (weight, Fault { field: field.unwrap_or_default(), value: table.text("value") })
}

fn operation(
    table: &Table<'_>,
    node: &Node<'_>,
    name: &str,
    vocabulary: &Vocabulary,
    pools: &BTreeMap<String, Pool<Value>>,
) -> OperationGrammar {
    let Some(definition) = vocabulary.get(name) else {
        let known: Vec<&str> = vocabulary.names().collect();
        node.problem(format!("there is no operation `{name}`"), Some(suggest(name, &known)));
        return OperationGrammar::default();
    };
    let arguments = table.get("args").and_then(|node| node.table(Table::entries)).unwrap_or_default();
    let arguments = arguments.into_iter().filter_map(|(name, node)| {
        if !definition.arguments.iter().any(|(known, _)| *known == name) {
            let known: Vec<&str> = definition.arguments.iter().map(|(known, _)| known.as_str()).collect();
            node.problem(
                format!("`{}` has no argument `{name}`", definition.name),
                Some(format!("expected one of {}", known.join(", "))),
            );
        }
        drawn(name, node, pools)
    });
    let classes = table.need("classes").map(|node| node.texts()).unwrap_or_default();
    let place = table.get("in").and_then(|node| drawn("in".to_owned(), node, pools));
    OperationGrammar { arguments: arguments.collect(), place, classes }
}

/// What is drawn from a pool: `{ pool = "NAME", share = 30 }`, or the name alone.
fn drawn(name: String, node: Node<'_>, pools: &BTreeMap<String, Pool<Value>>) -> Option<ArgumentGrammar> {
    let (pool, share) = match node.as_text() {
        Some(_) => (node, 100),
        None => node.table(|table| Some((table.need("pool")?, share(table))))??,
    };
    let pool = pool.one_of("pool", pools.keys().map(String::as_str));
    Some(ArgumentGrammar { name, pool, share })
}

fn profile(
    table: &Table<'_>,
    operations: &BTreeMap<String, OperationGrammar>,
    deeds: &BTreeMap<String, Deed>,
) -> (u32, Profile) {
    let weight = table.get("weight").map_or(1, |node| u32::try_from(count(&node)).unwrap_or(1));
    let moves = table.need("moves").and_then(|node| node.table(Table::entries)).unwrap_or_default();
    let moves = moves.into_iter().map(|(name, node)| {
        let weight = u32::try_from(count(&node)).unwrap_or_default();
        let made = match name.as_str() {
            "change-queue" => Move::Change,
            "break-queue" => Move::Break,
            _ if deeds.contains_key(&name) => Move::Do(name),
            _ => Move::Ask(name),
        };
        if let Move::Ask(name) = &made
            && !operations.contains_key(name)
        {
            let known: Vec<&str> = deeds.keys().chain(operations.keys()).map(String::as_str).collect();
            let expected = format!("expected change-queue, break-queue or one of {}", known.join(", "));
            node.problem(format!("the grammar has neither an operation nor a deed `{name}`"), Some(expected));
        }
        (weight, made)
    });
    let behaviour = table.need_text("behaviour");
    let tasks = table.get("tasks").map(|_| range(table, "tasks"));
    (weight, Profile { behaviour, tasks, steps: range(table, "steps"), moves: moves.collect() })
}
