//! What a legacy copy shows of itself, for a person to look at.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::facts::{Facts, Script, database, makefile};

/// Everything that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The targets of the Makefile.
    pub targets: Vec<SeenTarget>,
    /// The scripts that have verbs or say how they are called.
    pub scripts: Vec<SeenScript>,
    /// The file that defines the tasks.
    pub queue: Option<SeenFile>,
    /// Files of JSON lines.
    pub row_files: Vec<SeenFile>,
    /// The tables of the database.
    pub tables: Vec<SeenTable>,
}

/// A target of the Makefile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenTarget {
    /// Its name.
    pub name: String,
    /// What it runs first.
    pub command: String,
    /// The variables that its recipe leaves to the caller, and those that the verb behind it reads.
    pub variables: BTreeSet<String>,
}

/// A script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenScript {
    /// Its path, relative to the checkout.
    pub path: String,
    /// The words that look like verbs.
    pub verbs: BTreeSet<String>,
    /// How it says that it is called.
    pub usage: Vec<String>,
    /// The flags that it knows.
    pub flags: BTreeSet<String>,
}

/// A file of tasks or rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenFile {
    /// Its path, relative to the checkout.
    pub path: String,
    /// The fields of what it holds.
    pub fields: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// How many rows it has.
    pub rows: i64,
    /// The first of them; long texts are cut.
    pub examples: Vec<Map<String, Value>>,
}

impl Seen {
    pub(super) fn of(facts: &Facts) -> Self {
        let worth = |script: &&Script| !script.verbs.is_empty() || !script.usage.is_empty();
        let file =
            |path: &String, fields: &[String]| SeenFile { path: path.clone(), fields: fields.to_vec() };
        Self {
            targets: facts.targets.iter().map(|target| SeenTarget::of(target, facts)).collect(),
            scripts: facts.scripts.iter().filter(worth).map(SeenScript::of).collect(),
            queue: facts.queue.as_ref().map(|queue| file(&queue.path, &queue.fields)),
            row_files: facts.row_files.iter().map(|rows| file(&rows.path, &rows.fields)).collect(),
            tables: facts.tables.iter().map(SeenTable::of).collect(),
        }
    }
}

impl SeenTarget {
    fn of(target: &makefile::Target, facts: &Facts) -> Self {
        let mut variables = target.variables.clone();
        if let Some((script, verb)) = facts.asked(&target.command) {
            for behind in facts.behind(script) {
                variables
                    .extend(behind.region(&verb).into_iter().flat_map(|lines| behind.variables_in(&lines)));
            }
        }
        Self { name: target.name.clone(), command: target.command.join(" "), variables }
    }
}

impl SeenScript {
    fn of(script: &Script) -> Self {
        Self {
            path: script.path.clone(),
            verbs: script.verbs.iter().map(|(verb, _)| verb.clone()).collect(),
            usage: script.usage.clone(),
            flags: script.flags.iter().map(|(flag, _)| flag.clone()).collect(),
        }
    }
}

impl SeenTable {
    fn of(table: &database::Table) -> Self {
        Self {
            name: table.name.clone(),
            columns: table.columns.clone(),
            rows: table.rows,
            examples: table.examples.clone(),
        }
    }
}
