//! Any queue: what the plan says is what was done, and what came in goes out.

mod snapshot;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::legacy::queue::{Format, parse};
use crate::migrate::Unwatched;
use crate::policy::definitions::ImportRules;
use crate::store::Settings;

fn rules() -> ImportRules {
    ImportRules {
        roles: vec!["api".to_owned()],
        statuses: statuses(),
        id_pattern: regex::Regex::new("^T[0-9]+$").unwrap(),
        expected_version: None,
        aliases: Vec::new(),
        role_names: Vec::new(),
        weights: std::collections::BTreeMap::new(),
    }
}

fn statuses() -> Vec<String> {
    ["todo", "in_progress", "blocked", "done"].map(str::to_owned).to_vec()
}

fn store(folder: &tempfile::TempDir) -> Store {
    let settings = Settings {
        project: "p".to_owned(),
        terminal: vec!["done".to_owned()],
        busy_timeout: std::time::Duration::from_secs(1),
    };
    Store::create(&folder.path().join("state.db"), settings, Timestamp::now()).unwrap()
}

/// A task: how far down the tasks are that it depends on, its status, its other fields, its title.
type Task = (Vec<u8>, Option<usize>, Map<String, Value>, String);

fn task() -> impl Strategy<Value = Task> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~é\n]{0,12}".prop_map(Value::from),
    ];
    let nested = scalar.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec(("[a-z]{1,4}", inner), 0..3)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    });
    let extra = proptest::collection::vec(("x_[a-z]{1,5}", nested), 0..4);
    let extra = extra.prop_map(|pairs| pairs.into_iter().collect());
    (proptest::collection::vec(0..20_u8, 0..4), proptest::option::of(0..4_usize), extra, "[!-~]{1,9}")
}

fn queue(tasks: &[Task]) -> QueueDocument {
    let list: Vec<Value> = tasks
        .iter()
        .enumerate()
        .map(|(number, (depends_on, status, extra, title))| {
            let depends_on: Vec<String> = depends_on
                .iter()
                .map(|dep| number + 1 + usize::from(*dep))
                .filter(|dep| *dep < tasks.len())
                .map(|dep| format!("T{dep}"))
                .collect();
            let mut task = json!({
                "id": format!("T{number}"), "title": title, "role": "api", "depends_on": depends_on,
                "status": status.map(|status| statuses()[status].clone()),
            });
            task.as_object_mut().unwrap().extend(extra.clone());
            task
        })
        .collect();
    parse("q.json", json!(list).to_string().as_bytes(), Format::Json, &rules())
}

fn run(queue: &QueueDocument, store: &mut Store) -> (Plan, Plan) {
    let stamp = SourceStamp::look(std::path::Path::new("q.json")).with_digest(&queue.digest);
    let statuses = statuses();
    let import = Import {
        queue,
        stamp: &stamp,
        snapshot: None,
        state_once: true,
        statuses: &statuses,
        watch: &Unwatched,
    };
    let planned = store.read(|reader| import.plan(&reader).map(|planned| planned.plan)).unwrap();
    (planned, import.run(store, "import", "tester", Timestamp::now()).unwrap())
}

fn counts(store: &Store) -> Map<String, Value> {
    let dump = store.read(|reader| reader.dump()).unwrap();
    dump.into_iter().map(|(table, rows)| (table, json!(rows.as_array().unwrap().len()))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_plan_is_what_was_done(
        first in proptest::collection::vec(task(), 0..8),
        second in proptest::collection::vec(task(), 0..8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        for tasks in [&first, &second] {
            let queue = queue(tasks);
            prop_assert!(queue.problems.is_empty(), "{:?}", queue.problems);
            let before = counts(&store);
            let (planned, done) = run(&queue, &mut store);
            prop_assert_eq!(json!(planned), json!(&done));
            let after = counts(&store);
            for table in ["task_definitions", "task_state", "task_state_history"] {
                let rows = done.tables.iter().filter(|row| row.target == table);
                let grown = after[table].as_u64().unwrap() - before[table].as_u64().unwrap();
                prop_assert_eq!(grown, rows.map(|row| row.added as u64).sum::<u64>(), "{}", table);
            }
            // What is ready is what a fresh count of dependencies says.
            let ready: Vec<String> = store
                .read(|reader| reader.ready(&crate::store::ReadyFilter::default()))
                .unwrap()
                .into_iter()
                .map(|task| task.id)
                .collect();
            let expected: Vec<String> = store
                .read(|reader| {
                    let states = reader.states()?;
                    let definitions = reader.definitions()?;
                    let open = |id: &String| states[id].status != "done";
                    let ready = definitions.into_iter().filter(|task| {
                        task.in_source && states[&task.id].status == "todo" && !task.depends_on.iter().any(open)
                    });
                    Ok::<_, crate::store::StoreError>(ready.map(|task| task.id).collect())
                })
                .unwrap();
            prop_assert_eq!(ready, expected);
            let (_, again) = run(&queue, &mut store);
            prop_assert_eq!(again.definitions.unchanged, tasks.len());
        }
    }

    #[test]
    fn definitions_come_out_as_they_went_in(tasks in proptest::collection::vec(task(), 1..6)) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let queue = queue(&tasks);
        run(&queue, &mut store);
        let found = store.read(|reader| reader.definitions()).unwrap();
        let expected: Vec<_> = (0..tasks.len()).map(|place| queue.definition(place).unwrap()).collect();
        prop_assert_eq!(&found, &expected);
        for (task, (_, _, extra, _)) in found.iter().zip(&tasks) {
            prop_assert_eq!(json!(task.extra), json!(extra));
        }
    }
}

#[test]
fn a_source_is_unchanged_until_its_bytes_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let path = folder.path().join("q.json");
    let text = r#"[{"id": "T1", "title": "T", "role": "api"}]"#;
    let write = |text: &str, age: u64| {
        std::fs::write(&path, text).unwrap();
        let time = std::time::SystemTime::now() - std::time::Duration::from_secs(age);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    };
    let check = |store: &Store| store.read(|reader| check_source(&reader, &path)).unwrap();
    write(text, 60);
    assert_eq!(check(&store), SourceCheck::Changed, "never imported");
    let stamp = SourceStamp::look(&path);
    let queue = crate::legacy::queue::read(&path, &rules()).unwrap();
    let stamp = stamp.with_digest(&queue.digest);
    let statuses = statuses();
    let import = Import {
        queue: &queue,
        stamp: &stamp,
        snapshot: None,
        state_once: true,
        statuses: &statuses,
        watch: &Unwatched,
    };
    import.run(&mut store, "import", "tester", Timestamp::now()).unwrap();
    assert_eq!(check(&store), SourceCheck::Unchanged);

    write(text, 30);
    let SourceCheck::Touched(stamp) = check(&store) else { panic!("only its time is another") };
    assert!(stamp.is_settled());
    store.write("touched", "tester", Timestamp::now(), |tx| remember_stamp(tx, &stamp)).unwrap();
    assert_eq!(check(&store), SourceCheck::Unchanged);

    write(&text.replace('T', "U"), 20);
    assert_eq!(check(&store), SourceCheck::Changed);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(check(&store), SourceCheck::Missing);
}

#[test]
fn a_change_within_the_clocks_grain_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.json");
    std::fs::write(&path, "[]").unwrap();
    assert!(!SourceStamp::look(&path).is_settled(), "another write may bear the same time");
}
