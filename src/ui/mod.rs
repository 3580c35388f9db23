//! Everything that prints: results on stdout, talk on stderr, both as text or as JSON.
//!
//! A verb hands a [`View`] to [`Ui::emit`]; whether it becomes a table or an envelope is decided here and nowhere
//! else.

mod ask;
mod diagnostics;
mod diff;
mod envelope;
mod page;
mod progress;
mod table;
mod yaml;

use std::io::Write;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;

use crate::model::Diagnostic;
pub use ask::Choice;
use envelope::{Failure, Success};
pub use page::Page;
pub use progress::Progress;
pub use table::Table;
pub use yaml::to_yaml;

/// What a verb shows: data for JSON, and a page for people.
pub trait View: Serialize {
    /// Writes the page.
    fn show(&self, page: &mut Page);
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to print.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The envelope instead of pages.
    pub json: bool,
    /// When to colour.
    pub color: Color,
    /// No notes and no progress.
    pub quiet: bool,
    /// More notes.
    pub verbose: bool,
}

/// A failure, ready to be shown.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// Stable code.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// What caused it, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// More, by name: the problems of a file, the gates that failed.
    #[serde(flatten)]
    pub details: Option<Value>,
    /// Problems to show with their lines.
    #[serde(skip)]
    pub diagnostics: Vec<Diagnostic>,
}

/// The two streams.
#[derive(Debug, Default)]
pub struct Ui {
    options: Options,
    warnings: Vec<String>,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

impl Ui {
    /// The streams, as asked for.
    pub fn new(options: Options) -> Self {
        Self { options, warnings: Vec::new() }
    }

    /// Something the user should know beside the result: at once on stderr, and in the envelope.
    pub fn warn(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.options.json {
            self.talk(|out| writeln!(out, "{WARNING}warning{WARNING:#}: {text}"));
        }
        self.warnings.push(text);
    }

    /// A problem that does not stop the verb: with its line on stderr, and in the envelope.
    pub fn warn_about(&mut self, problem: &Diagnostic) {
        if !self.options.json {
            let text = diagnostics::render(problem, self.colours_talk());
            self.talk(|out| writeln!(out, "{text}"));
        }
        self.warnings.push(diagnostics::one_line(problem));
    }

    /// A remark that is no result, such as where a file was written.
    pub fn note(&self, text: &str) {
        if !self.options.quiet && !self.options.json {
            self.talk(|out| writeln!(out, "{text}"));
        }
    }

    /// Shows what a verb answers.
    pub fn emit(&self, command: &str, view: &impl View) {
        if self.options.json {
            let envelope = Success::new(command, view, &self.warnings);
            self.print(&envelope.to_text());
            return;
        }
        let mut page = Page::new();
        view.show(&mut page);
        self.print(&page.into_text());
    }

    /// Prints a document as it is, such as an export or a completion script. It is no envelope, with or without
    /// `--json`.
    pub fn document(&self, text: &str) {
        self.print(text);
    }

    /// Shows why a verb failed.
    pub fn fail(&self, command: &str, report: &Report) {
        if self.options.json {
            let text = Failure::new(command, report).to_text();
            self.talk(|out| write!(out, "{text}"));
            return;
        }
        let colour = self.colours_talk();
        for problem in &report.diagnostics {
            let text = diagnostics::render(problem, colour);
            self.talk(|out| writeln!(out, "{text}\n"));
        }
        self.talk(|out| {
            writeln!(out, "{ERROR}error{ERROR:#}: {}", report.message)?;
            for cause in &report.causes {
                writeln!(out, "  because: {cause}")?;
            }
            if let Some(hint) = &report.hint {
                writeln!(out, "{HINT}hint{HINT:#}: {hint}")?;
            }
            Ok(())
        });
    }

    /// Whether somebody is there who can be asked.
    pub fn can_ask(&self) -> bool {
        !self.options.json && ask::possible()
    }

    /// Asks until one of the choices is typed. `None` when the input ends.
    pub fn ask<T: Copy>(&self, question: &str, choices: &[Choice<T>]) -> Option<T> {
        let mut out = AutoStream::new(std::io::stderr(), self.choice()).lock();
        ask::ask(question, choices, &mut std::io::stdin().lock(), &mut out).ok().flatten()
    }

    /// Shows a unified diff beside a question, with its lines coloured.
    pub fn diff(&self, text: &str) {
        self.talk(|out| {
            for line in text.lines() {
                let style = match line.as_bytes().first() {
                    Some(b'-') => AnsiColor::Red.on_default(),
                    Some(b'+') => AnsiColor::Green.on_default(),
                    Some(b'@') => AnsiColor::Cyan.on_default(),
                    _ => Style::new(),
                };
                writeln!(out, "{style}{line}{style:#}")?;
            }
            Ok(())
        });
    }

    /// Progress for long work; drawn only where somebody watches.
    pub fn progress(&self) -> Progress {
        Progress::new(!self.options.quiet && !self.options.json)
    }

    /// Whether more talk is asked for.
    pub fn verbose(&self) -> bool {
        self.options.verbose
    }

    fn choice(&self) -> ColorChoice {
        match self.options.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }

    fn colours_talk(&self) -> bool {
        match self.options.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&std::io::stderr()) != ColorChoice::Never,
        }
    }

    /// A reader that went away is no failure of ours: what is left is not printed.
    fn print(&self, text: &str) {
        let mut out = AutoStream::new(std::io::stdout(), self.choice()).lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn talk(&self, body: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
        let mut out = AutoStream::new(std::io::stderr(), self.choice()).lock();
        let _ = body(&mut out);
    }
}
