//! What happens beside the operations: files that are written, commits that are made. A deed is one move of several
//! steps, worded as a scenario words them.

use serde_json::Value;

use crate::datafile::{Node, Table};

use super::grammar::Pool;

/// A step that is only carried out: its keys and their values, as a scenario has them.
pub(super) type Doing = Vec<(String, Value)>;

/// The ways in which a deed is done, each a list of steps.
pub(super) type Deed = Pool<Vec<Doing>>;

/// What a step of a deed may do. Operations are moves of their own, and so are changes of the queue.
const KINDS: [&str; 3] = ["git", "write_file", "remove_file"];

/// Reads a deed: a list of `{ weight = 2, steps = [...] }`.
pub(super) fn deed(node: &Node<'_>) -> Deed {
    node.list().iter().filter_map(|node| node.table(way)).collect()
}

fn way(table: &Table<'_>) -> (u32, Vec<Doing>) {
    let weight = table.get("weight").map_or(1, |node| u32::try_from(node.integer()).unwrap_or_default());
    let steps = table.need("steps").map(|node| node.list()).unwrap_or_default();
    if steps.is_empty() {
        table.problem("a deed without steps does nothing", None);
    }
    (weight, steps.iter().map(doing).collect())
}

/// Whether its values are well formed is said by the scenario that it becomes part of.
fn doing(node: &Node<'_>) -> Doing {
    let Value::Object(step) = node.json() else {
        node.problem(
            "a step is a table",
            Some("expected `{ git = [\"switch\", \"-q\", \"x\"] }`".to_owned()),
        );
        return Doing::new();
    };
    let kinds = step.keys().filter(|key| KINDS.contains(&key.as_str())).count();
    let known = |key: &str| key == "in" || KINDS.contains(&key);
    if kinds != 1 || !step.keys().all(|key| known(key)) {
        let expected = format!("expected exactly one of {}, and perhaps `in`", KINDS.join(", "));
        node.problem("a step of a deed does one thing beside the queue", Some(expected));
    }
    step.into_iter().collect()
}
