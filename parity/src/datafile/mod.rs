//! Reads the harness's own TOML files strictly: every problem at once, each with its place.
//!
//! A misspelt key in an adapter would otherwise weaken the proof in silence, so nothing unknown is accepted.

mod node;
mod problem;
mod suggest;
mod table;

pub use node::Node;
pub use problem::{Problem, Problems, Source};
pub(crate) use suggest::suggest;
pub use table::Table;

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
        let found = build(&table);
        table.finish();
        if sink.borrow().is_empty() {
            return Ok(found);
        }
    }
    Err(Problems::new(sink.into_inner()))
}

#[cfg(test)]
mod tests {
    use super::{Source, read};

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let source = Source::new("a.toml", "naem = \"x\"\ncount = \"three\"\n[deep]\nflag = 1\n");
        let problems = read(&source, |table| {
            table.need_text("name");
            table.get("count").map(|node| node.integer());
            table.get("deep").and_then(|node| node.table(|deep| deep.get("flag").map(|flag| flag.boolean())));
        })
        .unwrap_err();
        let found: Vec<_> = problems.all().iter().map(|p| (p.line, p.column, p.message.as_str())).collect();
        assert!(found.contains(&(1, 1, "unknown key `naem`")), "{found:?}");
        assert!(found.contains(&(2, 9, "expected a whole number, found string")), "{found:?}");
        assert!(found.contains(&(4, 8, "expected true or false, found integer")), "{found:?}");
        assert!(found.iter().any(|(_, _, message)| *message == "`name` is missing"), "{found:?}");
        assert!(problems.to_string().contains("did you mean `name`"));
    }

    #[test]
    fn a_broken_document_is_one_error_per_place() {
        let problems = read(&Source::new("a.toml", "a = \nb = ]\n"), |_| ()).unwrap_err();
        assert!(problems.all().len() >= 2, "{problems}");
    }
}
