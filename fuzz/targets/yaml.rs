//! The YAML reader, and the reader of queue files on top of it: any bytes are read or refused.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fairway::legacy::queue::{Format, parse};
use fairway::legacy::yaml::{layout, load, version_differences};
use fairway::policy::definitions::ImportRules;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<ImportRules> = LazyLock::new(|| ImportRules {
    roles: vec!["A-backend".to_owned()],
    statuses: ["todo", "in_progress", "blocked", "done"].map(str::to_owned).to_vec(),
    id_pattern: regex::Regex::new("^[A-Z][A-Z0-9-]*$").expect("a pattern"),
    expected_version: Some(1),
    aliases: vec![("dependencies".to_owned(), "depends_on".to_owned())],
    role_names: Vec::new(),
    weights: BTreeMap::new(),
});

fuzz_target!(|bytes: &[u8]| {
    let read = load(bytes);
    // What is one document to one of them is one to the others.
    let told = version_differences(bytes, &mut |_| {});
    assert!(read.is_err() || told.is_ok(), "read, and not read for its versions");
    let _ = layout(bytes, "tasks", &|_| true);
    let _ = parse("queue.yaml", bytes, Format::Yaml, &RULES);
    let _ = parse("queue.json", bytes, Format::Json, &RULES);
});
