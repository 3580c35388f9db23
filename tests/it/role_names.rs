//! A queue whose roles have other names: imported in both directions between the two examples for GPUaaS.

use serde_json::Value;

use crate::import_queue::repository_file;
use crate::support::{Project, legacy_copy};

const QUEUE: &str = "doc/governance/Agent_Work_Queue.yaml";
const NAMES: [(&str, &str); 5] = [
    ("A-backend", "backend"),
    ("B-ui", "ui"),
    ("C-ops", "ops"),
    ("D-arch", "arch"),
    ("E-governance", "governance"),
];

/// A project with one of the example configurations.
fn configured(example: &str) -> Project {
    let project = Project::repository();
    project.ok(&["init"]);
    std::fs::remove_file(project.root().join(".fairway/state.db")).unwrap();
    let config = std::fs::read_to_string(repository_file("examples").join(example)).unwrap();
    project.write(".fairway/config.toml", &config);
    project.ok(&["init"]);
    project
}

fn fixture() -> String {
    std::fs::read_to_string(repository_file("fixtures/gpuaas/checkout").join(QUEUE)).unwrap()
}

/// The texts under a column of a table, each once, in the order of their letters.
fn words(export: &Value, table: &str, column: &str) -> Vec<String> {
    let rows = export[table].as_array().unwrap();
    let mut words: Vec<String> =
        rows.iter().filter_map(|row| row[column].as_str()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[test]
fn the_fixture_arrives_under_the_generic_names_with_its_database() {
    let project = configured("gpuaas-config.toml");
    project.write(QUEUE, &fixture());
    let snapshot = legacy_copy::standard().join(".git/agent_queue/agent_queue.db");
    project.ok(&["import", QUEUE, "--snapshot", &snapshot.display().to_string()]);
    let export = project.json(&["db", "export"]);
    let generic = ["arch", "backend", "governance", "ops", "ui"];
    assert_eq!(words(&export, "task_definitions", "role"), generic);
    for (table, column) in [
        ("task_handoffs", "from_role"),
        ("task_handoffs", "to_role"),
        ("task_review_routes", "reviewer"),
        ("task_reviews", "reviewer"),
        ("agent_sessions", "role"),
    ] {
        let found = words(&export, table, column);
        assert!(!found.is_empty(), "{table}.{column} is not in the fixture");
        for (theirs, _) in NAMES {
            assert!(!found.iter().any(|word| word == theirs), "{table}.{column} still has {theirs}");
        }
    }
    let ready = project.json(&["ready", "--as", "backend"]);
    assert!(!ready["tasks"].as_array().unwrap().is_empty());
}

#[test]
fn a_queue_in_the_generic_names_arrives_under_the_exact_ones() {
    let generic = NAMES.iter().fold(fixture(), |text, (exact, generic)| {
        text.replace(&format!("role: {exact}"), &format!("role: {generic}"))
    });
    assert!(generic.contains("role: backend") && !generic.contains("role: A-backend"));
    let project = configured("gpuaas-a-b-c-d-e-config.toml");
    project.write(QUEUE, &generic);
    project.ok(&["import", QUEUE, "--state-once"]);
    let renamed = project.json(&["db", "export"]);

    let plain = configured("gpuaas-a-b-c-d-e-config.toml");
    plain.write(QUEUE, &fixture());
    plain.ok(&["import", QUEUE, "--state-once"]);
    let exact = plain.json(&["db", "export"]);
    assert_eq!(renamed["task_definitions"], exact["task_definitions"]);
    assert_eq!(renamed["task_state"], exact["task_state"]);
}

#[test]
fn a_role_that_is_nobodys_name_is_still_a_problem_with_its_line() {
    let project = configured("gpuaas-config.toml");
    project.write(
        QUEUE,
        "version: 1\ntasks:\n  - {id: A-1, title: T, role: A-backend}\n  - {id: A-2, title: T, role: A-backened}\n",
    );
    insta::assert_snapshot!("unknown", project.run(&["import", QUEUE]));
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project
        .write(".fairway/config.toml", &config.replace("A-backend = \"backend\"", "A-backend = \"backed\""));
    insta::assert_snapshot!("configured_wrongly", project.run(&["config", "validate"]));
}
