//! A page of text: headings, fields, lines and tables that fit the terminal.

use std::fmt::{Display, Write};

use anstyle::Style;

use super::Table;

/// Where the output is no terminal.
const DEFAULT_WIDTH: usize = 80;
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// A page under construction.
#[derive(Debug)]
pub struct Page {
    text: String,
    width: usize,
}

impl Page {
    pub(super) fn new() -> Self {
        let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
        Self { text: String::new(), width: width.max(40) }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// How many letters a line may have.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// One line.
    pub fn line(&mut self, text: impl Display) {
        let _ = writeln!(self.text, "{text}");
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A heading, with an empty line before it unless it opens the page.
    pub fn heading(&mut self, text: impl Display) {
        if !self.text.is_empty() {
            self.gap();
        }
        let _ = writeln!(self.text, "{BOLD}{text}{BOLD:#}");
    }

    /// `name: value`; an absent value is a dash.
    pub fn field(&mut self, name: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.line(format_args!("{BOLD}{name}{BOLD:#}: {value}")),
            None => self.line(format_args!("{BOLD}{name}{BOLD:#}: {DIM}-{DIM:#}")),
        }
    }

    /// Text, each line of it indented by two.
    pub fn indented(&mut self, text: &str) {
        for line in text.lines() {
            self.line(format_args!("  {line}"));
        }
    }

    /// Words with commas between them, indented by two and wrapped at the page's width.
    pub fn words(&mut self, words: impl Iterator<Item = impl Display>) {
        let mut line = String::new();
        let mut words = words.map(|word| word.to_string()).peekable();
        while let Some(mut word) = words.next() {
            if words.peek().is_some() {
                word.push(',');
            }
            let length = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && length + 2 > self.width {
                self.line(format_args!("  {line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        if !line.is_empty() {
            self.line(format_args!("  {line}"));
        }
    }

    /// A table, cut to the page's width; `none` stands for one without rows.
    pub fn table(&mut self, table: Table, none: &str) {
        if table.is_empty() {
            self.line(format_args!("{DIM}{none}{DIM:#}"));
            return;
        }
        let text = table.render(self.width);
        let mut lines = text.lines();
        if let Some(head) = lines.next() {
            self.line(format_args!("{BOLD}{}{BOLD:#}", head.trim_end()));
        }
        for line in lines {
            self.line(line.trim_end());
        }
    }
}
