//! The bytes on their way to the parser, and what is wrong with them when it will not take them.

use std::io::{BufRead, Read, Result};

use super::error::{Refusal, YamlError};
use super::node::Mark;

/// libyaml decodes its input this many bytes at a time, so a bad byte only counts once its chunk is reached: one that
/// follows the first document by more than this is never seen.
const CHUNK: usize = 16_384;

/// Bytes handed over in libyaml's chunks, without a copy.
pub(super) struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Chunks<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.rest.read(buffer)
    }
}

impl BufRead for Chunks<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        Ok(&self.rest[..self.rest.len().min(CHUNK)])
    }

    fn consume(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }
}

/// The first place in `bytes` that libyaml's reader will not take, in libyaml's words.
pub(super) fn first_bad_byte(bytes: &[u8]) -> YamlError {
    let mut mark = Mark::START;
    let mut rest = bytes;
    let problem = loop {
        let (text, bad) = match std::str::from_utf8(rest) {
            Ok(text) => (text, None),
            Err(error) => {
                let (good, bad) = rest.split_at(error.valid_up_to());
                (std::str::from_utf8(good).unwrap_or_default(), Some(bad))
            }
        };
        if let Some(at) = text.find(|c| !is_allowed(c)) {
            advance(&mut mark, &text[..at]);
            break "control characters are not allowed";
        }
        advance(&mut mark, text);
        match bad {
            Some(bad) => break utf8_problem(bad),
            None => rest = &[],
        }
        if rest.is_empty() {
            break "input error";
        }
    };
    YamlError::new(Refusal::Syntax, mark, problem)
}

/// Whether libyaml's reader lets a character through.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Moves `mark` over `text`, with libyaml's line breaks.
fn advance(mark: &mut Mark, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let breaks = match c {
            '\r' => chars.peek() != Some(&'\n'),
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => true,
            _ => false,
        };
        if breaks {
            *mark = Mark { line: mark.line + 1, column: 1 };
        } else {
            mark.column += 1;
        }
    }
}

/// What libyaml finds wrong with a byte sequence that is not UTF-8.
fn utf8_problem(bytes: &[u8]) -> &'static str {
    let lead = bytes.first().copied().unwrap_or_default();
    let (width, bits) = match lead {
        0x00..=0x7F => (1, lead),
        0xC0..=0xDF => (2, lead & 0x1F),
        0xE0..=0xEF => (3, lead & 0x0F),
        0xF0..=0xF7 => (4, lead & 0x07),
        _ => return "invalid leading UTF-8 octet",
    };
    let Some(sequence) = bytes.get(1..width) else {
        return "incomplete UTF-8 octet sequence";
    };
    let mut value = u32::from(bits);
    for octet in sequence {
        if octet & 0xC0 != 0x80 {
            return "invalid trailing UTF-8 octet";
        }
        value = value << 6 | u32::from(octet & 0x3F);
    }
    let shortest = match width {
        2 => 0x80,
        3 => 0x800,
        _ => 0x1_0000,
    };
    if value < shortest { "invalid length of a UTF-8 sequence" } else { "invalid Unicode character" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_have_a_place_and_libyamls_words() {
        let cases: [(&[u8], u32, u32, &str); 6] = [
            (b"a: b\r\nc: \xFF", 2, 4, "invalid leading UTF-8 octet"),
            (b"\xC3\xA9\xC3", 1, 2, "incomplete UTF-8 octet sequence"),
            (b"\xC3(", 1, 1, "invalid trailing UTF-8 octet"),
            (b"\xC0\x80", 1, 1, "invalid length of a UTF-8 sequence"),
            (b"\xED\xA0\x80", 1, 1, "invalid Unicode character"),
            (b"a\n\x01", 2, 1, "control characters are not allowed"),
        ];
        for (bytes, line, column, problem) in cases {
            let error = first_bad_byte(bytes);
            assert_eq!((error.mark, error.problem.as_str()), (Mark { line, column }, problem));
        }
    }
}
