//! What queues usually call things, read from `adapt.toml`: none of it stands in code.

use regex::{Regex, RegexBuilder};

use crate::datafile::{self, Node, Problems, Source, Table};
use crate::observation::Outcome;

/// The data that comes with the harness.
const SHIPPED: &str = include_str!("../../adapt.toml");

/// How well a name fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// It is the vocabulary's own.
    Exact,
    /// It is another word for it; the first of them are the likeliest.
    Synonym(usize),
}

/// A list of names and the other words for each.
#[derive(Debug, Default)]
pub(crate) struct Words(Vec<(String, Vec<String>)>);

/// What is known of an operation.
#[derive(Debug)]
pub(crate) struct KnownOperation {
    pub(crate) name: String,
    /// How much it is worth to have it.
    pub(crate) value: i64,
    /// Whether asking it changes nothing, so that it may be tried.
    pub(crate) probe: bool,
    pub(crate) verbs: Vec<String>,
    pub(crate) arguments: Words,
    /// What its answer need not say, by field.
    pub(crate) defaults: Vec<(String, String)>,
}

/// What values may be called.
#[derive(Debug)]
pub(crate) struct KnownValues {
    /// The name of the table of values.
    pub(crate) name: String,
    /// The fields that hold them.
    pub(crate) fields: Vec<String>,
    /// The section in whose rows they are looked for.
    pub(crate) section: String,
    pub(crate) words: Words,
}

/// A list that another table holds.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) column: String,
    pub(crate) of: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) order: Vec<String>,
}

/// What is known of a section of the state.
#[derive(Debug)]
pub(crate) struct KnownSection {
    pub(crate) name: String,
    pub(crate) value: i64,
    pub(crate) tables: Vec<String>,
    pub(crate) links: Vec<Link>,
    /// The column that may hold the verb that made a row.
    pub(crate) verbs: Option<String>,
    /// By column: values of the state, and what they may be called.
    pub(crate) values: Vec<(String, Words)>,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Knowledge {
    pub(crate) formats: Vec<Vec<String>>,
    pub(crate) clocks: Vec<String>,
    pub(crate) actors: Vec<String>,
    pub(crate) setups: Vec<String>,
    /// Fields that are one word wherever they are printed.
    pub(crate) one_word: Vec<String>,
    pub(crate) names: Words,
    pub(crate) operations: Vec<KnownOperation>,
    pub(crate) sections: Vec<KnownSection>,
    pub(crate) values: Vec<KnownValues>,
    pub(crate) messages: Vec<(String, Vec<Regex>)>,
}

impl Knowledge {
    /// Reads the project's own file, or what ships.
    ///
    /// # Errors
    /// Every problem in it.
    pub(crate) fn read(own: Option<Source>) -> Result<Self, Problems> {
        let source = own.unwrap_or_else(|| Source::new("parity/adapt.toml", SHIPPED));
        datafile::read(&source, |root| {
            let formats = root.need("formats").map(|node| node.list()).unwrap_or_default();
            Self {
                formats: formats.iter().map(Node::texts).collect(),
                clocks: root.texts("clocks"),
                actors: root.texts("actors"),
                setups: root.texts("setups"),
                one_word: root.texts("one_word"),
                names: root.need("names").map(|node| Words::parse(&node)).unwrap_or_default(),
                operations: tables(root, "operations", KnownOperation::parse),
                sections: tables(root, "sections", KnownSection::parse),
                values: tables(root, "values", KnownValues::parse),
                messages: messages(root),
            }
        })
    }

    /// What is known of an operation.
    pub(crate) fn operation(&self, name: &str) -> Option<&KnownOperation> {
        self.operations.iter().find(|known| known.name == name)
    }

    /// The class that a message speaks of.
    pub(crate) fn class_of(&self, message: &str) -> Option<&str> {
        let fits = |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(message));
        self.messages.iter().find(|(_, patterns)| fits(patterns)).map(|(class, _)| class.as_str())
    }
}

impl Words {
    fn parse(node: &Node<'_>) -> Self {
        node.table(Self::of).unwrap_or_default()
    }

    fn of(table: &Table<'_>) -> Self {
        Self(table.entries().into_iter().map(|(name, node)| (name, node.texts())).collect())
    }

    /// Every name, with the other words for it.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, others)| (name.as_str(), others.as_slice()))
    }

    /// How well `found` fits `name`.
    pub(crate) fn fit(&self, name: &str, found: &str) -> Option<Fit> {
        let others = self.0.iter().find(|(known, _)| known == name);
        fit(name, others.map(|(_, others)| others.as_slice()).unwrap_or_default(), found)
    }

    /// The one of `found` that fits `name` best.
    pub(crate) fn pick<'f>(&self, name: &str, found: &'f [String]) -> Option<(&'f str, Fit)> {
        let fits = found.iter().filter_map(|word| Some((word.as_str(), self.fit(name, word)?)));
        fits.min_by_key(|(_, fit)| *fit)
    }
}

/// How well `found` fits a name and its other words.
pub(crate) fn fit(name: &str, others: &[String], found: &str) -> Option<Fit> {
    let found = plain(found);
    if plain(name) == found {
        return Some(Fit::Exact);
    }
    others.iter().position(|other| plain(other) == found).map(Fit::Synonym)
}

/// A name in lower case, with one sort of mark between its words.
pub(crate) fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

impl KnownOperation {
    fn parse(name: String, table: &Table<'_>) -> Self {
        let defaults = table.get("defaults").and_then(|node| node.table(Table::entries)).unwrap_or_default();
        Self {
            name,
            value: table.need("value").map_or(0, |node| node.integer()),
            probe: table.get("probe").is_some_and(|node| node.boolean()),
            verbs: table.texts("verbs"),
            arguments: table.get("arguments").map(|node| Words::parse(&node)).unwrap_or_default(),
            defaults: defaults.into_iter().map(|(name, node)| (name, node.text())).collect(),
        }
    }
}

impl KnownValues {
    fn parse(name: String, table: &Table<'_>) -> Self {
        let words = table.need("words").map(|node| Words::parse(&node)).unwrap_or_default();
        Self { name, fields: table.texts("names"), section: table.need_text("section"), words }
    }
}

impl KnownSection {
    fn parse(name: String, table: &Table<'_>) -> Self {
        let link = |column: String, table: &Table<'_>| Link {
            column,
            of: table.texts("of"),
            names: table.texts("names"),
            order: table.texts("order"),
        };
        Self {
            name,
            value: table.need("value").map_or(0, |node| node.integer()),
            tables: table.texts("tables"),
            links: tables(table, "links", link),
            verbs: table.text("verbs"),
            values: tables(table, "values", |column, table| (column, Words::of(table))),
        }
    }
}

fn tables<T>(table: &Table<'_>, key: &str, build: impl Fn(String, &Table<'_>) -> T) -> Vec<T> {
    let entries = table.get(key).and_then(|node| node.table(Table::entries)).unwrap_or_default();
    let one = |(name, node): (String, Node<'_>)| node.table(|table| build(name, table));
    entries.into_iter().filter_map(one).collect()
}

fn messages(root: &Table<'_>) -> Vec<(String, Vec<Regex>)> {
    let Some(table) = root.need("messages").and_then(|node| node.as_table()) else { return Vec::new() };
    let classes: Vec<&str> = Outcome::classes().collect();
    let mut found = Vec::new();
    for (class, node) in table.entries() {
        if !classes.contains(&class.as_str()) {
            let expected = datafile::suggest(&class, &classes);
            table.key_problem(&class, format!("unknown outcome `{class}`"), Some(expected));
        }
        let pattern = |node: &Node<'_>| {
            node.regex()?;
            RegexBuilder::new(node.as_text()?).case_insensitive(true).build().ok()
        };
        found.push((class, node.list().iter().filter_map(pattern).collect()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_sound_and_the_own_name_fits_best() {
        let known = Knowledge::read(None).unwrap_or_else(|error| panic!("{error}"));
        let found = ["rank".to_owned(), "PRIORITY".to_owned()];
        assert_eq!(known.names.pick("priority", &found), Some(("PRIORITY", Fit::Exact)));
        assert_eq!(known.names.pick("priority", &found[..1]), Some(("rank", Fit::Synonym(0))));
        assert_eq!(known.class_of("A-1 is claimed by bob"), Some("held"));
        assert_eq!(known.class_of("give REASON= to unblock"), Some("reason-required"));
        assert_eq!(known.class_of("good morning"), None);
    }

    #[test]
    fn a_broken_file_names_every_problem() {
        let text = "formats = 3\n[names]\n[operations.ready]\nvalu = 1\n[messages]\nhold = ['(']\n";
        let problems = Knowledge::read(Some(Source::new("adapt.toml", text))).unwrap_err().to_string();
        for part in ["adapt.toml:1:11", "unknown key `valu`", "unknown outcome `hold`", "not a regular"] {
            assert!(problems.contains(part), "{part} is missing in\n{problems}");
        }
    }
}
