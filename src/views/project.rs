//! The project: what `init` made, and what `config validate` found.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::Diagnostic;
use crate::ui::{Page, View};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Made {
    /// It was written.
    Created,
    /// It was there, and stays as it is.
    Kept,
}

/// A repository that was set up.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Initialised {
    /// The project's name.
    pub project: String,
    /// The preset that the configuration began with.
    pub preset: String,
    /// Where the configuration is.
    pub config_path: PathBuf,
    /// What became of it.
    pub config: Made,
    /// Where the store is.
    pub db_path: PathBuf,
    /// What became of it.
    pub store: Made,
    /// Whether lines were added to `.gitignore`.
    pub gitignore: Made,
}

impl View for Initialised {
    fn show(&self, page: &mut Page) {
        let word = |made| match made {
            Made::Created => "created",
            Made::Kept => "kept   ",
        };
        page.line(format_args!("{} {}", word(self.config), self.config_path.display()));
        page.line(format_args!("{} {}", word(self.store), self.db_path.display()));
        if self.gitignore == Made::Created {
            page.line("created lines in .gitignore for the store's files");
        }
        page.line(format_args!("project {} is ready: see `fairway import --help`", self.project));
    }
}

/// A configuration without errors.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ConfigChecked {
    /// Where it is.
    pub path: PathBuf,
    /// What is odd about it.
    pub problems: Vec<Diagnostic>,
}

impl View for ConfigChecked {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("{}: ok, {} warning(s)", self.path.display(), self.problems.len()));
    }
}
