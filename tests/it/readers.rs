//! Readers of what others wrote, on what is almost right: bytes that changed, went or came twice. Each is read or refused; none
//! ends the process. `make fuzz-readers` does it by coverage, and millions of times.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fairway::legacy::plain::PlainDatabase;
use fairway::legacy::queue::{Format, parse};
use fairway::legacy::snapshot::{Mapping, Snapshot, SnapshotError};
use fairway::legacy::yaml::{layout, load, version_differences};
use fairway::policy::definitions::ImportRules;
use fairway_parity::Library;
use fairway_parity::adapter::Adapter;
use fairway_parity::datafile::Source;
use proptest::prelude::*;

use crate::import_queue::repository_file;

/// One change: where, as a part of the whole, and what.
type Change = (prop::sample::Index, u8, u8);

/// Takes bytes away, puts others in, writes over them, or repeats some.
fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, kind, byte) in changes {
        let at = place.index(bytes.len() + 1);
        let end = (at + usize::from(*byte % 24)).min(bytes.len());
        match kind % 4 {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.insert(at, *byte),
            2 if at < bytes.len() => bytes[at] = *byte,
            _ => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    proptest::collection::vec(any::<Change>(), 0..6)
}

fn files(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(repository_file(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    assert!(!paths.is_empty(), "{folder} holds no {extension}");
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

static DOCUMENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| files("fixtures/yaml-test-suite", "yaml"));
static DATA_FILES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| [files("parity/mappings", "toml"), files("parity/adapters", "toml")].concat());
static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load(None).unwrap());

/// A database of small pages, so that a change often meets what holds it together.
static DATABASE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue.db");
    let made = rusqlite::Connection::open(&path).unwrap();
    made.execute_batch("PRAGMA page_size = 512").unwrap();
    made.execute_batch(include_str!("migrate_prototype.sql")).unwrap();
    made.execute_batch("PRAGMA journal_mode = DELETE; VACUUM").unwrap();
    drop(made);
    std::fs::read(path).unwrap()
});

fn rules() -> ImportRules {
    ImportRules {
        roles: vec!["api".to_owned()],
        statuses: ["todo", "in_progress", "blocked", "done"].map(str::to_owned).to_vec(),
        id_pattern: "^[A-Z][A-Z0-9-]*$".parse().unwrap(),
        expected_version: Some(1),
        aliases: Vec::new(),
        role_names: Vec::new(),
        weights: std::collections::BTreeMap::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_yaml_is_read_or_refused(seed in any::<prop::sample::Index>(), changes in changes()) {
        let bytes = changed(seed.get::<Vec<u8>>(&DOCUMENTS), &changes);
        let read = load(&bytes);
        let told = version_differences(&bytes, &mut |_| {});
        prop_assert!(read.is_err() || told.is_ok(), "read, and not read for its versions");
        let _ = layout(&bytes, "tasks", &|_| true);
        let queue = parse("queue.yaml", &bytes, Format::Yaml, &rules());
        prop_assert!(read.is_ok() || queue.is_broken(), "refused, and taken for a queue");
        let _ = parse("queue.json", &bytes, Format::Json, &rules());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_database_is_read_or_refused(changes in changes()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue.db");
        let bytes = changed(&DATABASE, &changes);
        std::fs::write(&path, &bytes).unwrap();
        let mapping = Mapping::named("prototype", Path::new("/nowhere")).unwrap();
        if let Ok(snapshot) = Snapshot::open(&path, mapping) {
            let read = |table| snapshot.each_row(table, |row| -> Result<(), SnapshotError> {
                let _ = (row.key(), row.to_json(&[]));
                Ok(())
            });
            let damaged = snapshot.tables().iter().any(|table| read(table).is_err());
            prop_assert!(snapshot.digest().is_ok() || damaged, "a row that has no digest can be read");
        }
        prop_assert_eq!(std::fs::read(&path).unwrap(), bytes, "it was written to");
        if let Ok(database) = PlainDatabase::open(&path) {
            for table in database.tables().unwrap_or_default() {
                let _ = database.find(&table.name, &[]);
            }
        }
    }

    #[test]
    fn any_adapter_and_any_mapping_is_read_or_refused(seed in any::<prop::sample::Index>(), changes in changes()) {
        let bytes = changed(seed.get::<Vec<u8>>(&DATA_FILES), &changes);
        let text = String::from_utf8_lossy(&bytes);
        let source = Source::new("adapter.toml", &*text);
        if let Err(problems) = Adapter::parse(&source, &LIBRARY.vocabulary, &LIBRARY.schema) {
            let lines = text.lines().count() + 1;
            prop_assert!(!problems.all().is_empty());
            prop_assert!(problems.all().iter().all(|problem| problem.line <= lines), "{}", problems);
        }
        let _ = Mapping::parse(&text);
    }
}
