//! A page of text: headings, fields, lines and tables that fit the terminal.

use std::fmt::{Display, Write};

use anstyle::Style;
use tabled::builder::Builder;
use tabled::settings::peaker::PriorityMax;
use tabled::settings::{Alignment, Modify, Padding, Style as Frame, Width, object::Columns};

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

/// A table under construction.
#[derive(Debug)]
pub struct Table {
    builder: Builder,
    columns: usize,
    right: Vec<usize>,
    rows: usize,
}

impl Page {
    pub(super) fn new() -> Self {
        let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
        Self { text: String::new(), width: width.max(40) }
    }

    pub(super) fn into_text(self) -> String {
        self.text
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
        if table.rows == 0 {
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

impl Table {
    /// A table with these column names.
    pub fn new<const N: usize>(names: [&str; N]) -> Self {
        Self::with_columns(names.map(str::to_owned).to_vec())
    }

    /// A table whose columns are known only when it is made.
    pub fn with_columns(names: Vec<String>) -> Self {
        let mut builder = Builder::default();
        let columns = names.len();
        builder.push_record(names);
        Self { builder, columns, right: Vec::new(), rows: 0 }
    }

    /// Aligns numbers to the right.
    #[must_use]
    pub fn right(mut self, columns: &[usize]) -> Self {
        self.right.extend_from_slice(columns);
        self
    }

    /// Adds a row; line breaks and runs of blanks become one blank, so that a row stays a line.
    pub fn row<const N: usize>(&mut self, cells: [Option<&str>; N]) {
        self.drawn_row("", cells);
    }

    /// Adds a row whose first cell has something drawn before it, such as the lines of a tree.
    pub fn drawn_row<const N: usize>(&mut self, drawing: &str, cells: [Option<&str>; N]) {
        let mut cells = cells.map(one_line);
        if let Some(first) = cells.first_mut() {
            first.insert_str(0, drawing);
        }
        self.builder.push_record(cells);
        self.rows += 1;
    }

    /// Adds a row of a table whose columns are known only when it is made.
    pub fn cells(&mut self, cells: Vec<String>) {
        self.builder.push_record(cells);
        self.rows += 1;
    }

    fn render(self, width: usize) -> String {
        let mut table = self.builder.build();
        table.with(Frame::empty()).with(Padding::new(0, 2, 0, 0));
        table.modify(Columns::last(), Padding::zero());
        for column in self.right.into_iter().filter(|column| *column < self.columns) {
            table.with(Modify::new(Columns::one(column)).with(Alignment::right()));
        }
        table.with(Width::truncate(width).suffix("…").priority(PriorityMax::left()));
        table.to_string()
    }
}

/// A cell's text on one line; an absent or empty one is a dash.
fn one_line(cell: Option<&str>) -> String {
    match cell.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")) {
        Some(text) if !text.is_empty() => text,
        _ => "-".to_owned(),
    }
}
