//! A migration is rehearsed and verified: nothing is lost, and what is lost is found.

use rusqlite::Connection;
use serde_json::Value;

use crate::migrate_move::Move;
use crate::support::legacy_copy;

/// A project into which the standard copy is planned: with its scripts, so that they can be asked.
fn planned() -> Move {
    let project = Move::new();
    let copy = legacy_copy::standard();
    project.project.json(&["migrate", "plan", "--from", copy.to_str().unwrap(), "--out", "plan.json"]);
    project
}

fn verify(project: &Move, code: i32) -> Value {
    let answer = project.project.run(&["migrate", "verify", "--json"]);
    assert_eq!(answer.code, code, "{answer}");
    serde_json::from_str::<Value>(&answer.stdout).unwrap()["data"].clone()
}

fn counts(account: &Value, names: &[&str]) -> i64 {
    names.iter().map(|name| account[name].as_i64().unwrap()).sum()
}

#[test]
fn a_plan_is_rehearsed_then_applied_and_every_lane_is_the_legacys() {
    let made = planned();
    let refused = made.project.run(&["migrate", "apply", "plan.json", "--json"]);
    assert!(refused.stderr.contains("not-rehearsed"), "{refused}");
    let rehearsed = made.project.json(&["migrate", "rehearse", "plan.json"]);
    assert_eq!(rehearsed["passed"], true, "{rehearsed}");
    let status = made.project.json(&["migrate", "status"]);
    assert_eq!(status["migrations"], Value::Array(Vec::new()), "a rehearsal migrates nothing");
    made.project.json(&["migrate", "apply", "plan.json"]);

    let verified = verify(&made, 0);
    assert_eq!(verified["sound"], true);
    assert!(
        verified["read_by"].as_str().unwrap().starts_with("`export` of gpuaas"),
        "{}",
        verified["read_by"]
    );
    let lanes = verified["lanes"].as_array().unwrap();
    let names: Vec<&str> = lanes.iter().map(|lane| lane["lane"].as_str().unwrap()).collect();
    assert_eq!(names, ["", "A-backend", "B-ui", "C-ops", "D-arch", "E-governance"]);
    for lane in lanes {
        assert_eq!(lane["source"], lane["store"], "{lane}");
        assert!(lane["rows"].as_i64().unwrap() > 0, "{lane}");
    }
}

#[test]
fn every_row_and_field_is_counted_once() {
    let made = Move::new();
    made.plan();
    made.apply();
    let verified = verify(&made, 0);
    let source = Connection::open(made.database()).unwrap();
    let tables = verified["tables"].as_array().unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    for table in tables {
        let name = table["table"].as_str().unwrap();
        let rows: i64 =
            source.query_row(&format!("SELECT COUNT(*) FROM {name}"), [], |row| row.get(0)).unwrap();
        assert_eq!(table["rows"], rows, "{name}");
        let went = counts(table, &["imported", "preserved", "superseded", "ignored", "lost"]);
        assert_eq!(went, rows, "{table}");
        let fields = &table["fields"];
        let went =
            counts(fields, &["imported", "preserved", "superseded", "ignored", "changed_since", "lost"]);
        assert_eq!(fields["all"], went, "{table}");
    }
    let file = &verified["file"];
    assert_eq!((&file["tasks"], &file["lost"]), (&62.into(), &0.into()));
    assert!(file["fields"]["all"].as_i64().unwrap() > 500, "{file}");
    // This checkout has no scripts to be asked.
    assert_eq!(verified["lanes"], Value::Array(Vec::new()));
    assert!(verified["lanes_left_out"].is_string(), "{verified}");
}

/// Each is a loss that a careless importer could make.
#[test]
fn a_planted_loss_is_found_with_both_values() {
    let made = Move::new();
    // A table and a column that the mapping does not know.
    let source = Connection::open(made.database()).unwrap();
    source
        .execute_batch(
            "CREATE TABLE wishes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO wishes VALUES (1, 'grün');
             ALTER TABLE evidence ADD COLUMN mood TEXT; UPDATE evidence SET mood = 'calm' WHERE id = 3;",
        )
        .unwrap();
    drop(source);
    made.plan();
    made.apply();
    assert_eq!(verify(&made, 0)["sound"], true);
    let db = made.project.root().join(".fairway/state.db");
    let whole = std::fs::read(&db).unwrap();
    let noted = "(SELECT id FROM task_definitions WHERE notes LIKE '%a%' ORDER BY id LIMIT 1)";
    let losses = [
        ("a row of history", "DELETE FROM task_state_history WHERE id = 7".to_owned(), "task_history", ""),
        (
            "an unknown field of the file",
            "UPDATE task_definitions SET extra = '{}' WHERE id = 'A-API-ERROR-MODEL'".to_owned(),
            "file",
            "track",
        ),
        (
            "one character",
            format!("UPDATE task_definitions SET notes = replace(notes, 'a', 'à') WHERE id = {noted}"),
            "file",
            "notes",
        ),
        ("a field of the state", "UPDATE task_state SET owner = NULL WHERE task_id = 'A-API-ERROR-MODEL'".to_owned(), "tasks", "owner"),
        ("a number", "UPDATE task_evidence SET duration_seconds = duration_seconds + 1 WHERE id = (SELECT MIN(id) FROM task_evidence WHERE duration_seconds IS NOT NULL)".to_owned(), "evidence", "duration_seconds"),
        ("a preserved row", "DELETE FROM preserved_rows WHERE source_table = 'wishes'".to_owned(), "wishes", ""),
        ("a preserved column", "UPDATE preserved_rows SET row = '{\"mood\":\"wild\"}' WHERE source_table = 'evidence'".to_owned(), "evidence", "mood"),
        ("a dependency", "DELETE FROM task_dependencies WHERE task_id = (SELECT MIN(task_id) FROM task_dependencies)".to_owned(), "file", "depends_on"),
    ];
    for (what, sql, table, field) in losses {
        let store = Connection::open(&db).unwrap();
        let triggers: Vec<String> = store
            .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%no_%'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for trigger in triggers {
            store.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
        }
        assert!(store.execute(&sql, []).unwrap() > 0, "{what}: nothing was planted");
        drop(store);
        let found = verify(&made, 4);
        assert_eq!(found["sound"], false, "{what}");
        let shown = found["losses"]["shown"].as_array().unwrap();
        let named =
            |loss: &&Value| loss["table"] == table && loss["field"].as_str().unwrap_or_default() == field;
        let loss = shown.iter().find(named).unwrap_or_else(|| panic!("{what}: {found:#}"));
        assert_ne!(loss["source"], loss["store"], "{what}");
        std::fs::write(&db, &whole).unwrap();
    }
}

#[test]
fn work_that_was_done_since_is_no_loss() {
    let made = planned();
    made.project.json(&["migrate", "rehearse", "plan.json"]);
    made.project.json(&["migrate", "apply", "plan.json"]);
    let ready = made.project.json(&["ready"]);
    let task = &ready["tasks"][0];
    let (id, role) = (task["id"].as_str().unwrap(), task["role"].as_str().unwrap());
    made.project.json(&["claim", id, "--as", role, "--skip-preflight"]);
    let verified = verify(&made, 0);
    assert_eq!(verified["sound"], true);
    let tasks =
        verified["tables"].as_array().unwrap().iter().find(|table| table["table"] == "tasks").unwrap();
    assert!(tasks["fields"]["changed_since"].as_i64().unwrap() > 0, "{tasks}");
    assert_eq!(verified["lanes_left_out"], "work was done in the store since the migration");
}
