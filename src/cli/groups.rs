//! The verbs by what they are for, and the top of the help, which lists them so.

use std::fmt::Write;

use clap::Command;

/// The groups, in the order of the help, with their verbs in the order of use.
pub(super) const GROUPS: &[(&str, &[&str])] = &[
    ("Setup", &["init", "import", "migrate", "config", "completions", "version"]),
    (
        "Queue",
        &["ready", "claim", "set-status", "task-detail", "add", "update", "spawn", "tree", "sync-yaml"],
    ),
    ("Records", &["record", "handoff", "watcher", "checkpoint"]),
    ("Review and git", &["route", "review", "merge-ready", "git-check", "preflight", "worktree"]),
    ("Lanes at work", &["session", "packet", "regression-pack", "coordinator", "dispatch-plan"]),
    ("Reports", &["status-report", "health-report", "timing-report"]),
    ("Store", &["db", "prune-stale"]),
    ("Proof", &["parity", "shadow", "pilot"]),
];

/// Where a verb stands that no group names.
pub(super) const OTHER: &str = "Other";

/// How wide the help may be.
pub(super) const WIDTH: usize = 80;

/// The verbs of a command by group: the group, and each verb that is there.
pub(super) fn grouped(command: &Command) -> Vec<(&'static str, Vec<&Command>)> {
    let find =
        |name: &str| command.get_subcommands().find(|verb| verb.get_name() == name && !verb.is_hide_set());
    let mut groups: Vec<(&str, Vec<&Command>)> = GROUPS
        .iter()
        .map(|(title, names)| (*title, names.iter().filter_map(|name| find(name)).collect()))
        .collect();
    let other = command.get_subcommands().filter(|verb| {
        let name = verb.get_name();
        !verb.is_hide_set() && name != "help" && !GROUPS.iter().any(|(_, names)| names.contains(&name))
    });
    groups.push((OTHER, other.collect()));
    groups.retain(|(_, verbs)| !verbs.is_empty());
    groups
}

/// The help of the whole program: what it is, its verbs by group, and the flags that all of them take.
pub(super) fn with_grouped_help(command: Command) -> Command {
    let names = command.get_subcommands().map(|verb| verb.get_name().len());
    let column = names.max().unwrap_or(0) + 4;
    let mut text = String::new();
    let (header, literal) = (*command.get_styles().get_header(), *command.get_styles().get_literal());
    for (title, verbs) in grouped(&command) {
        let _ = writeln!(text, "{header}{title}:{header:#}");
        for verb in verbs {
            let name = verb.get_name();
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            let mut lines = wrapped(&about, WIDTH - column).into_iter();
            let first = lines.next().unwrap_or_default();
            let _ = writeln!(
                text,
                "  {literal}{name}{literal:#}{:gap$}{first}",
                "",
                gap = column - 2 - name.len()
            );
            for line in lines {
                let _ = writeln!(text, "{:column$}{line}", "");
            }
        }
        text.push('\n');
    }
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{text}{header}Options:{header:#}\n{{options}}{{after-help}}"
    ))
}

/// A text in lines of at most so many letters, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
