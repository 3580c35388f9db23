//! Adding, changing, listing and moving tasks by hand.

use insta::assert_snapshot;

use crate::support::Project;

/// Three tasks: one ready, one that waits for it, one of another role.
fn queue() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "Rotate the signing key", "--role", "api", "--priority", "1"]);
    project.ok(&[
        "add",
        "API-2",
        "--title",
        "Refuse the old key",
        "--role",
        "api",
        "--dependencies",
        "API-1",
    ]);
    project.ok(&["add", "WEB-1", "--title", "Say so on the page", "--role", "web", "--priority", "2"]);
    project
}

#[test]
fn add_keeps_every_value_of_a_repeated_flag() {
    let project = queue();
    project.ok(&[
        "add",
        "API-3",
        "--title",
        "T",
        "--role",
        "api",
        "--dependencies",
        "API-1,API-2",
        "--dependencies",
        "WEB-1",
        "--acceptance",
        "the old key is refused",
        "--acceptance",
        "nobody is logged out, not even once",
    ]);
    let task = &project.json(&["task-detail", "API-3"])["task"];
    assert_eq!(task["depends_on"], serde_json::json!(["API-1", "API-2", "WEB-1"]));
    assert_eq!(
        task["acceptance_checks"],
        serde_json::json!(["the old key is refused", "nobody is logged out, not even once"])
    );
}

#[test]
fn add_refuses_what_cannot_be_stored_faithfully() {
    let project = queue();
    let refused = |words: &[&str]| project.run(words).to_string();
    assert_snapshot!("add_bad_id", refused(&["add", "api 1", "--title", "T", "--role", "api"]));
    assert_snapshot!("add_taken", refused(&["add", "API-1", "--title", "T", "--role", "api"]));
    assert_snapshot!("add_unknown_role", refused(&["add", "API-9", "--title", "T", "--role", "apy"]));
    assert_snapshot!(
        "add_unknown_dependency",
        refused(&["add", "API-9", "--title", "T", "--role", "api", "--dependencies", "API-8"])
    );
    assert_snapshot!("add_no_role", refused(&["add", "API-9", "--title", "T"]));
    assert_eq!(project.json(&["db", "export"])["task_definitions"].as_array().unwrap().len(), 3);
}

#[test]
fn update_changes_clears_and_refuses_cycles() {
    let project = queue();
    project.ok(&["update", "API-1", "--notes", "at noon", "--acceptance", "a", "--acceptance", "b"]);
    project.ok(&["update", "API-1", "--notes", "", "--priority", "5"]);
    let task = &project.json(&["task-detail", "API-1"])["task"];
    assert_eq!((task["notes"].clone(), task["priority"].clone()), (serde_json::Value::Null, 5.into()));
    assert_eq!(task["acceptance_checks"], serde_json::json!(["a", "b"]));
    assert_snapshot!("update_cycle", project.run(&["update", "API-1", "--dependencies", "API-2"]));
    assert_snapshot!("update_unknown", project.run(&["update", "API-7", "--title", "T"]));
}

#[test]
fn an_update_of_dependencies_moves_readiness() {
    let project = queue();
    let ready = || {
        project.json(&["ready"])["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ready(), ["API-1", "WEB-1"]);
    project.ok(&["update", "API-2", "--dependencies", ""]);
    assert_eq!(ready(), ["API-1", "WEB-1", "API-2"]);
    project.ok(&["update", "WEB-1", "--dependencies", "API-2,API-1"]);
    assert_eq!(ready(), ["API-1", "API-2"]);
}

#[test]
fn ready_lists_in_order_filters_and_explains() {
    let mut project = queue();
    assert_snapshot!("ready", project.run(&["ready"]));
    assert_snapshot!("ready_role", project.run(&["--as", "web", "ready"]));
    assert_snapshot!("ready_unknown_role", project.run(&["ready", "--as", "ops"]));
    assert_snapshot!("ready_within_unknown", project.run(&["ready", "--in", "EPIC-1"]));
    project.at("2026-02-27T17:00:00Z");
    project.ok(&["set-status", "WEB-1", "blocked", "--reason", "no wording yet"]);
    assert_snapshot!("ready_explain", project.run(&["ready", "--explain", "--limit", "1"]));
}

#[test]
fn set_status_guards_blocking_done_and_reopening() {
    let project = queue();
    assert_snapshot!("set_status_unknown_state", project.run(&["set-status", "API-1", "blocket"]));
    assert_snapshot!("set_status_blocked_bare", project.run(&["set-status", "API-1", "blocked"]));
    assert_snapshot!("set_status_done_without_evidence", project.run(&["set-status", "API-1", "done"]));
    project.ok(&["record", "evidence", "API-1", "--command-text", "make check", "--result", "pass"]);
    assert_snapshot!("set_status_done", project.run(&["set-status", "API-1", "done", "--commit", "abc1234"]));
    assert_snapshot!("set_status_terminal", project.run(&["set-status", "API-1", "todo"]));
    assert_snapshot!("set_status_reopen_bare", project.run(&["set-status", "API-1", "todo", "--reopen"]));
    project.ok(&["set-status", "API-1", "todo", "--reopen", "--reason", "regressed"]);
    assert_snapshot!("task_detail", project.run(&["task-detail", "API-1"]));
}
