//! The store as a file: what is refused, backups, migrations, exports.

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::support::Project;

fn with_store(change: impl FnOnce(&Connection)) -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    let connection = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    change(&connection);
    project
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let project = Project::initialised();
    let path = project.root().join(".fairway/state.db");
    for side in ["state.db-wal", "state.db-shm"] {
        let _ = std::fs::remove_file(path.with_file_name(side));
    }
    std::fs::write(&path, "not a database, but long enough to look at twice").unwrap();
    assert_snapshot!("store_no_database", project.run(&["ready"]));
    assert_eq!(std::fs::read_to_string(&path).unwrap().len(), 48);
    std::fs::remove_file(&path).unwrap();
    assert_snapshot!("store_missing", project.run(&["ready"]));
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (id)").unwrap();
    assert_snapshot!("store_foreign", project.run(&["ready"]));
}

#[test]
fn a_newer_store_is_refused() {
    let project = with_store(|db| db.pragma_update(None, "user_version", 99).unwrap());
    assert_snapshot!("store_newer", project.run(&["ready"]));
    assert_eq!(project.run(&["claim", "API-1", "--as", "api"]).code, 2);
}

#[test]
fn another_projects_store_is_refused() {
    let project = with_store(|_| {});
    project.write(".fairway/config.toml", "[fairway]\nproject_name = \"other\"\n");
    assert_snapshot!("store_other_project", project.run(&["ready"]));
}

#[test]
fn what_happened_cannot_be_rewritten() {
    let project = with_store(|_| {});
    project.ok(&["set-status", "API-1", "blocked", "--reason", "why"]);
    project.ok(&["record", "evidence", "API-1", "--command-text", "x", "--result", "fail"]);
    project.ok(&[
        "record",
        "review",
        "API-1",
        "--reviewer",
        "web",
        "--verdict",
        "approve",
        "--commit",
        "abc1234",
    ]);
    let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    for (table, column) in [
        ("task_state_history", "reason"),
        ("task_evidence", "result"),
        ("task_reviews", "verdict"),
        ("audit_events", "action"),
    ] {
        for sql in [format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")] {
            let error = db.execute(&sql, []).expect_err(&sql).to_string();
            assert!(error.contains("append-only"), "{error}");
        }
    }
}

#[test]
fn every_change_leaves_its_audit_event_and_a_refusal_none() {
    let project = with_store(|_| {});
    let actions = || {
        let export = project.json(&["db", "export"]);
        let events = export["audit_events"].as_array().unwrap().clone();
        events.iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(actions(), ["add"]);
    assert_eq!(project.run(&["claim", "API-1", "--as", "web"]).code, 4);
    project.ok(&["claim", "API-1", "--as", "api"]);
    assert_eq!(actions(), ["add", "claim"]);
}

#[test]
fn a_backup_is_a_whole_store_and_replaces_nothing() {
    let project = with_store(|_| {});
    assert_snapshot!("db_backup_exists", {
        project.ok(&["db", "backup", "copy.db"]);
        project.run(&["db", "backup", "copy.db"])
    });
    let copy = project.json(&["--db", "copy.db", "ready"]);
    assert_eq!(copy["tasks"][0]["id"], "API-1");
}

#[test]
fn migrations_are_shown_before_they_are_applied() {
    let project = with_store(|_| {});
    assert_snapshot!("db_migrate_nothing", project.run(&["db", "migrate", "--dry-run"]));
}

#[test]
fn terminal_states_of_the_configuration_decide_what_is_met() {
    let project = with_store(|_| {});
    project.ok(&["add", "API-2", "--title", "T", "--role", "api", "--dependencies", "API-1"]);
    project.ok(&["set-status", "API-1", "blocked", "--reason", "why"]);
    let ready = || project.json(&["ready"])["tasks"].as_array().unwrap().len();
    assert_eq!(ready(), 0);
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project
        .write(".fairway/config.toml", &format!("{config}\n[states]\nterminal = [\"done\", \"blocked\"]\n"));
    assert_eq!(ready(), 1, "the counts follow the configuration");
}

#[test]
fn a_locked_store_is_waited_for_and_then_said_to_be_busy() {
    let project = with_store(|_| {});
    let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut command = project.fairway(&project.root());
    let output = command
        .env("FAIRWAY_BUSY_MS", "100")
        .args(["claim", "API-1", "--as", "api", "--json"])
        .output()
        .unwrap();
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((output.status.code(), &error["error"]["code"]), (Some(2), &"busy".into()));
    assert_eq!(error["error"]["retryable"], true);
    assert_eq!(project.json(&["ready"])["tasks"][0]["id"], "API-1", "a reader does not wait for a writer");
    db.execute_batch("ROLLBACK").unwrap();
    project.ok(&["claim", "API-1", "--as", "api"]);
}
