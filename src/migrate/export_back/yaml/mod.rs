//! Changes state keys of tasks in a queue file, and nothing else of it: comments, order, quoting, anchors, line breaks and
//! unknown fields stay as they are, byte for byte.
//!
//! [`edit`] looks where the keys stand, splices the new scalars in, and reads the result again. What it then finds has to
//! differ from the file as it was in the wanted keys alone; otherwise nothing comes of it. A task that took a key from
//! an anchor or a merge that the edit changed gets a key of its own.

mod error;
mod lines;
mod patch;
mod render;
mod rounds;
mod survey;
#[cfg(test)]
mod tests;

pub use error::EditError;
pub use rounds::{Change, Edit, Edited, StateKey, edit};
