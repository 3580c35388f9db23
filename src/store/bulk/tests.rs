//! What a bulk load leaves behind: all of it, with everything in force, or nothing.

use super::*;
use crate::model::Timestamp;
use crate::store::{Settings, Store};

fn store(folder: &tempfile::TempDir) -> Store {
    let settings = Settings {
        project: "p".to_owned(),
        terminal: vec!["done".to_owned()],
        busy_timeout: std::time::Duration::from_secs(1),
    };
    Store::create(&folder.path().join("state.db"), settings, Timestamp::now()).unwrap()
}

fn schema(store: &Store) -> Vec<String> {
    let mut found = store.connection.prepare("SELECT name || sql FROM sqlite_master ORDER BY name").unwrap();
    found
        .query_map([], |row| row.get::<_, Option<String>>(0))
        .unwrap()
        .filter_map(|row| row.unwrap())
        .collect()
}

fn definition(id: &str) -> DefinitionFacts<'_> {
    DefinitionFacts {
        id,
        title: "T",
        role: "api",
        kind: None,
        parent: None,
        notes: None,
        acceptance_checks: "[]",
        extra: "{}",
        priority: None,
        sequence: None,
        file_order: None,
        in_source: true,
    }
}

/// Loads a task for each id, all but the first of which wait for the one named `on`.
fn load(store: &mut Store, ids: &[String], on: &str, ready: bool) -> Result<()> {
    store.write("load", "tester", Timestamp::now(), |tx| {
        tx.in_bulk(|| {
            let first = |id: &String| *id == ids[0];
            tx.many_definitions(ids.iter().map(|id| (definition(id), ready && first(id))))?;
            tx.many_states(ids.iter().map(|id| StateFacts {
                id,
                status: "todo",
                unmet: usize::from(!first(id)),
                ..StateFacts::default()
            }))?;
            tx.many_arrivals(ids.iter().map(|id| StateFacts {
                id,
                status: "todo",
                ..StateFacts::default()
            }))?;
            tx.many_dependencies(ids[1..].iter().map(|id| (id.as_str(), on, 0)))
        })
    })
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("T-{number:03}")).collect()
}

#[test]
fn the_schema_is_as_it_was_and_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let before = schema(&store);
    load(&mut store, &ids(2 * ROWS + 3), "T-000", true).unwrap();
    assert_eq!(schema(&store), before);
    let refused = store.connection.execute("DELETE FROM task_state_history", []).unwrap_err();
    assert!(refused.to_string().contains("append-only"), "{refused}");
    let ready = store.read(|reader| reader.ready(&crate::store::ReadyFilter::default())).unwrap();
    assert_eq!(ready.iter().map(|task| task.id.as_str()).collect::<Vec<_>>(), ["T-000"]);
}

#[test]
fn what_does_not_hold_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let before = schema(&store);
    let wrong_key = load(&mut store, &ids(3), "T-999", true).unwrap_err();
    assert!(wrong_key.to_string().contains("FOREIGN KEY"), "{wrong_key}");
    load(&mut store, &["T-1".to_owned(), "T-1".to_owned()], "T-1", true).unwrap_err();
    load(&mut store, &ids(3), "T-000", false).unwrap_err();
    assert_eq!(schema(&store), before);
    let dump = store.read(|reader| reader.dump()).unwrap();
    assert!(dump.values().all(|rows| rows.as_array().unwrap().is_empty()), "{dump:?}");
}

#[test]
fn into_a_store_with_tasks_everything_is_kept_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    load(&mut store, &ids(3), "T-000", true).unwrap();
    load(&mut store, &["A".to_owned(), "B".to_owned()], "A", true).unwrap();
    let ready = store.read(|reader| reader.ready(&crate::store::ReadyFilter::default())).unwrap();
    let found: std::collections::BTreeSet<&str> = ready.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(found, ["A", "T-000"].into());
}
