//! Both sides of a pilot, read by the harness through the adapter of each, and held against each other.
//!
//! What a mark explains is masked: the mark itself, and the number that the scripts gave to the row. Nothing else is.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use fairway_parity::library::Library;
use fairway_parity::system::state_of;
use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::support::Project;

type State = BTreeMap<String, BTreeMap<String, Map<String, Value>>>;

/// The sections whose rows are numbered, and the store's table of each.
const NUMBERED: [(&str, &str); 6] = [
    ("history", "task_state_history"),
    ("evidence", "task_evidence"),
    ("handoffs", "task_handoffs"),
    ("reviews", "task_reviews"),
    ("review_routes", "task_review_routes"),
    ("checkpoints", "task_checkpoints"),
];

fn read(root: &Path, adapter: &str, database: &Path) -> State {
    let library = Library::load(None).unwrap();
    let adapter = library.adapter(adapter).unwrap();
    let state = state_of(root, Some(database), adapter, &library.schema).unwrap();
    serde_json::from_value(serde_json::to_value(state).unwrap()).unwrap()
}

/// What a store noted of its lanes, by number: the call, the table, the row's key, and what became of it.
fn events(store: &Path) -> HashMap<i64, (i64, String, String, String, String)> {
    let store = Connection::open(store).unwrap();
    let mut statement =
        store.prepare("SELECT id, call, source_table, row_key, change, pilot FROM lane_events").unwrap();
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The scripts' state as it would be if they gave Fairway's numbers.
fn unmarked(theirs: State, store: &Path) -> State {
    let events = events(store);
    let mut out = State::new();
    for (section, rows) in theirs {
        let table = NUMBERED.iter().find(|(name, _)| *name == section).map(|(_, table)| *table);
        let mut used: HashMap<i64, usize> = HashMap::new();
        let mut ordered: Vec<(String, Map<String, Value>)> = rows.into_iter().collect();
        ordered.sort_by_key(|(key, _)| key.parse::<i64>().unwrap_or_default());
        for (mut key, mut row) in ordered {
            let mut mark = None;
            for (column, value) in &mut row {
                let Some((name, rest)) = value.as_str().and_then(|text| text.rsplit_once(" fairway:")) else {
                    continue;
                };
                let (pilot, event) = rest.rsplit_once('/').expect("a mark names its pilot");
                let event: i64 = event.parse().expect("a mark names its event");
                assert_eq!(events[&event].4, pilot, "the mark is of that pilot");
                if column == "actor" {
                    mark = Some(event);
                }
                *value = Value::from(name.to_owned());
            }
            if let (Some(table), Some(event)) = (table, mark) {
                // The rows of one call carry the mark of the first.
                let call = events[&event].0;
                let mut of_call: Vec<(&i64, &String)> = events
                    .iter()
                    .filter(|(id, one)| one.0 == call && one.1 == table && one.3 == "new" && **id >= event)
                    .map(|(id, one)| (id, &one.2))
                    .collect();
                of_call.sort();
                let place = used.entry(event).or_default();
                key.clone_from(of_call[*place].1);
                *place += 1;
                if row.contains_key("id") {
                    row.insert("id".to_owned(), Value::from(key.parse::<i64>().unwrap()));
                }
            }
            let before = out.entry(section.clone()).or_default().insert(key.clone(), row);
            assert!(before.is_none(), "{section} {key} is told twice");
        }
    }
    out
}

/// Both sides hold the same, row by row.
pub(super) fn assert_equal(project: &Project, when: &str) {
    let (root, store) = (project.root(), project.root().join(".fairway/state.db"));
    let theirs = unmarked(read(&root, "gpuaas", &root.join(".git/agent_queue/agent_queue.db")), &store);
    let ours = read(&root, "fairway", &store);
    let mut different = Vec::new();
    for section in ours.keys().chain(theirs.keys()) {
        let none = BTreeMap::new();
        let (one, two) = (theirs.get(section).unwrap_or(&none), ours.get(section).unwrap_or(&none));
        for key in one.keys().chain(two.keys()) {
            if one.get(key) != two.get(key) {
                different.push(format!(
                    "{section} {key}\n  scripts {:?}\n  fairway {:?}",
                    one.get(key),
                    two.get(key)
                ));
            }
        }
    }
    different.dedup();
    assert!(
        different.is_empty(),
        "{when}: {} difference(s)\n{}",
        different.len(),
        different[..different.len().min(6)].join("\n")
    );
}

/// How many rows each side has of a section.
pub(super) fn count(project: &Project, table: &str) -> (i64, i64) {
    let ask = |path: &str, table: &str| {
        let db = Connection::open(project.root().join(path)).unwrap();
        db.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let ours = NUMBERED.iter().find(|(name, _)| *name == table).unwrap().1;
    let theirs = if table == "history" { "task_history" } else { table };
    (ask(".git/agent_queue/agent_queue.db", theirs), ask(".fairway/state.db", ours))
}
