//! libyaml's event stream, cut down to what the first document needs.

use libyaml_safer::{Encoding, Error, ErrorKind, Event, EventData, Parser};

use super::error::{Context, Refusal, YamlError};
use super::node::Mark;
use super::reader::{Chunks, first_bad_byte};

/// The parser over one file.
pub(super) struct Events<'a> {
    parser: Parser<Chunks<'a>>,
    bytes: &'a [u8],
}

impl<'a> Events<'a> {
    /// Psych tells libyaml that a UTF-8 String is UTF-8. So nothing is detected: a byte order mark stays a character
    /// (libyaml skips it at the start of a line, and `---` after it is text), and UTF-16 is refused.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut parser = Parser::new();
        parser.set_encoding(Encoding::Utf8);
        parser.set_input(Chunks::new(bytes));
        Self { parser, bytes }
    }

    /// How many bytes the file has.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Event, YamlError> {
        self.parser.parse().map_err(|error| self.placed(&error))
    }

    /// The event that opens the first document's root node; none when the stream has no document.
    pub(super) fn open_document(&mut self) -> Result<Option<Event>, YamlError> {
        loop {
            let event = self.next()?;
            match event.data {
                EventData::StreamStart { .. } | EventData::DocumentStart { .. } => {}
                EventData::StreamEnd => return Ok(None),
                _ => return Ok(Some(event)),
            }
        }
    }

    /// Reads to the end of the document. Psych parses all of it before it makes the first value, so an error of syntax
    /// further on outweighs any other.
    pub(super) fn close_document(&mut self) -> Result<(), YamlError> {
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::DocumentEnd { .. } | EventData::StreamEnd) {
                return Ok(());
            }
        }
    }

    /// `outcome`, unless it is an error and the rest of the document holds an error of syntax. A document that is nested
    /// too deep is left where it is: libyaml's time grows with the square of the depth.
    pub(super) fn syntax_first<T>(&mut self, outcome: Result<T, YamlError>) -> Result<T, YamlError> {
        match outcome {
            Err(error) if !matches!(error.refusal, Refusal::Syntax | Refusal::TooDeep) => {
                self.close_document()?;
                Err(error)
            }
            other => other,
        }
    }

    fn placed(&self, error: &Error) -> YamlError {
        let Some(at) = error.problem_mark() else {
            return first_bad_byte(self.bytes);
        };
        let at = mark(at);
        let context = error.context().zip(error.context_mark());
        let context = context.map(|(text, began)| Context { text, mark: mark(began) });
        // libyaml's scanner always notes a context mark, its parser only with a context.
        let without_context = if error.kind() == ErrorKind::Scanner { at } else { Mark::START };
        YamlError {
            refusal: Refusal::Syntax,
            mark: at,
            problem: error.problem().to_owned(),
            psych_mark: context.as_ref().map_or(without_context, |context| context.mark),
            context,
        }
    }
}

/// A libyaml mark counts from zero.
pub(super) fn mark(at: libyaml_safer::Mark) -> Mark {
    let one_based = |n: u64| u32::try_from(n).unwrap_or(u32::MAX - 1) + 1;
    Mark { line: one_based(at.line), column: one_based(at.column) }
}
