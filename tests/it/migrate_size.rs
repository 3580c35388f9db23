//! Conservation at size, and of files that others wrote: every row and every field is accounted for, and what is lost is found.

use std::path::PathBuf;
use std::process::Command;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::import_queue::{generic, repository_file};
use crate::migrate_move::Move;
use crate::support::Project;

/// The counts of an account that add up to another of it.
fn sum(account: &Value, names: &[&str]) -> i64 {
    names.iter().map(|name| account[name].as_i64().unwrap_or_default()).sum()
}

/// Every row and every field went somewhere, and nothing was lost.
fn is_conserved(verified: &Value) {
    assert_eq!((&verified["sound"], &verified["losses"]["count"]), (&json!(true), &json!(0)), "{verified:#}");
    let fields = ["imported", "preserved", "superseded", "ignored", "changed_since", "lost"];
    for table in verified["tables"].as_array().unwrap() {
        assert_eq!(
            table["rows"],
            sum(table, &["imported", "preserved", "superseded", "ignored", "lost"]),
            "{table}"
        );
        assert_eq!(table["fields"]["all"], sum(&table["fields"], &fields), "{table}");
    }
    let file = &verified["file"];
    assert_eq!((&file["unread"], &file["tasks"]), (&Value::Null, &file["imported"]), "{file}");
    assert_eq!(file["fields"]["all"], sum(&file["fields"], &fields), "{file}");
}

/// Plants each loss, and undoes it.
fn losses_are_found(project: &Project, losses: &[(&str, &str)]) {
    let path = project.root().join(".fairway/state.db");
    for (what, sql) in losses {
        let whole = std::fs::read(&path).unwrap();
        let store = Connection::open(&path).unwrap();
        store.execute_batch("DROP TRIGGER task_state_history_no_delete").unwrap();
        assert_eq!(store.execute(sql, []).unwrap(), 1, "{what}");
        drop(store);
        let answer = project.run(&["migrate", "verify", "--json"]);
        assert_eq!(answer.code, 4, "{what}: {}", answer.stderr);
        let found: Value = serde_json::from_str(&answer.stdout).unwrap();
        assert_eq!(found["data"]["losses"]["count"], 1, "{what}: {}", found["data"]["losses"]);
        std::fs::write(&path, whole).unwrap();
    }
}

const NOTES: &str = "UPDATE task_definitions SET notes = notes || char(769) WHERE id = (
    SELECT id FROM task_definitions WHERE notes IS NOT NULL AND in_source = 1 ORDER BY id LIMIT 1)";
const FIELD: &str = "UPDATE task_definitions SET extra = json_remove(extra, '$.' || (
      SELECT key FROM json_each(task_definitions.extra) ORDER BY key LIMIT 1))
    WHERE id = (SELECT id FROM task_definitions WHERE extra <> '{}' AND in_source = 1 ORDER BY id DESC LIMIT 1)";
const HISTORY: &str = "DELETE FROM task_state_history WHERE id = (
    SELECT id FROM task_state_history ORDER BY id LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM task_state_history))";
const ACCEPTANCE: &str = "UPDATE task_definitions SET acceptance_checks = json_array('another') WHERE id = (
    SELECT id FROM task_definitions ORDER BY id DESC LIMIT 1)";

#[test]
fn queues_that_others_wrote_are_conserved() {
    let folder = std::fs::read_dir(repository_file("fixtures/samples")).unwrap();
    let mut samples: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    samples.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    assert!(samples.len() > 1, "{samples:?}");
    for sample in samples {
        let project = generic();
        let from = sample.to_str().unwrap();
        project.json(&["migrate", "plan", "--from", from, "--out", "plan.json"]);
        assert_eq!(project.json(&["migrate", "rehearse", "plan.json"])["passed"], true, "{from}");
        project.json(&["migrate", "apply", "plan.json"]);
        is_conserved(&project.json(&["migrate", "verify"]));
        losses_are_found(&project, &[("an unknown field", FIELD), ("a check", ACCEPTANCE)]);
    }
}

/// The sizes, as `FAIRWAY_TASKS` names them.
fn sizes() -> Vec<String> {
    let sizes = std::env::var("FAIRWAY_TASKS").unwrap_or_else(|_| "10000 100000".to_owned());
    sizes.split_whitespace().map(str::to_owned).collect()
}

#[test]
#[ignore = "it takes minutes; make soak runs it"]
fn ten_thousand_and_a_hundred_thousand_tasks_are_conserved() {
    for size in sizes() {
        let copy = repository_file(&format!("target/legacy/tasks-{size}"));
        if !copy.join(".git/agent_queue/agent_queue.db").exists() {
            let build = repository_file("fixtures/gpuaas/build-copy.sh");
            let done = Command::new(build).arg(&copy).args(["--quiet", "--tasks", &size]).status().unwrap();
            assert!(done.success());
        }
        let moved = Move::of(&copy);
        moved.plan();
        moved.apply();
        let verified = moved.project.json(&["migrate", "verify"]);
        is_conserved(&verified);
        let rows = verified["tables"].as_array().unwrap().iter().map(|table| table["rows"].as_i64().unwrap());
        println!(
            "{size} tasks: {} rows and {} fields of the file are accounted for",
            rows.sum::<i64>(),
            verified["file"]["fields"]["all"]
        );
        losses_are_found(
            &moved.project,
            &[("a row of history", HISTORY), ("an unknown field", FIELD), ("one character", NOTES)],
        );
    }
}
