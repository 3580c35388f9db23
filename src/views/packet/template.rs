//! A packet's template: the shipped one, or the project's own in its place.

use std::ops::Range;
use std::path::{Path, PathBuf};

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::model::{Diagnostic, Place};

/// A template, found.
#[derive(Debug, Clone)]
pub struct Template {
    name: &'static str,
    text: String,
    /// The project's file, when it has one.
    file: Option<PathBuf>,
    /// What is filled in is escaped.
    escape: AutoEscape,
}

/// A packet could not be rendered. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The project's file cannot be read.
    #[error("cannot read the template {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The template does not parse, or names what the packet has not.
    #[error("the template of the {name} packet does not render: {}", problem.message)]
    Broken {
        /// The packet.
        name: &'static str,
        /// What is wrong, with its line.
        problem: Box<Diagnostic>,
    },
}

impl TemplateError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { .. } => "make it readable, or remove it to use the shipped one".to_owned(),
            Self::Broken { name, .. } => format!(
                "mend .fairway/templates/{name}.md.j2, or remove it to use the shipped one; \
                 the variables are the fields that --json shows"
            ),
        }
    }
}

impl Template {
    /// The project's own template of that name under `root`, else the shipped text.
    ///
    /// # Errors
    /// The project has one that cannot be read.
    pub fn find(root: &Path, name: &'static str, shipped: &str) -> Result<Self, TemplateError> {
        let path = root.join(".fairway/templates").join(format!("{name}.md.j2"));
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self { name, text, file: Some(path), escape: AutoEscape::None }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self { name, text: shipped.to_owned(), file: None, escape: AutoEscape::None })
            }
            Err(source) => Err(TemplateError::Unreadable { path, source }),
        }
    }

    /// A shipped page of HTML.
    pub fn page(name: &'static str, shipped: &str) -> Self {
        Self { name, text: shipped.to_owned(), file: None, escape: AutoEscape::Html }
    }

    /// The document. A variable that does not exist is an error, so that a misspelt one cannot leave a hole.
    ///
    /// # Errors
    /// The template is broken, with the line.
    pub fn render(&self, fields: &impl Serialize) -> Result<String, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let escape = self.escape;
        environment.set_auto_escape_callback(move |_| escape);
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_keep_trailing_newline(true);
        environment.render_str(&self.text, fields).map_err(|error| self.broken(&error))
    }

    fn broken(&self, error: &minijinja::Error) -> TemplateError {
        let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let mut problem = Diagnostic::error("template", what).about(self.name);
        if let Some(line) = error.line() {
            problem = problem.at(self.place(line, error.range().as_ref()));
        }
        TemplateError::Broken { name: self.name, problem: Box::new(problem) }
    }

    fn place(&self, line: usize, range: Option<&Range<usize>>) -> Place {
        let text = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
        let begin: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let characters =
            |from: usize, to: usize| self.text.get(from..to).map_or(0, |part| part.chars().count());
        let (column, width) = match range {
            Some(&Range { start, end }) if start >= begin && end <= begin + text.len() => {
                (characters(begin, start) + 1, characters(start, end).max(1))
            }
            _ => (1, text.chars().count().max(1)),
        };
        let shipped = || format!("{}.md.j2 (shipped)", self.name);
        let file = self.file.as_ref().map_or_else(shipped, |path| path.display().to_string());
        Place { file, line, column, width, text }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(text: &str) -> Template {
        Template { name: "watcher", text: text.to_owned(), file: None, escape: AutoEscape::None }
    }

    #[test]
    fn nothing_is_escaped_and_nothing_stands_for_none() {
        let markdown =
            template("# {{ id }}\n\n- a: {{ a or \"-\" }}\n{% for x in list %}\n- {{ x }}\n{% endfor %}\n")
                .render(&json!({ "id": "<w>", "a": null, "list": ["1 & 2"] }))
                .unwrap();
        assert_eq!(markdown, "# <w>\n\n- a: -\n- 1 & 2\n");
    }

    #[test]
    fn a_misspelt_variable_is_an_error_at_its_place() {
        let TemplateError::Broken { problem, .. } =
            template("# {{ id }}\n- {{ oops }}\n").render(&json!({ "id": "w" })).unwrap_err()
        else {
            panic!("another error");
        };
        let place = problem.place.unwrap();
        assert_eq!((place.line, place.text.as_str()), (2, "- {{ oops }}"));
        assert_eq!((place.column, place.width), (6, 4));
    }

    #[test]
    fn a_broken_template_is_an_error_at_its_line() {
        let TemplateError::Broken { problem, .. } =
            template("a\n{% if x %}\n").render(&json!({})).unwrap_err()
        else {
            panic!("another error");
        };
        assert!(problem.place.is_some(), "{problem:?}");
    }
}
