//! The store of Fairway's Go prototype is a source like any other: nothing of it is lost, and it stays where it is.

use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::Project;

/// The tables as the prototype made them, and rows of every one.
const STORE: &str = include_str!("migrate_prototype.sql");

const CONFIG: &str = "[fairway]\nproject_name = \"demo\"\ndb_path = \".fairway/fairway.db\"\n\n[[roles]]\nname = \"api\"\n\n\
                      [[roles]]\nname = \"web\"\n";

/// A project of the prototype, whose configuration names another place for the new store.
fn prototype() -> Project {
    let project = Project::repository();
    project.write(".fairway/config.toml", CONFIG);
    old(&project).execute_batch(STORE).unwrap();
    project
}

fn place(project: &Project) -> PathBuf {
    project.root().join(".fairway/state.db")
}

fn old(project: &Project) -> Connection {
    Connection::open(place(project)).unwrap()
}

fn digest(project: &Project) -> String {
    format!("{:x?}", Sha256::digest(std::fs::read(place(project)).unwrap()))
}

fn new(project: &Project) -> Connection {
    Connection::open(project.root().join(".fairway/fairway.db")).unwrap()
}

fn one<T: rusqlite::types::FromSql>(db: &Connection, sql: &str) -> T {
    db.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn hazards(plan: &Value) -> Vec<&str> {
    plan["hazards"].as_array().unwrap().iter().map(|hazard| hazard["code"].as_str().unwrap()).collect()
}

#[test]
fn a_store_of_the_prototype_moves_and_stays_where_it_is() {
    let project = prototype();
    project.ok(&["init"]);
    let before = digest(&project);
    // The only mapping that finds a queue here is taken.
    let plan = project.json(&["migrate", "plan", "--from", ".", "--out", "plan.json"]);
    assert_eq!(plan["adapter"], "prototype");
    let named = project.json(&["migrate", "plan", "--from", ".", "--adapter", "prototype"]);
    assert_eq!(plan["plan_sha256"], named["plan_sha256"]);
    assert_eq!(plan["findings"], json!([]));
    assert!(!hazards(&plan).contains(&"only-in-database"), "its store defines its tasks: {plan:#}");
    let unmapped: Vec<&Value> =
        plan["import"]["unmapped"].as_array().unwrap().iter().map(|found| &found["table"]).collect();
    for table in ["audit_events", "tracker_links", "wishes", "prototype_tasks"] {
        assert!(unmapped.contains(&&json!(table)), "{table}: {unmapped:?}");
    }
    let rehearsed = project.json(&["migrate", "rehearse", "plan.json"]);
    assert_eq!(rehearsed["passed"], true, "{rehearsed:#}");
    let applied = project.json(&["migrate", "apply", "plan.json"]);
    assert_eq!(applied["tasks"], 6);
    project.ok(&["db", "check"]);
    let verified = project.json(&["migrate", "verify"]);
    assert_eq!((&verified["sound"], &verified["losses"]["count"]), (&json!(true), &json!(0)));
    for table in verified["tables"].as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        if !name.starts_with("prototype_") {
            let rows: i64 = one(&old(&project), &format!("SELECT COUNT(*) FROM {name}"));
            assert_eq!(table["rows"], rows, "{name}");
        }
    }
    assert_eq!(digest(&project), before);
}

#[test]
fn records_and_times_of_the_prototype_arrive_and_work_goes_on() {
    let project = prototype();
    project.ok(&["init"]);
    let before = digest(&project);
    project.json(&["migrate", "plan", "--from", ".", "--out", "plan.json"]);
    project.json(&["migrate", "rehearse", "plan.json"]);
    let applied = project.json(&["migrate", "apply", "plan.json"]);
    let db = new(&project);
    assert_eq!(one::<i64>(&db, "SELECT COUNT(*) FROM task_dependencies"), 3);
    assert_eq!(one::<String>(&db, "SELECT payload FROM task_handoffs WHERE id = 4"), "see the branch – über");
    assert_eq!(one::<i64>(&db, "SELECT handoff_id FROM task_evidence WHERE id = 9"), 4);
    assert_eq!(one::<String>(&db, "SELECT actor FROM task_state_history WHERE id = 2"), "prototype");
    // A time that is finer than the store is kept to its last digit beside it.
    let finer =
        "SELECT row ->> 'at' FROM preserved_rows WHERE source_table = 'task_state_history' AND row_key = '2'";
    assert_eq!(one::<String>(&db, finer), "2026-05-02T09:30:00.123456789Z");
    assert_eq!(
        one::<String>(&db, "SELECT at FROM task_state_history WHERE id = 2"),
        "2026-05-02T09:30:00.123Z"
    );
    // A list that is no JSON, a column that nobody knows, a state of no task.
    let kept = |key: &str, field: &str| -> String {
        let sql =
            "SELECT row ->> ?2 FROM preserved_rows WHERE source_table = 'prototype_tasks' AND row_key = ?1";
        db.query_row(sql, [key, field], |row| row.get(0)).unwrap()
    };
    assert_eq!((kept("P-5", "dependencies").as_str(), kept("P-1", "mood").as_str()), ("by hand", "calm"));
    assert_eq!(
        one::<i64>(&db, "SELECT COUNT(*) FROM preserved_rows WHERE source_table = 'prototype_states_alone'"),
        1
    );

    // What was ready there is ready here, and work goes on.
    let ready = project.json(&["ready", "--all-roles"]);
    let ids: Vec<&Value> = ready["tasks"].as_array().unwrap().iter().map(|task| &task["id"]).collect();
    assert_eq!(ids, ["P-4", "P-6"]);
    project.ok(&["claim", "P-4", "--as", "web", "--skip-preflight"]);
    project.ok(&["record", "evidence", "P-4", "--command-text", "make test", "--result", "pass"]);
    assert_eq!(one::<i64>(&db, "SELECT MAX(id) FROM task_evidence"), 13, "numbers go on where they stopped");
    drop(db);
    let back = project.run(&["migrate", "export-back", "back"]);
    assert!(back.code != 0 && back.stderr.contains("queue file"), "{back}");
    let id = applied["migration"]["id"].as_str().unwrap();
    project.ok(&["migrate", "rollback", id]);
    project.ok(&["db", "check"]);
    assert_eq!(one::<i64>(&new(&project), "SELECT COUNT(*) FROM task_definitions"), 0);
    assert_eq!(digest(&project), before);
}

/// Each is a loss that a view, or a careless importer, could make.
#[test]
fn a_planted_loss_of_the_prototype_is_found() {
    let project = prototype();
    project.ok(&["init"]);
    project.json(&["migrate", "plan", "--from", ".", "--out", "plan.json"]);
    project.json(&["migrate", "rehearse", "plan.json"]);
    project.json(&["migrate", "apply", "plan.json"]);
    let path = project.root().join(".fairway/fairway.db");
    let whole = std::fs::read(&path).unwrap();
    for (what, sql, table) in [
        ("a dependency", "DELETE FROM task_dependencies WHERE depends_on = 'P-2'", "prototype_dependencies"),
        ("a note", "UPDATE task_definitions SET notes = 'uber' WHERE id = 'P-1'", "prototype_tasks"),
        ("a state", "UPDATE task_state SET claimant = NULL WHERE task_id = 'P-2'", "prototype_tasks"),
        (
            "the end of a time",
            "DELETE FROM preserved_rows WHERE source_table = 'task_state_history' AND row_key = '2'",
            "task_state_history",
        ),
        (
            "a state of no task",
            "DELETE FROM preserved_rows WHERE source_table = 'prototype_states_alone'",
            "prototype_states_alone",
        ),
    ] {
        let db = new(&project);
        db.execute_batch("DROP TRIGGER task_state_history_no_update").unwrap();
        assert!(db.execute(sql, []).unwrap() > 0, "{what}");
        drop(db);
        let answer = project.run(&["migrate", "verify", "--json"]);
        assert_eq!(answer.code, 4, "{what}: {answer}");
        let found: Value = serde_json::from_str(&answer.stdout).unwrap();
        let losses = found["data"]["losses"]["shown"].as_array().unwrap();
        assert!(losses.iter().any(|loss| loss["table"] == table), "{what}: {losses:?}");
        std::fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn one_project_of_several_is_moved_and_the_others_are_named() {
    let project = prototype();
    let db = old(&project);
    db.execute_batch(
        "INSERT INTO task_definitions (project_id, id, title, role, created_at, created_by, updated_at)
         VALUES ('other', 'P-1', 'Elsewhere', 'api', '2026-05-01T00:00:00Z', 'me', '2026-05-01T00:00:00Z');
         INSERT INTO task_state (project_id, task_id, status, updated_at)
         VALUES ('other', 'P-1', 'todo', '2026-05-01T00:00:00Z');",
    )
    .unwrap();
    project.ok(&["init"]);
    let plan = project.json(&["migrate", "plan", "--from", ".", "--out", "plan.json"]);
    let ignored = plan["import"]["ignored"].to_string();
    assert!(ignored.contains("all rows of other"), "{ignored}");
    project.json(&["migrate", "rehearse", "plan.json"]);
    assert_eq!(project.json(&["migrate", "apply", "plan.json"])["tasks"], 6);
    let verified = project.json(&["migrate", "verify"]);
    let tables = verified["tables"].as_array().unwrap();
    let tasks = tables.iter().find(|table| table["table"] == "prototype_tasks").unwrap();
    assert_eq!((&tasks["rows"], &tasks["imported"], &tasks["ignored"]), (&json!(7), &json!(6), &json!(1)));

    db.execute_batch("UPDATE task_definitions SET project_id = 'third' WHERE project_id = 'demo'").unwrap();
    let refused = project.run(&["migrate", "plan", "--from", ".", "--json"]);
    assert!(refused.code != 0 && refused.stderr.contains("other, third"), "{refused}");
}

/// `fairway init` makes no store of somebody else's database.
#[test]
fn a_database_that_is_no_store_is_left_as_it_is() {
    let project = prototype();
    project.write(".fairway/config.toml", &CONFIG.replace("db_path = \".fairway/fairway.db\"\n", ""));
    let before = digest(&project);
    let refused = project.run(&["init", "--json"]);
    assert!(refused.code != 0 && refused.stderr.contains("not a Fairway store"), "{refused}");
    assert_eq!(digest(&project), before);
    let stranger = project.root().join("stranger.db");
    Connection::open(&stranger).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let bytes = std::fs::read(&stranger).unwrap();
    let refused = project.run(&["--db", "stranger.db", "init"]);
    assert_ne!(refused.code, 0, "{refused}");
    assert_eq!(std::fs::read(&stranger).unwrap(), bytes);
}
