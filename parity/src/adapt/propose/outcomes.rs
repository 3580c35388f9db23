//! What the refusals of the scripts mean.

use std::collections::BTreeSet;

use super::{Sources, head, part};
use crate::adapt::draft::{Draft, Mark, text};
use crate::adapt::facts::text::{Kind, Said};

/// How much it is worth to say what a message means.
const VALUE: i64 = 30;

pub(crate) fn write(sources: &Sources<'_>, draft: &mut Draft) {
    part(draft, "what exit codes and messages mean");
    draft.plain("[[outcomes]]");
    draft.line("exit = [0]", Mark::Sure);
    draft.line("gives = \"ok\"", Mark::Sure);
    let (mut rules, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for said in texts(sources, Kind::Refuses) {
        match rule(sources, said) {
            Some(rule) => {
                rules.insert(rule);
            }
            None => {
                unknown.insert(said.plain());
            }
        }
    }
    // A refusal may be put together elsewhere; that counts for the classes that are missing so far.
    let found: BTreeSet<String> = rules.iter().map(|(_, _, class)| class.clone()).collect();
    let others = texts(sources, Kind::Other).filter_map(|said| rule(sources, said));
    rules.extend(others.filter(|(_, _, class)| !found.contains(class)));
    for (_, pattern, class) in &rules {
        draft.plain("\n[[outcomes]]");
        draft.line(&format!("stderr = {}", text(&pattern.replace('\n', "\\n"))), Mark::Guessed);
        draft.line(&format!("gives = {}", text(class)), Mark::Guessed);
    }
    let missing: Vec<&str> = sources
        .known
        .messages
        .iter()
        .filter(|(class, _)| rules.iter().all(|(_, _, known)| known != class))
        .map(|(class, _)| class.as_str())
        .collect();
    if !unknown.is_empty() {
        let none =
            if missing.is_empty() { String::new() } else { format!(" No rule gives {}", missing.join(", ")) };
        let question = format!("what do these messages mean?{none}");
        draft.decide(VALUE, "outcomes", question, unknown.into_iter().collect());
    }
}

/// The texts of one kind that say enough, of the scripts that carry out an operation.
fn texts<'a>(sources: &Sources<'a>, kind: Kind) -> impl Iterator<Item = &'a Said> {
    let scripts = head::involved(sources).into_iter();
    scripts.flat_map(|script| &script.said).filter(move |said| said.kind == kind && said.tells())
}

/// The place of a text's class, an expression for it, and the class.
fn rule(sources: &Sources<'_>, said: &Said) -> Option<(usize, String, String)> {
    let class = sources.known.class_of(&said.plain())?;
    let place = sources.known.messages.iter().position(|(name, _)| name == class)?;
    Some((place, said.pattern(), class.to_owned()))
}
