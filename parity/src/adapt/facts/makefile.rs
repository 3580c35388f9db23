//! The targets of a Makefile and the commands behind them, worked out from its text: make itself would run what
//! stands between `$(shell` and `)`.

use std::collections::{BTreeMap, BTreeSet};

use regex::{Captures, Regex};

/// A target and what it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its name.
    pub(crate) name: String,
    /// The words of its first command.
    pub(crate) command: Vec<String>,
    /// The variables that its recipe leaves to the caller.
    pub(crate) variables: BTreeSet<String>,
}

/// How deep definitions may refer to one another.
const DEPTH: usize = 8;
/// Variables that make sets itself.
const MAKES_OWN: [&str; 6] = ["MAKE", "MAKEFLAGS", "MAKECMDGOALS", "CURDIR", "SHELL", "RM"];

/// The targets that have commands. Of a pattern rule there are those that its list of targets names.
pub(crate) fn targets(text: &str) -> Vec<Target> {
    let text = text.replace("\\\n", " ");
    let variables = variables(&text);
    let left = left_to_the_caller(&text, &variables);
    let mut found: Vec<Target> = Vec::new();
    let mut open: Vec<(String, String)> = Vec::new();
    // Where the targets begin that the recipe at hand is of.
    let mut first = 0;
    for line in text.lines() {
        if let Some(recipe) = line.strip_prefix('\t') {
            if !open.is_empty() {
                first = found.len();
            }
            for (name, stem) in open.drain(..) {
                let command = recipe.trim_start_matches(['@', '-', '+', ' ']);
                let command = expand(&command.replace("$*", &stem).replace("$@", &name), &variables);
                let command = command.split_whitespace().map(str::to_owned).collect();
                found.push(Target { name, command, variables: BTreeSet::new() });
            }
            let mentioned = left(recipe);
            for target in found.iter_mut().skip(first) {
                target.variables.extend(mentioned.iter().cloned());
            }
            continue;
        }
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        open = rule(line, &variables);
        first = found.len();
    }
    found
}

/// Finds the variables of a recipe that are the caller's: those that nothing defines, or only where they are not set.
fn left_to_the_caller(
    text: &str,
    defined: &BTreeMap<String, String>,
) -> impl Fn(&str) -> BTreeSet<String> + use<> {
    let expression = |pattern: &str| Regex::new(pattern).ok();
    let names = |expression: &Option<Regex>, text: &str| -> BTreeSet<String> {
        let found = expression.iter().flat_map(|expression| expression.captures_iter(text));
        let name =
            |found: Captures<'_>| found.iter().skip(1).flatten().next().map(|name| name.as_str().to_owned());
        found.filter_map(name).collect()
    };
    let defaults = names(&expression(r"(?m)^([A-Za-z_][A-Za-z0-9_]*)[ \t]*\?="), text);
    let fixed: BTreeSet<String> = defined.keys().filter(|name| !defaults.contains(*name)).cloned().collect();
    let mention = expression(r"\$[({]([A-Z][A-Z0-9_]*)[)}]|\$\$\{?([A-Z][A-Z0-9_]*)");
    move |recipe| {
        let mentioned = names(&mention, recipe).into_iter();
        mentioned.filter(|name| !fixed.contains(name) && !MAKES_OWN.contains(&name.as_str())).collect()
    }
}

/// The targets of a rule, each with its stem.
fn rule(line: &str, variables: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let Some((names, rest)) = line.split_once(':').filter(|(_, rest)| !rest.starts_with('=')) else {
        return Vec::new();
    };
    let pattern = rest.split_once(':').map(|(pattern, _)| pattern.trim().to_owned());
    let names = expand(names, variables);
    let names = names.split_whitespace().filter(|name| !name.starts_with('.') && !name.contains('%'));
    let stem = |name: &str| {
        let pattern = pattern.as_deref()?;
        let (before, after) = pattern.split_once('%')?;
        Some(name.strip_prefix(before)?.strip_suffix(after)?.to_owned())
    };
    names.map(|name| (name.to_owned(), stem(name).unwrap_or_default())).collect()
}

fn variables(text: &str) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    let Ok(definition) = Regex::new(r"(?m)^([A-Za-z_][A-Za-z0-9_]*)[ \t]*[:?+]?=[ \t]*(.*)$") else {
        return variables;
    };
    for found in definition.captures_iter(text) {
        variables.insert(found[1].to_owned(), found[2].trim().to_owned());
    }
    variables
}

/// Replaces the variables that the file defines; others stay as they are.
fn expand(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    let Ok(mention) = Regex::new(r"\$[({]([A-Za-z_][A-Za-z0-9_]*)[)}]") else { return text };
    for _ in 0..DEPTH {
        let expanded = mention.replace_all(&text, |found: &Captures<'_>| {
            variables.get(&found[1]).cloned().unwrap_or_else(|| found[0].to_owned())
        });
        if expanded == text {
            break;
        }
        text = expanded.into_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_targets_and_stems_are_worked_out() {
        let text = "Q := ./queue.sh\nALL := q-ready \\\n  q-claim\n.PHONY: $(ALL)\n$(ALL): q-%:\n\t@$(Q) $*\n\n\
                    help:\n\t@echo $(shell rm -rf /)\n";
        let found = targets(text);
        let words: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.command.join(" "))).collect();
        assert_eq!(words[0], ("q-ready", "./queue.sh ready".to_owned()));
        assert_eq!(words[1], ("q-claim", "./queue.sh claim".to_owned()));
        assert_eq!(words[2].0, "help");
    }

    #[test]
    fn what_a_recipe_leaves_open_is_the_callers_to_say() {
        let text = "OPS := scripts\nLANE ?= api\n\ntake:\n\t@$(OPS)/q take --item=$(ITEM) --lane=$(LANE)\n\t@echo $$WHO\n\nlist:\n\t@$(MAKE) take\n";
        let found = targets(text);
        assert_eq!(found[0].variables.iter().collect::<Vec<_>>(), ["ITEM", "LANE", "WHO"]);
        assert!(found[1].variables.is_empty(), "{found:?}");
    }
}
