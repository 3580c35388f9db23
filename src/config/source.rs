//! The text of a configuration file, and the way from a byte range to a [`Place`] in it.

use std::ops::Range;

use crate::model::diagnostic::Place;

/// One file: its name as the user gave it, and its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text }
    }

    /// The line, column and width of a byte range; what goes on after its first line is not shown.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        let at = self.boundary(span.start);
        let line_start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline);
        let line = self.text[line_start..line_end].trim_end_matches('\r');
        // A position in the line break, such as the end of what is not closed, is shown at the end of its line.
        let start = at.min(line_start + line.len());
        let end = self.boundary(span.end).clamp(start, line_start + line.len());
        Place {
            file: self.file.to_owned(),
            line: self.text[..line_start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            width: self.text[start..end].trim_end().chars().count().max(1),
            text: line.to_owned(),
        }
    }

    /// The nearest character boundary at or before `at`.
    fn boundary(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        (0..=at).rev().find(|&i| self.text.is_char_boundary(i)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn counts_characters_not_bytes() {
        let text = "a = 1\r\nü = \"größe\"\r\n";
        let at = text.find("\"größe\"").unwrap();
        let place = Source::new("c.toml", text).place(&(at..at + "\"größe\"".len()));
        assert_eq!((place.line, place.column, place.width), (2, 5, 7));
        assert_eq!(place.text, "ü = \"größe\"");
    }

    #[test]
    fn a_range_over_several_lines_marks_the_first() {
        let place = Source::new("c.toml", "x = [\n 1,\n]\n").place(&(4..11));
        assert_eq!((place.line, place.column, place.width), (1, 5, 1));
    }

    #[test]
    fn the_end_of_the_file_is_a_place() {
        let place = Source::new("c.toml", "x =").place(&(3..3));
        assert_eq!((place.line, place.column, place.width), (1, 4, 1));
    }
}
