//! The operations that scenarios may ask and adapters may offer, with their arguments and answers.

use crate::datafile::{self, Node, Problems, Source, Table};

use super::{Field, FieldType};

/// What kind of gate an operation stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// It has a counterpart in the reference and earns its way by matching it.
    Proved,
    /// It has none; the authority over a lane is enough.
    Native,
    /// It prepares or inspects and is never gated.
    Administrative,
}

/// The type of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentType {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// Given or not.
    Boolean,
    /// Several texts.
    List,
}

/// One operation of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationDefinition {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OperationKind,
    /// What it does, in one line.
    pub summary: String,
    /// Its arguments.
    pub arguments: Vec<(String, ArgumentType)>,
    /// The type of its answer; `None` when it has none to compare.
    pub answer: Option<FieldType>,
}

/// All operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    operations: Vec<OperationDefinition>,
}

impl Vocabulary {
    /// Reads a vocabulary file.
    ///
    /// # Errors
    /// Every problem in it.
    pub fn parse(source: &Source) -> Result<Self, Problems> {
        datafile::read(source, |root| {
            let mut records = Vec::new();
            for (name, node) in section(root, "records") {
                let fields = record(&node, &records);
                records.push((name, fields));
            }
            let operations = section(root, "operations")
                .into_iter()
                .filter_map(|(name, node)| node.table(|table| definition(name, table, &records)))
                .collect();
            Self { operations }
        })
    }

    /// The definition of an operation.
    pub fn get(&self, name: &str) -> Option<&OperationDefinition> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// The names of all operations.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(|operation| operation.name.as_str())
    }
}

type Records = [(String, Vec<Field>)];

fn section<'a>(root: &Table<'a>, key: &str) -> Vec<(String, Node<'a>)> {
    root.need(key).and_then(|node| node.table(Table::entries)).unwrap_or_default()
}

fn definition(name: String, table: &Table<'_>, records: &Records) -> OperationDefinition {
    let kind = table.need("kind").map(|node| node.one_of("kind", ["proved", "native", "administrative"]));
    let arguments = table.get("arguments").and_then(|node| node.table(Table::entries)).unwrap_or_default();
    let answer = table.get("answer").map(|node| FieldType::Record(record(&node, records)));
    OperationDefinition {
        name,
        kind: match kind.as_deref() {
            Some("native") => OperationKind::Native,
            Some("administrative") => OperationKind::Administrative,
            _ => OperationKind::Proved,
        },
        summary: table.need_text("summary"),
        arguments: arguments.into_iter().map(|(name, node)| (name, argument(&node))).collect(),
        answer,
    }
}

fn argument(node: &Node<'_>) -> ArgumentType {
    match node.one_of("argument type", ["text", "integer", "boolean", "list"]).as_str() {
        "integer" => ArgumentType::Integer,
        "boolean" => ArgumentType::Boolean,
        "list" => ArgumentType::List,
        _ => ArgumentType::Text,
    }
}

fn record(node: &Node<'_>, records: &Records) -> Vec<Field> {
    let entries = node.table(Table::entries).unwrap_or_default();
    entries.into_iter().map(|(name, node)| field(name, &node, records)).collect()
}

fn field(name: String, node: &Node<'_>, records: &Records) -> Field {
    let text = node.text();
    let (text, optional) = text.strip_suffix('?').map_or((text.as_str(), false), |text| (text, true));
    let list =
        |items: &str, ordered| FieldType::List { items: Box::new(named(items, node, records)), ordered };
    let kind = if let Some(items) = text.strip_prefix("list of ") {
        list(items, true)
    } else if let Some(items) = text.strip_prefix("bag of ") {
        list(items, false)
    } else if let Some((record, by)) = text.strip_prefix("lists of ").and_then(|rest| rest.split_once(" by "))
    {
        groups(record, by, node, records)
    } else {
        named(text, node, records)
    };
    Field { name, kind, optional }
}

/// Records in lists by the fields of these names.
fn groups(items: &str, by: &str, node: &Node<'_>, records: &Records) -> FieldType {
    let by: Vec<String> = by.split(" and ").map(str::to_owned).collect();
    let FieldType::Record(fields) = named(items, node, records) else {
        node.problem(
            format!("`{items}` is no record"),
            Some("`lists of RECORD by FIELD and FIELD`".to_owned()),
        );
        return FieldType::Json;
    };
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    for unknown in by.iter().filter(|name| !names.contains(&name.as_str())) {
        node.problem(format!("`{items}` has no field `{unknown}`"), Some(datafile::suggest(unknown, &names)));
    }
    FieldType::Groups { fields, by }
}

/// A plain type, or a record by its name; a record is defined above its use.
fn named(text: &str, node: &Node<'_>, records: &Records) -> FieldType {
    if let Some((_, fields)) = records.iter().find(|(name, _)| name == text) {
        return FieldType::Record(fields.clone());
    }
    match text {
        "text" => FieldType::Text,
        "integer" => FieldType::Integer,
        "boolean" => FieldType::Boolean,
        "time" => FieldType::Time,
        "time or text" => FieldType::TimeOrText,
        "json" => FieldType::Json,
        _ => {
            let plain = ["text", "integer", "boolean", "time", "time or text", "json"];
            let known: Vec<&str> = records.iter().map(|(name, _)| name.as_str()).chain(plain).collect();
            let expected = datafile::suggest(text, &known)
                + "; `list of X` keeps an order, `bag of X` has none, `lists of X by FIELD` keeps it in each";
            node.problem(format!("unknown type `{text}`"), Some(expected));
            FieldType::Json
        }
    }
}
