//! `UPDATE_SCHEMAS=1 cargo test --lib reference` writes the files that are compared here anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Command;

use super::{documents, schemas};
use crate::cli::groups::{OTHER, WIDTH, grouped};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

#[test]
fn the_published_reference_is_that_of_the_program() {
    let mut stale = Vec::new();
    for (name, text) in documents() {
        let path = docs().join(&name);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "out of date: {stale:#?}\nUPDATE_SCHEMAS=1 cargo test --lib reference");
}

#[test]
fn no_schema_is_left_of_a_verb_that_is_gone() {
    let known: BTreeSet<PathBuf> = documents().into_iter().map(|(name, _)| docs().join(name)).collect();
    let there = std::fs::read_dir(docs().join("schemas/data")).unwrap().map(|entry| entry.unwrap().path());
    let left: Vec<PathBuf> = there.filter(|path| !known.contains(path)).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}

/// Every verb that does something, by its words.
fn verbs(command: &Command, above: &str) -> Vec<String> {
    let below: Vec<&Command> = command.get_subcommands().filter(|verb| verb.get_name() != "help").collect();
    if below.is_empty() {
        return vec![above.to_owned()];
    }
    let itself = command.get_positionals().next().map(|_| above.to_owned());
    let below = below.iter().flat_map(|verb| verbs(verb, format!("{above} {}", verb.get_name()).trim()));
    itself.into_iter().chain(below).collect()
}

#[test]
fn every_verb_has_a_group_and_a_schema() {
    let command = crate::cli::command();
    let ungrouped = grouped(&command).into_iter().find(|(title, _)| *title == OTHER);
    let names: Vec<&str> =
        ungrouped.iter().flat_map(|(_, verbs)| verbs.iter().map(|verb| verb.get_name())).collect();
    assert_eq!(names, Vec::<&str>::new(), "src/cli/groups.rs names no group for these");
    // A completion script and the documentation are no envelopes.
    let bare = ["completions", "reference"];
    let all = verbs(&command, "");
    let missing: Vec<&String> =
        all.iter().filter(|verb| !bare.contains(&verb.as_str()) && !schemas::has(verb)).collect();
    assert_eq!(missing, Vec::<&String>::new(), "src/cli/reference/schemas.rs names no view for these");
}

#[test]
fn help_fits_eighty_columns_and_every_verb_has_an_example() {
    fn look(command: &mut Command, wide: &mut Vec<String>, bare: &mut Vec<String>) {
        let name = command.get_name().to_owned();
        for text in [command.render_help().to_string(), command.render_long_help().to_string()] {
            wide.extend(
                text.lines()
                    .filter(|line| line.chars().count() > WIDTH)
                    .map(|line| format!("{name}: {line}")),
            );
        }
        // An example that is wrapped cannot be copied.
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let too_long = examples.lines().filter(|line| line.starts_with(' ') && line.chars().count() > WIDTH);
        wide.extend(too_long.map(|line| format!("{name}: {line}")));
        if command.get_subcommands().next().is_none() && examples.is_empty() {
            bare.push(name);
            return;
        }
        for verb in command.get_subcommands_mut().filter(|verb| verb.get_name() != "help") {
            look(verb, wide, bare);
        }
    }
    let (mut wide, mut bare) = (Vec::new(), Vec::new());
    look(&mut crate::cli::command(), &mut wide, &mut bare);
    assert_eq!((wide, bare), (Vec::<String>::new(), Vec::<String>::new()));
}
