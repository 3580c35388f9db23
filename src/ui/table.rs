//! A table that fits the page: what may be cut is cut first, and what names a thing last.

use tabled::builder::Builder;
use tabled::settings::peaker::Peaker;
use tabled::settings::{Alignment, Modify, Padding, Style as Frame, Width, object::Columns};

/// How narrow an elastic column gets before the others are cut, in characters.
const NARROW: usize = 12;

/// A table under construction.
#[derive(Debug)]
pub struct Table {
    builder: Builder,
    columns: usize,
    right: Vec<usize>,
    elastic: Vec<usize>,
    wrapped: bool,
    rows: usize,
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
        Self { builder, columns, right: Vec::new(), elastic: Vec::new(), wrapped: false, rows: 0 }
    }

    /// Aligns numbers to the right.
    #[must_use]
    pub fn right(mut self, columns: &[usize]) -> Self {
        self.right.extend_from_slice(columns);
        self
    }

    /// Names the columns that are cut first where the page is too narrow, instead of the last one. What names a thing,
    /// such as an id, is of no use when it is cut.
    #[must_use]
    pub fn elastic(mut self, columns: &[usize]) -> Self {
        self.elastic.extend_from_slice(columns);
        self
    }

    /// Goes on in a further line where a cell would be cut: for columns that say what is wrong.
    #[must_use]
    pub fn wrapped(mut self) -> Self {
        self.wrapped = true;
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

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub(super) fn render(mut self, width: usize) -> String {
        if self.elastic.is_empty() {
            self.elastic.extend(self.columns.checked_sub(1));
        }
        let mut table = self.builder.build();
        table.with(Frame::empty()).with(Padding::new(0, 2, 0, 0));
        table.modify(Columns::last(), Padding::zero());
        for column in self.right.into_iter().filter(|column| *column < self.columns) {
            table.with(Modify::new(Columns::one(column)).with(Alignment::right()));
        }
        let cut = Cut(self.elastic);
        if self.wrapped {
            table.with(Width::wrap(width).keep_words(true).priority(cut));
        } else {
            table.with(Width::truncate(width).suffix("…").priority(cut));
        }
        table.to_string()
    }
}

/// Takes a character at a time: from the widest elastic column, and when they are all narrow from the widest of all.
#[derive(Debug, Clone)]
struct Cut(Vec<usize>);

impl Peaker for Cut {
    fn peak(&mut self, mins: &[usize], widths: &[usize]) -> Option<usize> {
        let widest = |columns: &mut dyn Iterator<Item = usize>, narrow: usize| {
            columns
                .filter(|column| widths[*column] > narrow.max(mins.get(*column).copied().unwrap_or(0)))
                .max_by_key(|column| (widths[*column], std::cmp::Reverse(*column)))
        };
        let mut elastic = self.0.iter().copied().filter(|column| *column < widths.len());
        widest(&mut elastic, NARROW).or_else(|| widest(&mut (0..widths.len()), 0))
    }
}

/// A cell's text on one line; an absent or empty one is a dash. What a terminal would obey is replaced: a sequence that
/// is cut in its midst would swallow what follows.
fn one_line(cell: Option<&str>) -> String {
    let mut line = String::with_capacity(cell.map_or(1, str::len));
    for word in cell.unwrap_or_default().split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }));
    }
    if line.is_empty() {
        line.push('-');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn what_is_wrong_is_said_to_its_end() {
        let mut table = Table::new(["ID", "WHY"]).wrapped();
        table.row([Some("A-ONE"), Some("waits for A-TWO (todo), A-THREE (blocked)")]);
        let lines: Vec<String> = table.render(40).lines().map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(lines[1..], ["A-ONE  waits for A-TWO (todo), A-THREE", "       (blocked)"]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_as_a_sign() {
        let mut table = Table::new(["ID", "TITLE"]);
        table.row([Some("A-ONE"), Some("\u{1b}[31mred\u{7} \u{1b}]8;;http://somewhere/that/is/cut")]);
        let text = table.render(40);
        assert!(text.contains("\u{fffd}[31mred\u{fffd} \u{fffd}]8;;"), "{text:?}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }

    fn cut(elastic: &[usize], width: usize) -> Vec<String> {
        let mut table = Table::new(["ID", "WHY", "TITLE"]).elastic(elastic);
        table.row([Some("A-SOMETHING-LONG"), Some("waits for another"), Some("A title that says much")]);
        table.render(width).lines().map(|line| line.trim_end().to_owned()).collect()
    }

    #[test]
    fn what_names_a_thing_is_cut_last() {
        assert_eq!(cut(&[], 50)[1], "A-SOMETHING-LONG  waits for another  A title that…");
        assert_eq!(cut(&[1, 2], 46)[1], "A-SOMETHING-LONG  waits for a…  A title that …");
        assert!(cut(&[], 40)[1].ends_with("A title tha…"), "{:?}", cut(&[], 40));
        assert!(cut(&[], 40)[1].chars().count() <= 40);
    }
}
