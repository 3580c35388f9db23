//! The formats of a report, and the files that a run leaves beside its result.

use std::fs;
use std::path::Path;

use super::RunResult;
use super::html::html;
use super::junit::junit;
use super::markdown::markdown;

/// A format that a report is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One page that needs nothing beside it.
    Html,
    /// For CI systems.
    Junit,
    /// For a pull request.
    Markdown,
    /// For programs.
    Json,
}

/// A report cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A template cannot be filled.
    #[error("the report cannot be rendered: {0:#}")]
    Template(#[from] minijinja::Error),
    /// XML cannot be written.
    #[error("the report cannot be written as JUnit: {0}")]
    Junit(#[from] quick_junit::SerializeError),
    /// JSON cannot be written.
    #[error("the report cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Html, Self::Junit, Self::Markdown, Self::Json];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }

    /// The file that a run leaves in this format.
    pub fn file(self) -> &'static str {
        match self {
            Self::Html => "report.html",
            Self::Junit => "junit.xml",
            Self::Markdown => "report.md",
            Self::Json => "result.json",
        }
    }

    /// A report of a run.
    ///
    /// # Errors
    /// It cannot be made, which no run's content should bring about.
    pub fn render(self, run: &RunResult) -> Result<String, ReportError> {
        match self {
            Self::Html => html(run),
            Self::Junit => junit(run),
            Self::Markdown => markdown(run),
            Self::Json => Ok(serde_json::to_string_pretty(run)? + "\n"),
        }
    }

    /// Writes every format into a run's folder. The result comes first: it is what the others can be made of again.
    ///
    /// # Errors
    /// A report cannot be made or written.
    pub fn write_all(folder: &Path, run: &RunResult) -> Result<(), std::io::Error> {
        for format in [Self::Json, Self::Html, Self::Junit, Self::Markdown] {
            let text = format.render(run).map_err(std::io::Error::other)?;
            fs::write(folder.join(format.file()), text)?;
        }
        Ok(())
    }
}
