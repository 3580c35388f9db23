//! The faults that are made, as data: `parity/mutators.toml`.

use regex::Regex;

use super::language::Language;
use crate::datafile::{self, Node, Problems, Source, Table};

/// What a fault at a place would touch: the part of an observation that has to show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Done, refused with a class, or failed.
    Outcome,
    /// What is answered.
    Answer,
    /// The rows of the queue.
    State,
    /// Files, refs, worktrees.
    Files,
}

impl Effect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Outcome, Self::Answer, Self::State, Self::Files];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Answer => "answer",
            Self::State => "state",
            Self::Files => "files",
        }
    }

    fn parse(node: &Node<'_>) -> Option<Self> {
        let name = node.one_of("effect", Self::ALL.map(Self::name));
        Self::ALL.into_iter().find(|effect| effect.name() == name)
    }
}

/// One way to make a fault in a line.
#[derive(Debug, Clone)]
pub struct Change {
    /// Finds the places.
    pub find: Regex,
    /// What stands there then, with `$1` or `${1}` for what was found.
    pub with: String,
    /// No place in a line in which this is found.
    pub unless: Option<Regex>,
}

/// A kind of fault.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Its name.
    pub name: String,
    /// What it does, in one line.
    pub summary: String,
    /// How, by language.
    pub changes: Vec<(Language, Change)>,
}

/// Everything that is known of faults.
#[derive(Debug, Clone, Default)]
pub struct Mutators {
    /// Lines that are no places for faults.
    pub skip: Vec<(Language, Regex)>,
    /// What a line touches; the first that is found in its statement counts.
    pub effects: Vec<(Language, Regex, Effect)>,
    /// The kinds of faults.
    pub operators: Vec<Operator>,
}

/// Reads the data.
///
/// # Errors
/// Every problem in it.
pub fn parse(source: &Source) -> Result<Mutators, Problems> {
    datafile::read(source, |root| {
        if let Some(schema) = root.need("schema") {
            schema.one_of("schema", ["fairway-mutators/1"]);
        }
        let list = |key: &str| root.get(key).map(|node| node.list()).unwrap_or_default();
        let skip = list("skip")
            .into_iter()
            .filter_map(|node| node.table(|t| Some((language(t)?, regex(t, "match")?))));
        let effects = list("effects").into_iter().filter_map(|node| node.table(effect));
        let operators = list("operators").into_iter().filter_map(|node| node.table(operator));
        Mutators {
            skip: skip.collect::<Vec<_>>().into_iter().flatten().collect(),
            effects: effects.collect::<Vec<_>>().into_iter().flatten().collect(),
            operators: operators.collect(),
        }
    })
}

fn language(table: &Table<'_>) -> Option<Language> {
    let name = table.need("language")?.one_of("language", Language::ALL.map(Language::name));
    Language::ALL.into_iter().find(|language| language.name() == name)
}

fn regex(table: &Table<'_>, key: &str) -> Option<Regex> {
    table.need(key)?.regex()
}

fn effect(table: &Table<'_>) -> Option<(Language, Regex, Effect)> {
    let (language, regex) = (language(table), regex(table, "match"));
    let effect = table.need("effect").and_then(|node| Effect::parse(&node));
    Some((language?, regex?, effect?))
}

fn operator(table: &Table<'_>) -> Operator {
    let mut changes = Vec::new();
    for language in Language::ALL {
        let nodes = table.get(language.name()).map(|node| node.list()).unwrap_or_default();
        let found = nodes.iter().filter_map(|node| node.table(change).flatten());
        changes.extend(found.map(|change| (language, change)));
    }
    if changes.is_empty() {
        table.problem("an operator without a change for any language", None);
    }
    Operator { name: table.need_text("name"), summary: table.need_text("summary"), changes }
}

fn change(table: &Table<'_>) -> Option<Change> {
    let find = regex(table, "match");
    let unless = table.get("unless").and_then(|node| node.regex());
    Some(Change { find: find?, with: table.need_text("with"), unless })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_sound_and_a_slip_is_named() {
        let shipped = parse(&super::super::shipped_mutators()).unwrap_or_else(|error| panic!("{error}"));
        assert!(shipped.operators.len() >= 8, "{}", shipped.operators.len());
        let text = "schema = \"fairway-mutators/1\"\n[[operators]]\nname = \"a\"\nsummary = \"b\"\n\
                    ruby = [{ match = '(', with = '' }]\n[[effects]]\nlanguage = \"rubi\"\nmatch = 'x'\neffect = \"state\"\n";
        let problems = parse(&Source::new("m.toml", text)).unwrap_err().to_string();
        assert!(problems.contains("not a regular expression"), "{problems}");
        assert!(problems.contains("unknown language `rubi`"), "{problems}");
    }
}
