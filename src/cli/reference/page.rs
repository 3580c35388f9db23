//! `docs/cli-reference.md`: every verb with its flags, by group.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command};

use super::schemas;
use crate::cli::groups::grouped;

const OPENING: &str = "\
<!-- Made by `fairway reference --out docs`; a test compares. -->

# The command line

Every verb takes the flags of the next section, before or after it. With `--json` a verb prints one envelope; what its
`data` holds is in the schema that its section names. Exit codes: 0 success, 1 validation or configuration, 2 runtime, 3 not
found, 4 refused by a rule or a check with findings, 5 parity mismatch.
";

/// The page.
pub(super) fn page(command: &Command) -> String {
    let mut text = OPENING.to_owned();
    text.push_str("\n## Flags of every verb\n\n");
    arguments(&mut text, command.get_arguments());
    for (title, verbs) in grouped(command) {
        let _ = writeln!(text, "\n## {title}");
        for verb in verbs {
            section(&mut text, "fairway", verb);
        }
    }
    text
}

/// A verb and each of the verbs below it.
fn section(text: &mut String, above: &str, verb: &Command) {
    let name = format!("{above} {}", verb.get_name());
    let below: Vec<&Command> = verb.get_subcommands().filter(|verb| !verb.is_hide_set()).collect();
    if below.is_empty() || verb.get_positionals().next().is_some() {
        itself(text, &name, verb);
    }
    for verb in below {
        section(text, &name, verb);
    }
}

/// What a verb does without any of the verbs below it.
fn itself(text: &mut String, name: &str, verb: &Command) {
    let _ = writeln!(text, "\n### `{name}`\n");
    if let Some(about) = verb.get_long_about().or_else(|| verb.get_about()) {
        let _ = writeln!(text, "{}\n", about.to_string().trim());
    }
    let usage = verb.clone().bin_name(name.to_owned()).render_usage().to_string();
    let _ = writeln!(
        text,
        "```text\n{}\n```",
        usage.trim_start_matches("Usage: ").trim().replace("\n       ", "\n")
    );
    let own: Vec<&Arg> = verb.get_arguments().filter(|argument| !argument.is_global_set()).collect();
    if own.iter().any(|argument| !argument.is_hide_set() && argument.get_id() != "help") {
        text.push('\n');
        arguments(text, own.into_iter());
    }
    if let Some(after) = verb.get_after_help() {
        examples(text, &after.to_string());
    }
    let words = name.trim_start_matches("fairway ");
    if schemas::has(words) {
        let _ = writeln!(text, "\n`data`: [{0}]({0})", schemas::place(words).display());
    }
}

fn arguments<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    text.push_str("| argument | meaning |\n|---|---|\n");
    for argument in arguments.filter(|argument| !argument.is_hide_set() && argument.get_id() != "help") {
        let mut meaning = argument.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ");
        if !meaning.ends_with(['.', '!', '?', ')']) {
            meaning.push('.');
        }
        if argument.get_action().takes_values() {
            let values: Vec<String> = (argument.get_possible_values().iter())
                .filter(|value| !value.is_hide_set())
                .map(|value| format!("`{}`", value.get_name()))
                .collect();
            if !values.is_empty() {
                let _ = write!(meaning, " One of {}.", values.join(", "));
            }
            let defaults: Vec<String> = argument
                .get_default_values()
                .iter()
                .map(|value| format!("`{}`", value.to_string_lossy()))
                .collect();
            if !defaults.is_empty() {
                let _ = write!(meaning, " Default: {}.", defaults.join(", "));
            }
        }
        if let Some(variable) = argument.get_env() {
            let _ = write!(meaning, " Or the variable `{}`.", variable.to_string_lossy());
        }
        let _ = writeln!(text, "| `{}` | {} |", word(argument), meaning.trim().replace('|', "\\|"));
    }
}

/// An argument as it is given.
fn word(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let value = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut word = match (argument.get_long(), argument.get_short()) {
        (Some(long), Some(short)) => format!("-{short}, --{long}"),
        (Some(long), None) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => return if argument.is_required_set() { value } else { format!("[{value}]") },
    };
    if argument.get_action().takes_values() {
        let _ = write!(word, " {value}");
    }
    if matches!(argument.get_action(), ArgAction::Append) {
        word.push_str(" ...");
    }
    word
}

/// What stands under the flags: examples become code, all else stays text.
fn examples(text: &mut String, after: &str) {
    let (mut prose, mut code) = (String::new(), String::new());
    for line in after.lines() {
        match line.strip_prefix("  ") {
            Some(example) => {
                let _ = writeln!(code, "{example}");
            }
            None if line.starts_with("Example") => {}
            None => {
                let _ = writeln!(prose, "{line}");
            }
        }
    }
    if !prose.trim().is_empty() {
        let _ = writeln!(text, "\n{}", prose.trim());
    }
    if !code.is_empty() {
        let _ = write!(text, "\n```sh\n{code}```\n");
    }
}
