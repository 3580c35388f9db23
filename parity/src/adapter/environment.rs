//! The environment that a system's commands get. Nothing of the caller's reaches them.

use jiff::Timestamp;
use jiff::fmt::strtime;

use crate::datafile::Table;

use super::Template;

/// What is on the search path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchPath {
    /// That of the harness.
    #[default]
    Inherit,
    /// Links to the programs under `requires` and nothing else.
    Listed,
}

/// Which variable carries the fixed clock, and in which form.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// The variable.
    pub variable: String,
    /// The form, in the letters of `strftime`. libfaketime wants `@%Y-%m-%d %H:%M:%S`.
    pub format: Option<String>,
}

/// The environment.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Variables; one that mentions `{role}` is left out where there is none.
    pub variables: Vec<(String, Template)>,
    /// The clock.
    pub clock: Clock,
    /// The search path.
    pub search_path: SearchPath,
}

impl Environment {
    /// Sets a variable to a value as it is, whatever the adapter says of it.
    pub fn set(&mut self, name: &str, value: &str) {
        self.set_template(name, Template::verbatim(value));
    }

    /// Sets a variable to what a template makes, whatever the adapter says of it.
    pub(crate) fn set_template(&mut self, name: &str, value: Template) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value));
    }

    pub(super) fn parse(table: &Table<'_>) -> Self {
        let variables =
            table.get("variables").and_then(|node| node.table(Table::entries)).unwrap_or_default();
        let clock = table.need("clock").and_then(|node| node.table(clock));
        let path = table.need("search_path").map(|node| node.one_of("search path", ["inherit", "listed"]));
        Self {
            variables: variables.into_iter().map(|(name, node)| (name, Template::parse(&node))).collect(),
            clock: clock.unwrap_or_default(),
            search_path: match path.as_deref() {
                Some("listed") => SearchPath::Listed,
                _ => SearchPath::Inherit,
            },
        }
    }
}

fn clock(table: &Table<'_>) -> Clock {
    let format = table.get("format");
    if let Some(format) = format {
        let text = format.text();
        if let Err(error) = strtime::format(&text, Timestamp::UNIX_EPOCH) {
            format.problem(format!("not a form of time: {error}"), None);
        }
    }
    Clock { variable: table.need_text("variable"), format: format.map(|node| node.text()) }
}
