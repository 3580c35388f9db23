//! Finds the command behind each operation among targets and verbs.

use super::draft::Mark;
use super::facts::{Facts, Script, Style};
use super::knowledge::{Fit, KnownOperation, fit};

/// A command that may be what asks an operation.
#[derive(Debug, Clone)]
pub(crate) struct Command<'f> {
    /// Program and first words.
    pub(crate) argv: Vec<String>,
    /// The script that is asked.
    pub(crate) script: &'f Script,
    /// The verb.
    pub(crate) verb: String,
    /// The target of the Makefile that runs it.
    pub(crate) target: Option<String>,
    pub(crate) fit: Fit,
}

impl<'f> Command<'f> {
    /// The command for one of these verbs: a target's, or else a script's own.
    pub(crate) fn find(facts: &'f Facts, name: &str, verbs: &[String]) -> Option<Self> {
        let mut found: Vec<(Fit, usize, Self)> = Vec::new();
        for target in &facts.targets {
            let Some((script, verb)) = facts.asked(&target.command) else { continue };
            let by_verb = fit(name, verbs, &verb);
            // A target is often named after its verb, with a word before it.
            let tail = target.name.split_once('-').map(|(_, tail)| tail);
            let by_name = tail
                .into_iter()
                .chain([target.name.as_str()])
                .filter_map(|found| fit(name, verbs, found))
                .min();
            let Some(best) = [by_verb, by_name].into_iter().flatten().min() else { continue };
            let argv = [vec![program(script)], words(&verb)].concat();
            let target = Some(target.name.clone());
            found.push((
                best,
                usize::from(by_verb.is_none()),
                Self { argv, script, verb, target, fit: best },
            ));
        }
        for script in &facts.scripts {
            for (verb, strong) in &script.verbs {
                let Some(fit) = fit(name, verbs, verb) else { continue };
                // Where another script hands its words on, people call that one.
                let front = facts.scripts.iter().find(|other| {
                    other.path != script.path && other.executable && other.text.contains(script.name())
                });
                let script = front.unwrap_or(script);
                let argv = vec![program(script), verb.clone()];
                let rank = if *strong { 3 - usize::from(front.is_some()) } else { 4 };
                found.push((fit, rank, Self { argv, script, verb: verb.clone(), target: None, fit }));
            }
        }
        // The vocabulary's own word tells most, then what people are given as a target; a word in a comparison least.
        let order = |fit: Fit, rank: usize| match rank {
            4 => 3,
            _ if fit == Fit::Exact => 0,
            0 | 1 => 1,
            _ => 2,
        };
        found
            .into_iter()
            .min_by_key(|(fit, rank, _)| (order(*fit, *rank), *fit, *rank))
            .map(|(_, _, command)| command)
    }

    /// How sure the command is.
    pub(crate) fn mark(&self) -> Mark {
        self.fit.into()
    }

    /// The words that give an argument; `boolean` ones hold no value.
    pub(crate) fn argument(
        &self,
        facts: &Facts,
        known: &KnownOperation,
        name: &str,
        boolean: bool,
    ) -> Option<(Vec<String>, Mark)> {
        match self.script.style {
            Style::KeyValue => {
                let near: Vec<String> = facts
                    .behind(self.script)
                    .filter_map(|script| Some(script.variables_in(&script.region(&self.verb)?)))
                    .flatten()
                    .collect();
                let all: Vec<String> =
                    facts.behind(self.script).flat_map(|script| script.variables.iter().cloned()).collect();
                let (variable, mark) = match known.arguments.pick(name, &near) {
                    Some((variable, fit)) => (variable.to_owned(), fit.into()),
                    None => (known.arguments.pick(name, &all)?.0.to_owned(), Mark::Guessed),
                };
                let value = if boolean { "1" } else { "{}" };
                Some((vec![format!("{variable}={value}")], mark))
            }
            Style::Flags => {
                let names: Vec<String> = self.script.flags.iter().map(|(_, name)| name.clone()).collect();
                let (name, fit) = known.arguments.pick(name, &names)?;
                let flag = self.script.flags.iter().find(|(_, known)| known == name)?.0.clone();
                let words = if boolean { vec![flag] } else { vec![flag, "{}".to_owned()] };
                Some((words, fit.into()))
            }
        }
    }
}

/// A script as it is called from the checkout: without a slash it would be looked up on the search path.
fn program(script: &Script) -> String {
    if script.path.contains('/') { script.path.clone() } else { format!("./{}", script.path) }
}

fn words(verb: &str) -> Vec<String> {
    if verb.is_empty() { Vec::new() } else { vec![verb.to_owned()] }
}

impl Facts {
    /// The script that a command runs, and the word after it.
    pub(crate) fn asked(&self, command: &[String]) -> Option<(&Script, String)> {
        let (at, script) = command.iter().enumerate().find_map(|(at, word)| {
            let word = word.trim_start_matches("./");
            Some((at, self.scripts.iter().find(|script| script.path == word)?))
        })?;
        let verb = command.get(at + 1).filter(|word| !word.contains(['=', '$']));
        Some((script, verb.cloned().unwrap_or_default()))
    }
}
