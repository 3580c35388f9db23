//! A YAML queue on its way from the reader to the builder.

use super::LIST_KEY;
use super::builder::{Builder, ListKey};
use crate::legacy::yaml::{Node, Refusal, Sink, Top, YamlError, stream};
use crate::model::Diagnostic;

impl Sink for Builder<'_> {
    fn restart(&mut self) {
        Builder::restart(self);
    }

    fn item(&mut self, index: usize, item: Node) {
        Builder::item(self, index, &item);
    }
}

impl Builder<'_> {
    /// Reads a whole YAML file.
    ///
    /// # Errors
    /// The problem of a file that is no YAML, or none that Ruby reads.
    pub(super) fn read_yaml(&mut self, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
        let top = stream(bytes, LIST_KEY, self).map_err(|error| Box::new(self.refused(&error)))?;
        match top {
            Top::List(list) => self.bare_list(list.mark),
            Top::Mapping { rest, mark, list: Some(_) } => self.envelope(mark, &rest, ListKey::Read),
            Top::Mapping { rest, mark, list: None } => {
                let list = rest.get(LIST_KEY).map_or(ListKey::Missing, ListKey::Other);
                self.envelope(mark, &rest, list);
            }
            Top::Other(node) => self.no_queue(node.mark),
        }
        Ok(())
    }

    fn refused(&self, error: &YamlError) -> Diagnostic {
        let (code, expected) = match error.refusal {
            Refusal::Syntax => ("yaml-syntax", "YAML that Ruby's Psych reads".to_owned()),
            _ => ("yaml-syntax", "plain values, lists, mappings, dates and times".to_owned()),
        };
        let expected = match &error.context {
            Some(context) => format!("{} (begun at {})", context.text, context.mark),
            None => expected,
        };
        self.problems.fixed(code, &error.problem, &expected, error.mark)
    }
}
