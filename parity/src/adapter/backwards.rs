//! A command line read backwards: which operation it asks, and with which arguments.

use crate::operation::{Argument, ArgumentType, Vocabulary};

use super::{Adapter, Ask, Template, Via, Words};

/// An operation as a command line asks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// Its name in the vocabulary.
    pub operation: String,
    /// Its arguments, in the order of the adapter.
    pub arguments: Vec<(String, Argument)>,
    /// The way in which it is asked, when it is not the plain one.
    pub via: Option<String>,
}

impl Recognised {
    /// The text of an argument.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(known, _)| known == name).and_then(|(_, argument)| match argument {
            Argument::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

impl Adapter {
    /// The operation that a command line asks. `None` when there is none that has words for all of it. Of several, that
    /// one whose own words are all there comes first.
    pub fn recognise(&self, call: &[String], vocabulary: &Vocabulary) -> Option<Recognised> {
        let mut best: Option<(usize, Recognised)> = None;
        for ask in &self.operations {
            let ways =
                std::iter::once((None, &ask.argv)).chain(ask.via.iter().map(|via| (Some(via), &via.argv)));
            for (via, argv) in ways {
                let Some((rest, missing)) = after(argv, call) else { continue };
                if best.as_ref().is_some_and(|(least, _)| *least <= missing) {
                    continue;
                }
                let Some(arguments) = arguments(ask, via, rest, vocabulary) else { continue };
                let via = via.map(|via| via.name.clone());
                best = Some((missing, Recognised { operation: ask.operation.clone(), arguments, via }));
            }
        }
        best.map(|(_, found)| found)
    }
}

/// A word that may be left out or stand anywhere: it chooses a form, not what is done.
fn is_option(word: &str) -> bool {
    word.starts_with('-') || word.contains('=')
}

/// What follows the words that an operation begins with, and how many of those are not there that need not be.
fn after<'c>(argv: &[Template], call: &'c [String]) -> Option<(Vec<&'c str>, usize)> {
    let (options, fixed): (Vec<_>, Vec<_>) =
        argv.iter().partition(|word| word.literal().is_some_and(is_option));
    let options: Vec<&str> = options.into_iter().filter_map(Template::literal).collect();
    let mut fixed = fixed.into_iter().peekable();
    let (mut rest, mut found) = (Vec::new(), 0);
    for word in call.iter().map(String::as_str) {
        if options.contains(&word) {
            found += 1;
        } else if let Some(wanted) = fixed.next_if(|_| rest.is_empty()) {
            // A program may be called by any path that leads to it.
            let plain = |text: &str| text.strip_prefix("./").unwrap_or(text).to_owned();
            if wanted.literal().is_some_and(|literal| plain(literal) != plain(word)) {
                return None;
            }
        } else {
            rest.push(word);
        }
    }
    fixed.peek().is_none().then(|| (rest, options.len().saturating_sub(found)))
}

fn arguments(
    ask: &Ask,
    via: Option<&Via>,
    rest: Vec<&str>,
    vocabulary: &Vocabulary,
) -> Option<Vec<(String, Argument)>> {
    let definition = vocabulary.get(&ask.operation)?;
    let kind =
        |name: &str| definition.arguments.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
    let mut found: Vec<(String, Argument)> = Vec::new();
    let mut rest = rest.into_iter().peekable();
    while let Some(word) = rest.next() {
        let next = rest.peek().copied();
        let named = ask
            .arguments
            .iter()
            .find_map(|(name, words)| words.take(word, next).map(|(value, used)| (name, words, value, used)));
        let (name, words, value, used) = match named {
            Some(named) => named,
            // In its place, the first that is not there yet.
            None if !word.starts_with('-') => {
                let (name, words) = ask.arguments.iter().find(|(name, words)| {
                    words.words == ["{}"] && found.iter().all(|(known, _)| known != name)
                })?;
                (name, words, Some(word), 0)
            }
            None => return None,
        };
        for _ in 0..used {
            rest.next();
        }
        let value = value.map(|value| words.unescaped(value, via));
        add(&mut found, name, kind(name)?, words, value);
    }
    found.sort_by_key(|(name, _)| ask.arguments.iter().position(|(known, _)| known == name));
    Some(found)
}

/// Adds an argument. Blank is the same as absent: scripts are given variables that may be empty.
fn add(
    found: &mut Vec<(String, Argument)>,
    name: &str,
    kind: ArgumentType,
    words: &Words,
    value: Option<String>,
) {
    let Some(value) = value else {
        found.push((name.to_owned(), Argument::Flag(true)));
        return;
    };
    if value.trim().is_empty() {
        return;
    }
    if kind != ArgumentType::List {
        found.push((name.to_owned(), Argument::Text(value)));
        return;
    }
    let values: Vec<String> = match &words.join {
        Some(join) => value.split(join.as_str()).map(str::to_owned).collect(),
        None => vec![value],
    };
    match found.iter_mut().find(|(known, _)| known == name) {
        Some((_, Argument::List(list))) => list.extend(values),
        _ => found.push((name.to_owned(), Argument::List(values))),
    }
}

impl Words {
    /// The value that a word gives, with the word after it where that is needed: `None` inside for a flag. How many words
    /// beyond the first were used comes with it. What stands alone in its place is nobody's.
    fn take<'w>(&self, word: &'w str, next: Option<&'w str>) -> Option<(Option<&'w str>, usize)> {
        match self.words.as_slice() {
            [only] if only == "{}" => None,
            [only] => match only.split_once("{}") {
                None => (only == word).then_some((None, 0)),
                Some((before, after)) => {
                    let value = word.strip_prefix(before)?.strip_suffix(after)?;
                    Some((Some(value), 0))
                }
            },
            [flag, value] if value == "{}" => {
                if flag == word {
                    return next.map(|next| (Some(next), 1));
                }
                let value = word.strip_prefix(flag.as_str())?.strip_prefix('=')?;
                Some((Some(value), 0))
            }
            _ => None,
        }
    }

    /// A value as the vocabulary has it.
    fn unescaped(&self, value: &str, via: Option<&Via>) -> String {
        let rules = via.map(|via| via.escape.as_slice()).unwrap_or_default();
        let value = rules.iter().rev().fold(value.to_owned(), |text, (from, to)| text.replace(to, from));
        self.values.name_of(&value).map_or(value, str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use crate::Library;
    use crate::operation::Operation;

    use super::super::Placeholders;
    use super::*;

    fn recognised(library: &Library, adapter: &str, call: &[&str]) -> Option<Recognised> {
        let call: Vec<String> = call.iter().map(|word| (*word).to_owned()).collect();
        library.adapter(adapter)?.recognise(&call, &library.vocabulary)
    }

    #[test]
    fn a_call_of_the_scripts_is_recognised_whatever_form_it_has() {
        let library = Library::load(None).unwrap();
        let text = |text: &str| Argument::Text(text.to_owned());
        for call in [
            vec!["make", "queue-claim", "TASK=API-1", "ROLE=A-backend", "REASON="],
            vec!["make", "-s", "queue-claim", "ROLE=A-backend", "TASK=API-1"],
            vec!["./scripts/ops/agent_queue.sh", "claim", "TASK=API-1", "ROLE=A-backend"],
        ] {
            let found = recognised(&library, "gpuaas", &call).unwrap();
            assert_eq!(found.operation, "claim");
            let wanted = [("task".to_owned(), text("API-1")), ("role".to_owned(), text("A-backend"))];
            assert_eq!(found.arguments, wanted, "{call:?}");
        }
        assert_eq!(recognised(&library, "gpuaas", &["make", "queue-claim", "COLOUR=red"]), None);
        assert_eq!(recognised(&library, "gpuaas", &["make", "all"]), None);
        let plan = recognised(&library, "gpuaas", &["make", "agent-session-launch", "DRY_RUN=1"]).unwrap();
        assert_eq!(plan.operation, "session-plan");
    }

    /// Two operations are asked with the same words there: the plain one of them is meant.
    #[test]
    fn what_asks_for_a_task_is_not_taken_for_a_list_of_its_handoffs() {
        let library = Library::load(None).unwrap();
        for call in [
            vec!["make", "queue-task-detail", "TASK=API-1", "FORMAT=json"],
            vec!["make", "queue-task-detail", "TASK=API-1"],
            vec!["scripts/ops/agent_queue.sh", "task-detail", "TASK=API-1", "FORMAT=json"],
        ] {
            let found = recognised(&library, "gpuaas", &call).unwrap();
            assert_eq!(
                (found.operation.as_str(), found.text("task")),
                ("task-detail", Some("API-1")),
                "{call:?}"
            );
        }
    }

    #[test]
    fn a_call_of_fairway_is_recognised_with_its_words_in_any_order() {
        let library = Library::load(None).unwrap();
        let call = ["fairway", "record", "evidence", "--result=pass", "API-1", "--command-text", "make test"];
        let found = recognised(&library, "fairway", &call).unwrap();
        let text = |text: &str| Argument::Text(text.to_owned());
        let wanted = [("task", "API-1"), ("command", "make test"), ("result", "pass")];
        assert_eq!(found.arguments, wanted.map(|(name, value)| (name.to_owned(), text(value))));
    }

    #[test]
    fn every_step_of_every_scenario_is_recognised_from_its_own_words() {
        use crate::scenario::Action;
        let library = Library::load(None).unwrap();
        let values = Placeholders {
            now: Some("now".into()),
            actor: Some("me".into()),
            home: Some("/h".into()),
            program: Some("fairway".into()),
            checkout: Some("/c".into()),
            queue: Some("/c/q".into()),
            snapshot: Some("/s".into()),
            role: Some("r".into()),
            config: None,
        };
        let (mut checked, mut other) = (0, Vec::new());
        for adapter in ["gpuaas", "fairway"].map(|name| library.adapter(name).unwrap()) {
            let steps = library.scenarios.iter().flat_map(|scenario| &scenario.steps);
            for operation in steps.filter_map(|step| match step {
                Action::Ask { operation, .. } => Some(operation),
                _ => None,
            }) {
                let Some(ask) = adapter.ask(&operation.name) else { continue };
                let Ok(words) = ask.words(operation, &values) else { continue };
                // Templates in the middle of words are not read backwards.
                let Some(found) = adapter.recognise(&words, &library.vocabulary) else {
                    other.push(format!("{}: {words:?}", adapter.name));
                    continue;
                };
                checked += 1;
                let again = Operation {
                    name: found.operation,
                    arguments: found.arguments,
                    via: found.via,
                    ..operation.clone()
                };
                let asked = adapter.ask(&again.name).unwrap().words(&again, &values).unwrap();
                if again.name == operation.name && !has_blank(operation) {
                    assert_eq!(asked, words);
                }
            }
        }
        assert!(
            other.len() * 20 < checked,
            "{checked} of them, not these {}: {:#?}",
            other.len(),
            &other[..other.len().min(20)]
        );
    }

    /// A blank argument is read as one that is not there.
    fn has_blank(operation: &Operation) -> bool {
        operation.arguments.iter().any(|(_, argument)| match argument {
            Argument::Flag(_) => false,
            Argument::Text(text) => text.trim().is_empty(),
            Argument::List(list) => list.iter().all(|text| text.trim().is_empty()),
        })
    }
}
