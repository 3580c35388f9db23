//! The queue file on its way out and back.

mod made;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use fairway::legacy::queue::{Format, QueueDocument, parse};
use fairway::legacy::snapshot::Mapping;
use fairway::migrate::Unwatched;
use fairway::migrate::export_back::state::{self, States};
use fairway::migrate::export_back::yaml::{Change, Edited, StateKey, edit};
use fairway::migrate::import::{Import, SourceStamp};
use fairway::model::Timestamp;
use fairway::policy::definitions::ImportRules;
use fairway::store::{Settings, Store};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use made::{Made, queues};

const FILES: u32 = 500;
/// How many of them Ruby reads as well.
const READ_BY_RUBY: usize = 100;

fn mapping() -> Mapping {
    Mapping::named("gpuaas", Path::new("/nowhere")).unwrap()
}

fn keys() -> Vec<StateKey> {
    state::keys(&mapping(), &[])
}

fn read(text: &str) -> QueueDocument {
    let rules = ImportRules {
        roles: vec!["api".to_owned()],
        statuses: ["todo", "in_progress", "blocked", "done"].map(str::to_owned).to_vec(),
        id_pattern: "^T-[0-9]+$".parse().unwrap(),
        expected_version: Some(1),
        aliases: Vec::new(),
        role_names: Vec::new(),
        weights: BTreeMap::new(),
    };
    let queue = parse("queue.yaml", text.as_bytes(), Format::Yaml, &rules);
    assert!(!queue.is_broken(), "{:?}\n{text}", queue.problems);
    queue
}

/// An empty store.
fn empty_store(folder: &Path) -> Store {
    let settings = Settings {
        project: "p".to_owned(),
        terminal: vec!["done".to_owned()],
        busy_timeout: Duration::from_secs(1),
    };
    Store::create(&folder.join("state.db"), settings, Timestamp::now()).unwrap()
}

/// The states that an import leaves in a store that was empty.
fn imported(queue: &QueueDocument, mut store: Store) -> States {
    let statuses = ["todo", "in_progress", "blocked", "done"].map(str::to_owned);
    let stamp = SourceStamp::look(Path::new("queue.yaml")).with_digest(&queue.digest);
    let import = Import {
        queue,
        stamp: &stamp,
        snapshot: None,
        state_once: true,
        statuses: &statuses,
        watch: &Unwatched,
    };
    import.run(&mut store, "import", "tester", Timestamp::now()).unwrap();
    store.read(|reader| reader.states()).unwrap()
}

fn runner() -> TestRunner {
    let config = Config { cases: FILES, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(
        config.clone(),
        proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm),
    )
}

#[test]
fn five_hundred_queues_come_back_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let empty = empty_store(folder.path());
    let outcome = runner().run(&queues(), |made| {
        let queue = read(&made.text);
        let states = imported(&queue, empty.in_memory().unwrap());
        let now = || states.iter().map(|(id, state)| (id.as_str(), state));
        let changed = state::changes(&mapping(), &state::of_file(&queue), now()).unwrap();
        prop_assert_eq!(changed, vec![]);
        // Even when every key of every task is said anew.
        let all = state::changes(&mapping(), &States::new(), now()).unwrap();
        let back = edit("queue.yaml", made.text.as_bytes(), &keys(), &all).unwrap();
        prop_assert_eq!(String::from_utf8(back.bytes).unwrap(), made.text);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

/// A task's new state: what a claim, an end, and a way back to the beginning leave.
fn moves() -> impl Strategy<Value = [Option<&'static str>; 5]> {
    prop_oneof![
        Just([Some("in_progress"), Some("claude"), Some("agent/web"), None, None]),
        Just([Some("done"), Some("yes"), Some("agent/api"), Some("7654321"), Some("2026-02-27T16:00:00Z")]),
        Just([Some("todo"), None, None, None, None]),
        Just([Some("blocked"), Some("a: b, \u{1F680} #c"), None, Some("0b7e40d"), Some("line\nbreak")]),
    ]
}

fn moved(made: &Made, task: usize, to: [Option<&str>; 5]) -> Edited {
    let id = &made.tasks[task].0;
    let changes: Vec<Change> = to
        .iter()
        .enumerate()
        .map(|(key, value)| Change { task: id.clone(), key, value: value.map(str::to_owned) })
        .collect();
    edit("queue.yaml", made.text.as_bytes(), &keys(), &changes)
        .unwrap_or_else(|error| panic!("{error}: {:?}\n{}", error.diagnostic(), made.text))
}

#[test]
fn one_task_that_moved_changes_its_own_lines_and_no_others() {
    let cases = (queues(), any::<prop::sample::Index>(), moves());
    let outcome = runner().run(&cases, |(made, task, to)| {
        let task = task.index(made.tasks.len());
        let back = moved(&made, task, to);
        let text = String::from_utf8(back.bytes).unwrap();
        if back.edits.iter().all(|edit| edit.task == made.tasks[task].0) {
            let lines = |text: &str| -> Vec<String> { text.split('\n').map(str::to_owned).collect() };
            let (old, new) = (lines(&made.text), lines(&text));
            let span = made.tasks[task].1.clone();
            prop_assert_eq!(&old[..span.start], &new[..span.start]);
            // The last line of a file may have no break, to which a key that is added gives one.
            let after = old.len().saturating_sub(span.end);
            if after > 0 && new.len() >= after {
                prop_assert_eq!(&old[span.end..], &new[new.len() - after..]);
            }
        }
        // Again the same, and back again what it was, as far as the reader sees.
        let again = Made { text: text.clone(), tasks: made.tasks.clone() };
        prop_assert_eq!(String::from_utf8(moved(&again, task, to).bytes).unwrap(), text);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn ruby_reads_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let mut runner = runner();
    let mut cases = Vec::new();
    let mut files = Vec::new();
    for number in 0..READ_BY_RUBY {
        let (made, task, to) =
            (queues(), any::<prop::sample::Index>(), moves()).new_tree(&mut runner).unwrap().current();
        let task = task.index(made.tasks.len());
        let back = moved(&made, task, to);
        for (name, bytes) in [("old", made.text.as_bytes()), ("new", &back.bytes)] {
            let path = folder.path().join(format!("{number}.{name}.yaml"));
            std::fs::write(&path, bytes).unwrap();
            files.push(path);
        }
        cases.push((made, task, to));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words = [
        root.join("tests/it/export_back/said.rb"),
        root.join("fixtures/gpuaas/checkout/scripts/ops/agent_queue_store.rb"),
    ];
    let output =
        duct::cmd("ruby", words.into_iter().chain(files)).env("TZ", "UTC").read().unwrap_or_else(|error| {
            panic!("{error}\nthis test needs Ruby with its sqlite3 gem: apt-get install ruby ruby-sqlite3")
        });
    let said: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), 2 * cases.len());
    for ((made, task, to), said) in cases.iter().zip(said.chunks(2)) {
        let mut expected = said[0].clone();
        let blank = |value: Option<&str>| value.map_or(Value::Null, Value::from);
        for (name, value) in ["status", "owner", "branch", "commit", "completed_at"].iter().zip(to) {
            expected["tasks"][task]["state"][name] = blank(*value);
        }
        let mut found = said[1].clone();
        // The legacy takes blank text for none.
        for task in
            found["tasks"].as_array_mut().unwrap().iter_mut().chain(expected["tasks"].as_array_mut().unwrap())
        {
            for value in task["state"].as_object_mut().unwrap().values_mut() {
                if value == &json!("") {
                    *value = Value::Null;
                }
            }
        }
        assert_eq!(found, expected, "{}", made.text);
    }
}
