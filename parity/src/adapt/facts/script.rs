//! What a script says of itself: its verbs, the arguments that it reads, what it prints and what it refuses with.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::text::{Said, said};

/// How arguments are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `ROLE=api`, as words or as variables.
    KeyValue,
    /// `--role api` or `-r api`.
    Flags,
}

/// A script of the checkout.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Its path, relative to the checkout.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) executable: bool,
    /// The words that look like verbs, and whether they stand where verbs are listed.
    pub(crate) verbs: Vec<(String, bool)>,
    /// Variables that it reads.
    pub(crate) variables: BTreeSet<String>,
    /// Flags, each with the name of what it sets.
    pub(crate) flags: Vec<(String, String)>,
    pub(crate) style: Style,
    /// What it prints and what it refuses with, by line.
    pub(crate) said: Vec<Said>,
    /// How it says that it is called.
    pub(crate) usage: Vec<String>,
}

/// An expression of this file, which is a fixed text.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| regex("$^"))
}

static CASE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^\s*([a-z][a-z0-9_-]*(?:\s*\|\s*[a-z][a-z0-9_-]*)*)\)"));
static TABLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"['"]([a-z][a-z0-9_-]*)['"]\s*(?:=>\s*[:&]\w|:\s*(?:cmd_|do_|run_|self\.)\w|,\s*help=)"#)
});
static WHEN: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?:when|command ==|verb ==|sub ==)\s*\(?['"]([a-z][a-z0-9_-]*)['"]"#));
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?:ENV(?:\.fetch\()?\[?|environ(?:\.get\()?\[?|args\[|[(,\s])['"]([A-Z][A-Z0-9_]+)['"]|\$\{?([A-Z][A-Z0-9_]+)"#,
    )
});
/// What a quoted text or a line of one says after the word `usage`.
static USAGE: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)(?:^\s*|["'])(usage\b[^"'\\]*)"#));
/// Words of one case, as Ruby lists them.
static WORDS: LazyLock<Regex> = LazyLock::new(|| regex(r"%w\[([A-Z][A-Z0-9_ ]+)\]"));
static LONG: LazyLock<Regex> = LazyLock::new(|| regex(r"--([a-z][a-z0-9-]+)"));
static SHORT: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*-?([a-z])\)\s*([a-z_]+)=\$"));

impl Script {
    pub(crate) fn read(path: String, text: String, executable: bool) -> Self {
        let mut verbs: Vec<(String, bool)> = Vec::new();
        let mut variables = BTreeSet::new();
        let mut flags: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            for (expression, strong) in [(&CASE, true), (&TABLE, true), (&WHEN, false)] {
                for found in expression.captures_iter(line) {
                    let names = found[1].split('|').map(|name| (name.trim().to_owned(), strong));
                    verbs.extend(names.filter(|(name, _)| name.len() > 1));
                }
            }
            for found in VARIABLE.captures_iter(line) {
                variables.extend(found.get(1).or_else(|| found.get(2)).map(|name| name.as_str().to_owned()));
            }
            for found in WORDS.captures_iter(line) {
                variables.extend(found[1].split_whitespace().map(str::to_owned));
            }
            flags.extend(
                LONG.captures_iter(line).map(|found| (format!("--{}", &found[1]), found[1].to_owned())),
            );
            flags.extend(SHORT.captures(line).map(|found| (format!("-{}", &found[1]), found[2].to_owned())));
        }
        flags.sort();
        flags.dedup();
        let key_value = text.contains("KEY=VALUE") || regex(r"\[A-Z\]\S*=").is_match(&text);
        let style = if key_value || flags.is_empty() { Style::KeyValue } else { Style::Flags };
        let said = said(&text);
        let usage = usage(path.rsplit('/').next().unwrap_or(&path), &text);
        Self { path, text, executable, verbs, variables, flags, style, said, usage }
    }

    /// Its name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The lines in which a verb is carried out: those of the function or case of its name, or of the name that it is
    /// mapped to.
    pub(crate) fn region(&self, verb: &str) -> Option<std::ops::Range<usize>> {
        let plain = verb.replace('-', "_");
        let map = regex(&format!(r#"['"]{}['"]\s*=>\s*:?(\w+)"#, regex::escape(verb)));
        let mapped = map.captures(&self.text).map_or(plain.clone(), |found| found[1].to_owned());
        let names = format!("(?:{}|cmd_{plain}|do_{plain})", regex::escape(&mapped));
        let start = regex(&format!(
            r"^(\s*)(?:def\s+{names}\b|function\s+{names}\b|{names}\s*\(\)|func\s+{names}\b)"
        ));
        let lines: Vec<&str> = self.text.lines().collect();
        let from = lines.iter().position(|line| start.is_match(line))?;
        let depth = lines[from].len() - lines[from].trim_start().len();
        let any = regex(r"^\s*(?:def|function|func)\s+\w|^\s*\w+\s*\(\)\s*\{");
        let after = lines[from + 1..]
            .iter()
            .position(|line| any.is_match(line) && line.len() - line.trim_start().len() <= depth);
        Some(from..after.map_or(lines.len(), |length| from + 1 + length))
    }

    /// The variables that are mentioned in these lines.
    pub(crate) fn variables_in(&self, lines: &std::ops::Range<usize>) -> Vec<String> {
        let text: String =
            self.text.lines().skip(lines.start).take(lines.len()).flat_map(|line| [line, "\n"]).collect();
        self.variables.iter().filter(|name| text.contains(name.as_str())).cloned().collect()
    }
}

/// The lines that say how a script is called: comments that begin with its name, and what follows the word `usage`.
fn usage(name: &str, text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let comment =
            line.trim_start().strip_prefix('#').filter(|rest| !rest.starts_with('!')).map(str::trim);
        let Some(comment) = comment else {
            found.extend(USAGE.captures(line).map(|found| found[1].trim().to_owned()));
            goes_on = false;
            continue;
        };
        let called = comment.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '));
        let begins = called || comment.to_lowercase().starts_with("usage");
        if begins {
            found.push(comment.to_owned());
        } else if let Some(last) = found.last_mut().filter(|_| goes_on && comment.starts_with('[')) {
            last.push(' ');
            last.push_str(comment);
        }
        goes_on = begins || (goes_on && comment.starts_with('['));
    }
    let mut seen = BTreeSet::new();
    found.retain(|line| line.contains(' ') && seen.insert(line.clone()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_it_is_called_is_taken_from_comments_and_messages() {
        let text = "#!/bin/sh\n# Moves things.\n#\n#   q.sh take ITEM=...\n#     [LANE=]\n#\n# q.sh is old.\nfail \"usage: q.sh VERB\"\n";
        let found = usage("q.sh", text);
        assert_eq!(found, ["q.sh take ITEM=... [LANE=]", "q.sh is old.", "usage: q.sh VERB"]);
        assert!(usage("q.sh", "# nothing\necho usage\n").is_empty());
    }

    #[test]
    fn verbs_variables_and_flags_are_found() {
        let shell = "case $1 in\n  next | list) a ;;\n  take) b ;;\nesac\nwhile getopts t: f; do case $f in\n t) team=$OPTARG ;;\nesac; done\necho $Q_CLOCK\n";
        let script = Script::read("q".into(), shell.into(), true);
        let verbs: Vec<&str> = script.verbs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(verbs, ["next", "list", "take"]);
        assert_eq!(script.flags, [("-t".to_owned(), "team".to_owned())]);
        assert_eq!(script.style, Style::Flags);
        assert!(script.variables.contains("Q_CLOCK"));
        let ruby = "# VERB [KEY=VALUE ...]\ndef grab\n  @args.need('ROLE', 'TASK')\nend\ndef other\n  ENV['X_NOW']\nend\nV = { 'claim' => :grab }\n";
        let script = Script::read("s.rb".into(), ruby.into(), true);
        assert_eq!(script.style, Style::KeyValue);
        assert_eq!(script.region("claim"), Some(1..4));
        assert_eq!(script.variables_in(&(1..4)), ["ROLE", "TASK"]);
    }
}
