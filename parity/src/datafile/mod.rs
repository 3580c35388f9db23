//! Reads the harness's own TOML files strictly: every problem at once, each with its place.
//!
//! A misspelt key in an adapter would otherwise weaken the proof in silence, so nothing unknown is accepted.

mod node;
mod problem;

pub(crate) use node::suggest;
pub use node::{Node, Table};
pub use problem::{Problem, Problems, Source};

use std::cell::RefCell;

use toml::de::DeTable;

/// Reads `source` with `build`, which asks the table for what it expects.
///
/// # Errors
/// Every problem of syntax, or else every problem that `build` met, in the order of the file.
pub fn read<T>(source: &Source, build: impl FnOnce(&Table<'_>) -> T) -> Result<T, Problems> {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let sink = RefCell::new(Vec::new());
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        sink.borrow_mut().push(source.problem(span, error.message(), None));
    }
    if sink.borrow().is_empty() {
        let table = Table::new(root.get_ref(), root.span(), source, &sink);
        let built = build(&table);
        table.finish();
        if sink.borrow().is_empty() {
            return Ok(built);
        }
    }
    Err(Problems::new(sink.into_inner()))
}
