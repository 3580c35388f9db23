//! A unified diff as two columns, with what differs within a line marked.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// How two lines stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RowKind {
    /// Lines that both sides have are left out here.
    Gap,
    /// Both sides have the line.
    Same,
    /// Each side has a line of its own.
    Changed,
    /// Only the reference has the line.
    Removed,
    /// Only the candidate has the line.
    Added,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether the other side's line has something else here.
    pub changed: bool,
}

/// A line of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// What it is made of.
    pub pieces: Vec<Piece>,
}

/// A row of both columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// How the two stand to each other.
    pub kind: RowKind,
    /// The reference's line.
    pub left: Option<Line>,
    /// The candidate's line.
    pub right: Option<Line>,
}

/// Below this share of common words two lines are shown as two lines: marks all over them would say nothing.
const ALIKE: f32 = 0.3;

/// The rows of a unified diff.
pub fn side_by_side(unified: &str) -> Vec<Row> {
    let mut reader = Reader::default();
    // The two lines of the header name the sides, which the columns do.
    for line in unified.lines().skip_while(|line| line.starts_with("---") || line.starts_with("+++")) {
        reader.line(line);
    }
    reader.flush();
    reader.rows
}

#[derive(Default)]
struct Reader {
    rows: Vec<Row>,
    /// The numbers of the next lines.
    next: (usize, usize),
    removed: Vec<Line>,
    added: Vec<Line>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(numbers) = hunk(line) {
            self.flush();
            // A diff that begins with the first line leaves nothing out before it.
            if numbers != (1, 1) || !self.rows.is_empty() {
                self.rows.push(Row { kind: RowKind::Gap, left: None, right: None });
            }
            self.next = numbers;
        } else if let Some(text) = line.strip_prefix('-') {
            self.removed.push(whole(&mut self.next.0, text));
        } else if let Some(text) = line.strip_prefix('+') {
            self.added.push(whole(&mut self.next.1, text));
        } else {
            self.flush();
            let text = line.strip_prefix(' ').unwrap_or(line);
            let (left, right) = (whole(&mut self.next.0, text), whole(&mut self.next.1, text));
            self.rows.push(Row { kind: RowKind::Same, left: Some(left), right: Some(right) });
        }
    }

    /// What was removed and added in one place stands side by side.
    fn flush(&mut self) {
        let (mut removed, mut added) =
            (std::mem::take(&mut self.removed).into_iter(), std::mem::take(&mut self.added).into_iter());
        loop {
            let row = match (removed.next(), added.next()) {
                (None, None) => return,
                (Some(mut left), Some(mut right)) => {
                    mark(&mut left, &mut right);
                    Row { kind: RowKind::Changed, left: Some(left), right: Some(right) }
                }
                (left, right) => {
                    let kind = if left.is_some() { RowKind::Removed } else { RowKind::Added };
                    Row { kind, left, right }
                }
            };
            self.rows.push(row);
        }
    }
}

fn whole(next: &mut usize, text: &str) -> Line {
    let number = *next;
    *next += 1;
    Line { number, pieces: vec![Piece { text: text.to_owned(), changed: false }] }
}

/// The first line numbers of `@@ -1,7 +1,9 @@`.
fn hunk(line: &str) -> Option<(usize, usize)> {
    let (left, right) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let first = |numbers: &str| numbers.split([',', ' ']).next()?.parse().ok();
    Some((first(left)?, first(right)?))
}

/// Marks the words that the other line has not.
fn mark(left: &mut Line, right: &mut Line) {
    let (one, two) = (text(left), text(right));
    let diff = TextDiff::from_words(&one, &two);
    if diff.ratio() < ALIKE {
        return;
    }
    let (mut pieces, mut others) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let value = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut pieces, value, false);
                push(&mut others, value, false);
            }
            ChangeTag::Delete => push(&mut pieces, value, true),
            ChangeTag::Insert => push(&mut others, value, true),
        }
    }
    (left.pieces, right.pieces) = (joined(&pieces), joined(&others));
}

/// Blanks between two marked words are marked too: one mark is easier to read than many.
fn joined(pieces: &[Piece]) -> Vec<Piece> {
    let blank = |index: usize| {
        let around =
            |index: Option<usize>| index.and_then(|index| pieces.get(index)).is_some_and(|one| one.changed);
        around(index.checked_sub(1)) && around(Some(index + 1)) && pieces[index].text.trim().is_empty()
    };
    let mut all = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        push(&mut all, &piece.text, piece.changed || blank(index));
    }
    all
}

fn push(pieces: &mut Vec<Piece>, text: &str, changed: bool) {
    match pieces.last_mut() {
        Some(last) if last.changed == changed => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), changed }),
    }
}

fn text(line: &Line) -> String {
    line.pieces.iter().map(|piece| piece.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::compare::unified;

    fn rows(one: &Value, two: &Value) -> Vec<Row> {
        side_by_side(&unified(one, two, ["reference", "candidate"]))
    }

    #[test]
    fn a_changed_line_stands_beside_the_other_with_its_words_marked() {
        let rows = rows(&json!({"title": "the old text"}), &json!({"title": "the new text"}));
        let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [RowKind::Same, RowKind::Changed, RowKind::Same]);
        let marked = |line: &Option<Line>| {
            let pieces = &line.as_ref().unwrap().pieces;
            pieces.iter().filter(|piece| piece.changed).map(|piece| piece.text.clone()).collect::<String>()
        };
        assert_eq!((marked(&rows[1].left), marked(&rows[1].right)), ("old".to_owned(), "new".to_owned()));
    }

    #[test]
    fn what_is_left_out_is_a_gap_and_lines_keep_their_numbers() {
        let list = |last: u8| json!((0..20).chain([last]).collect::<Vec<u8>>());
        let rows = rows(&list(90), &list(91));
        assert_eq!(rows[0].kind, RowKind::Gap);
        let changed = rows.iter().find(|row| row.kind == RowKind::Changed).unwrap();
        assert_eq!(changed.left.as_ref().map(|line| line.number), Some(22));
    }

    proptest! {
        /// Each column, read down, is the side's own text where the diff shows it.
        #[test]
        fn both_columns_are_the_two_texts(
            one in proptest::collection::vec("[ab<\"]{0,3}", 0..8),
            two in proptest::collection::vec("[ab<\"]{0,3}", 0..8),
        ) {
            let column = |rows: &[Row], side: fn(&Row) -> &Option<Line>| {
                rows.iter().filter_map(|row| side(row).as_ref()).map(|line| (line.number, text(line))).collect::<Vec<_>>()
            };
            let lines = |list: &[String]| {
                let pretty = serde_json::to_string_pretty(list).unwrap();
                pretty.lines().map(str::to_owned).collect::<Vec<_>>()
            };
            let rows = rows(&json!(one), &json!(two));
            for (side, own) in [
                (column(&rows, |row| &row.left), lines(&one)),
                (column(&rows, |row| &row.right), lines(&two)),
            ] {
                for (number, text) in side {
                    prop_assert_eq!(&text, &own[number - 1]);
                }
            }
            prop_assert_eq!(rows.is_empty(), one == two);
        }
    }
}
