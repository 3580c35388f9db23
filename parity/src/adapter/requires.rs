//! What has to be there before an adapter's system can run.

use regex::Regex;

use crate::datafile::{Node, Table};

/// A program, or something that a command proves to be there.
#[derive(Debug, Clone)]
pub struct Program {
    /// The name under which it is found on the search path.
    pub name: String,
    /// The command that prints its version, or fails when it is not there.
    pub check: Vec<String>,
    /// Finds the version in what the command prints, as its first group.
    pub pattern: Option<Regex>,
    /// The least version, as numbers between dots.
    pub minimum: Option<String>,
    /// How to get it.
    pub install: String,
}

/// Everything that is required.
#[derive(Debug, Clone, Default)]
pub struct Requires {
    /// Programs; with a listed search path also all that is in reach.
    pub programs: Vec<Program>,
    /// Files of the checkout.
    pub files: Vec<String>,
    /// Whether the database has to be there.
    pub database: bool,
}

impl Requires {
    pub(super) fn parse(table: &Table<'_>) -> Self {
        let programs = table.get("programs").map(|node| node.list()).unwrap_or_default();
        Self {
            programs: programs.iter().filter_map(|node| node.table(program)).collect(),
            files: table.texts("files"),
            database: table.get("database").is_some_and(|node| node.boolean()),
        }
    }
}

fn program(table: &Table<'_>) -> Program {
    let pattern = table.get("pattern");
    let minimum = table.get("minimum");
    if let Some(minimum) = minimum {
        if pattern.is_none() {
            minimum.problem("a minimum needs a `pattern` that finds the version", None);
        }
        if numbers(&minimum.text()).is_none() {
            minimum.problem("not a version", Some("expected numbers between dots, such as 2.6".to_owned()));
        }
    }
    Program {
        name: table.need_text("name"),
        check: table.texts("check"),
        pattern: pattern.as_ref().and_then(Node::regex),
        minimum: minimum.map(|node| node.text()),
        install: table.need_text("install"),
    }
}

impl Program {
    /// Whether a version is at least the minimum. A version that is no version is not.
    pub fn accepts(&self, version: &str) -> bool {
        let Some(minimum) = &self.minimum else { return true };
        match (numbers(version), numbers(minimum)) {
            (Some(found), Some(least)) => found >= least,
            _ => false,
        }
    }
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let program = Program {
            name: "git".into(),
            check: Vec::new(),
            pattern: None,
            minimum: Some("2.30".into()),
            install: String::new(),
        };
        assert!(program.accepts("2.30.1"));
        assert!(program.accepts("10.1"));
        assert!(!program.accepts("2.9"));
        assert!(!program.accepts("two"));
    }
}
