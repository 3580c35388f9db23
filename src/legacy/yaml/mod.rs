//! Reads a legacy queue file exactly as Ruby 3.1 does with
//! `YAML.safe_load(bytes, permitted_classes: [Date, Time], aliases: true)`: Psych 4 over libyaml 0.2.5.
//!
//! The way in follows Psych's own stages, one file each: `events` (libyaml's parser), `compose` (one subtree),
//! `construct` with `building`, `tag` and `merge` (Psych's `ToRuby`), `scalar` with `number` and `time` (Psych's
//! `ScalarScanner`), `hash` (Ruby's `Hash`). `stream` and `pipe` hand a long list over item by item, so that no whole tree
//! exists. What differs from Ruby on purpose is in `docs/decisions/0001-yaml-reader.md`.

mod binary;
mod building;
mod civil;
mod compose;
mod construct;
mod error;
mod events;
mod hash;
mod layout;
mod merge;
mod node;
mod number;
mod pipe;
mod reader;
pub mod ruby_text;
mod scalar;
mod stream;
mod tag;
mod time;
mod versions;

pub use civil::{Date, Time, Zone};
pub use error::{Context, Refusal, YamlError};
pub use layout::{ItemLayout, MappingLayout, PairLayout, Piece, Style, layout};
pub use node::{Duplicate, Mapping, Mark, Node, Value};
pub use stream::{List, ListEntry, Sink, Top, stream};
pub use versions::{VersionDifference, version_differences};

use compose::compose;
use construct::Constructor;
use events::Events;

/// The deepest nesting that is read, counting collections from the top of the document. Ruby 3.1 gives up with
/// `SystemStackError` somewhere between 500 and 1,500 levels, depending on its stack; a fixed limit is repeatable.
pub const MAX_DEPTH: usize = 1_000;

/// The first document of `bytes`, as one tree. An empty stream is [`Value::Null`], as `safe_load` has it.
///
/// # Errors
///
/// Everything that Ruby refuses, and the few cases that only this reader refuses (see [`Refusal`]).
pub fn load(bytes: &[u8]) -> Result<Node, YamlError> {
    let mut events = Events::new(bytes);
    let Some(first) = events.open_document()? else {
        return Ok(Node { value: Value::Null, mark: Mark::START });
    };
    let outcome = compose(&mut events, first, 0);
    let raw = events.syntax_first(outcome)?;
    events.close_document()?;
    Constructor::default().construct(raw, 0)
}
