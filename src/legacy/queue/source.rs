//! The text of a queue file, and places in it.

use std::cell::OnceCell;

use crate::legacy::yaml::Mark;
use crate::model::Place;

/// Longest line text that a problem carries, in characters: a file may be one line.
const LINE_LIMIT: usize = 400;

/// Which characters end a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::legacy) enum Breaks {
    /// Those of YAML 1.1, as the reader's marks count them.
    Yaml,
    /// `\n`, `\r` and `\r\n`, as editors count them.
    Json,
}

/// The text of a file, under the name that the user gave.
#[derive(Debug)]
pub(in crate::legacy) struct Source<'a> {
    name: &'a str,
    text: &'a str,
    breaks: Breaks,
    /// Where each line begins; made when a place is first asked for.
    starts: OnceCell<Vec<usize>>,
}

impl<'a> Source<'a> {
    pub(in crate::legacy) fn new(name: &'a str, text: &'a str, breaks: Breaks) -> Self {
        Self { name, text, breaks, starts: OnceCell::new() }
    }

    /// The mark of a byte of the text.
    pub(in crate::legacy) fn mark_at(&self, offset: usize) -> Mark {
        let starts = self.starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let column = self.text.get(starts[line - 1]..offset).map_or(0, |head| head.chars().count());
        Mark { line: narrow(line), column: narrow(column + 1) }
    }

    /// The place of `width` characters at a mark.
    pub(in crate::legacy) fn place(&self, mark: Mark, width: usize) -> Place {
        let line = self.line(mark.line);
        let short = match line.char_indices().nth(LINE_LIMIT) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        };
        Place {
            file: self.name.to_owned(),
            line: mark.line as usize,
            column: mark.column as usize,
            width: width.max(1),
            text: short,
        }
    }

    /// The place of a value that begins at a mark: all of it, as far as it stands on that line.
    pub(in crate::legacy) fn place_of(&self, mark: Mark, value: Option<&str>) -> Place {
        let line = self.line(mark.line);
        let skip = (mark.column as usize).saturating_sub(1);
        let rest = line.char_indices().nth(skip).map_or("", |(at, _)| &line[at..]);
        self.place(mark, width(rest, value))
    }

    fn line(&self, number: u32) -> &'a str {
        let starts = self.starts();
        let index = (number as usize).saturating_sub(1);
        let Some(&start) = starts.get(index) else { return "" };
        let end = starts.get(index + 1).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            // A byte order mark is no part of the first line.
            let first = if self.text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
            let mut starts = vec![first];
            let mut chars = self.text.char_indices().peekable();
            while let Some((at, c)) = chars.next() {
                let ends = match c {
                    '\n' => true,
                    '\r' => chars.peek().is_none_or(|(_, next)| *next != '\n'),
                    '\u{85}' | '\u{2028}' | '\u{2029}' => self.breaks == Breaks::Yaml,
                    _ => false,
                };
                if ends {
                    starts.push(at + c.len_utf8());
                }
            }
            starts
        })
    }
}

/// How many characters of `rest` are the value: its text, its quotes included, or its first word; where it has no
/// text, all up to the end of the line or its comment.
fn width(rest: &str, value: Option<&str>) -> usize {
    if let Some(value) = value.filter(|value| !value.is_empty() && rest.starts_with(value)) {
        return value.chars().count();
    }
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let mut escaped = false;
        for (index, c) in rest.chars().enumerate().skip(1) {
            if c == quote && !escaped {
                return index + 1;
            }
            escaped = c == '\\' && quote == '"' && !escaped;
        }
    }
    let collection = rest.starts_with(['[', '{']);
    let end = match value {
        // A plain scalar that reads as something else, such as `NO`.
        Some(_) if !collection => rest.find([' ', '\t', ',', ']', '}']),
        _ => rest.find(" #"),
    };
    rest[..end.unwrap_or(rest.len())].trim_end().chars().count()
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters() {
        let source = Source::new("q.json", "a: é\r\nbé \"x\\\" y\" z\n", Breaks::Json);
        let offset = source.text.find('"').unwrap();
        let mark = source.mark_at(offset);
        assert_eq!(mark, Mark { line: 2, column: 4 });
        let place = source.place_of(mark, None);
        assert_eq!((place.width, place.text.as_str()), (7, "bé \"x\\\" y\" z"));
        assert_eq!(source.mark_at(0), Mark { line: 1, column: 1 });
    }

    #[test]
    fn a_file_of_one_line_is_not_repeated_in_its_problems() {
        let text = "x".repeat(10_000);
        let place = Source::new("q.json", &text, Breaks::Json).place(Mark { line: 1, column: 9_000 }, 3);
        assert_eq!(place.text.chars().count(), LINE_LIMIT + 1);
    }
}
