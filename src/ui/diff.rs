//! Diffs on a page: unified, or in two columns with what differs within a line marked.

use std::fmt::Write as _;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use fairway_parity::report::{Line, Row, RowKind};

use super::Page;

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();

/// From this width on two columns are wide enough to be read.
const WIDE: usize = 110;

impl Page {
    /// Whether diffs are better shown in two columns here.
    pub fn takes_columns(&self) -> bool {
        self.width() >= WIDE && std::io::stdout().is_terminal()
    }

    /// A unified diff.
    pub fn diff(&mut self, unified: &str) {
        for line in unified.lines() {
            match line.as_bytes().first() {
                Some(b'-') => self.line(format_args!("{REMOVED}{line}{REMOVED:#}")),
                Some(b'+') => self.line(format_args!("{ADDED}{line}{ADDED:#}")),
                Some(b'@') => self.line(format_args!("{DIM}{line}{DIM:#}")),
                _ => self.line(line),
            }
        }
    }

    /// A diff in two columns. A line that is longer than its column goes on below: what is cut might be what differs.
    pub fn diff_columns(&mut self, rows: &[Row]) {
        // A mark before each column, and a bar between the two.
        let column = (self.width().saturating_sub(7) / 2).max(20);
        for row in rows {
            if row.kind == RowKind::Gap {
                self.line(format_args!("{DIM}{:^width$}{DIM:#}", "...", width = 2 * column + 7));
                continue;
            }
            let changed = row.kind != RowKind::Same;
            let left = cells(row.left.as_ref(), column, changed.then_some(REMOVED));
            let right = cells(row.right.as_ref(), column, changed.then_some(ADDED));
            let mark = |there: bool, mark: &'static str| if changed && there { mark } else { " " };
            for index in 0..left.len().max(right.len()) {
                let blank = || " ".repeat(column);
                let one = left.get(index).cloned().unwrap_or_else(blank);
                let two = right.get(index).cloned().unwrap_or_default();
                let (minus, plus) = (mark(index < left.len(), "-"), mark(index < right.len(), "+"));
                self.line(format_args!("{minus} {one} {DIM}|{DIM:#} {plus} {two}"));
            }
        }
    }
}

/// A line in pieces of a column's width, padded to it; what differs is bold.
fn cells(line: Option<&Line>, width: usize, style: Option<Style>) -> Vec<String> {
    let Some(line) = line else { return Vec::new() };
    let style = style.unwrap_or_default();
    // A line that differs as a whole has nothing to be pointed at.
    let pointed = line.pieces.iter().any(|piece| !piece.changed);
    let mut letters = Vec::new();
    for piece in &line.pieces {
        let own = if piece.changed && pointed { style.bold().underline() } else { style };
        letters.extend(piece.text.chars().map(|letter| (letter, own)));
    }
    if letters.is_empty() {
        return vec![" ".repeat(width)];
    }
    letters.chunks(width).map(|chunk| cell(chunk, width)).collect()
}

fn cell(letters: &[(char, Style)], width: usize) -> String {
    let mut text = String::new();
    for run in letters.chunk_by(|one, next| one.1 == next.1) {
        let style = run[0].1;
        let letters: String = run.iter().map(|(letter, _)| *letter).collect();
        // Writing to a String cannot fail.
        let _ = write!(text, "{style}{letters}{style:#}");
    }
    text.push_str(&" ".repeat(width.saturating_sub(letters.len())));
    text
}
