//! Importing a snapshot of the legacy database: everything comes along, under the numbers it had.

use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::import_queue::{gpuaas, store};
use crate::support::{Project, legacy_copy};

const QUEUE: &str = "doc/governance/Agent_Work_Queue.yaml";
const DATABASE: &str = ".git/agent_queue/agent_queue.db";

/// A project with the legacy's queue file and database in it; the database may be changed.
fn project() -> (Project, PathBuf) {
    let project = gpuaas();
    let copy = legacy_copy::standard();
    let database = project.root().join("legacy.db");
    std::fs::copy(copy.join(DATABASE), &database).unwrap();
    project.write(QUEUE, &std::fs::read_to_string(copy.join(QUEUE)).unwrap());
    (project, database)
}

fn import(project: &Project, flags: &[&str]) -> Value {
    let words: Vec<&str> =
        ["import", QUEUE, "--snapshot", "legacy.db"].iter().chain(flags).copied().collect();
    project.json(&words)
}

fn count(document: &Value, table: &str) -> usize {
    document[table].as_array().unwrap().len()
}

fn find<'v>(document: &'v Value, table: &str, column: &str, value: &Value) -> &'v Value {
    document[table].as_array().unwrap().iter().find(|row| &row[column] == value).unwrap()
}

#[test]
fn every_row_comes_along() {
    let (project, database) = project();
    let planned = import(&project, &["--dry-run"]);
    let mut done = import(&project, &[]);
    done["applied"] = json!(false);
    assert_eq!(planned, done);

    let after = store(&project);
    let mut added = std::collections::BTreeMap::new();
    for table in done["tables"].as_array().unwrap() {
        *added.entry(table["target"].as_str().unwrap()).or_insert(0) += table["added"].as_u64().unwrap();
        assert_eq!(table["preserved"], json!(0), "{table}");
    }
    for (table, rows) in added {
        assert_eq!(count(&after, table) as u64, rows, "{table}");
    }

    let legacy = Connection::open(database).unwrap();
    let ids = |sql: &str| -> Vec<i64> {
        legacy.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for (theirs, ours) in [
        ("task_history", "task_state_history"),
        ("evidence", "task_evidence"),
        ("handoffs", "task_handoffs"),
        ("reviews", "task_reviews"),
        ("review_routes", "task_review_routes"),
        ("track_checkpoints", "task_checkpoints"),
    ] {
        let expected = ids(&format!("SELECT id FROM {theirs} ORDER BY id"));
        let found: Vec<i64> =
            after[ours].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect();
        assert_eq!(found, expected, "{ours}");
        assert!(!found.is_empty(), "{theirs} has rows to compare");
    }
    let only = find(&after, "task_definitions", "id", &json!("A-APPRT-SANDBOX"));
    assert_eq!(only["in_source"], json!(0));
    let row = find(&after, "task_state_history", "id", &json!(1));
    assert_eq!((&row["command_source"], &row["reason"]), (&json!("legacy"), &json!("init-db")));
    assert_eq!(row["at"], "2026-02-23T07:30:00.000Z");
    let changes = legacy
        .query_row("SELECT id FROM tasks WHERE review_state = 'changes'", [], |row| row.get::<_, String>(0))
        .unwrap();
    let state = find(&after, "task_state", "task_id", &json!(changes));
    assert_eq!(state["review_status"], "changes_requested");

    assert_eq!(import(&project, &[])["states"]["kept"], json!(62));
    assert_eq!(store(&project), after, "a second import changes nothing");
}

#[test]
fn the_configuration_names_the_mapping() {
    let (project, database) = project();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let named = |name: &str| {
        let mapping = format!("mapping = \"{name}\"");
        project.write(".fairway/config.toml", &config.replace("mapping = \"gpuaas\"", &mapping));
    };
    let words = ["import", QUEUE, "--snapshot", "legacy.db", "--dry-run"];
    named("gpuas");
    let answer = project.run(&words);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("there is no snapshot mapping \"gpuas\""), "{answer:?}");
    assert!(answer.stderr.contains("did you mean \"gpuaas\"?"), "{answer:?}");

    // The same queue under other names, with a mapping of the project's own.
    let plan = import_planned_with(&project, &named, "gpuaas");
    let legacy = Connection::open(&database).unwrap();
    legacy
        .execute_batch(
            "ALTER TABLE tasks RENAME TO work_items; ALTER TABLE work_items RENAME COLUMN status TO phase;
             ALTER TABLE evidence RENAME TO proofs; ALTER TABLE proofs RENAME COLUMN command TO words;",
        )
        .unwrap();
    let shipped =
        std::fs::read_to_string(crate::import_queue::repository_file("parity/mappings/gpuaas.toml"));
    let own = shipped
        .unwrap()
        .replacen("source = \"tasks\"", "source = \"work_items\"", 1)
        .replacen("status = \"status\"", "phase = \"status\"", 1)
        .replacen("source = \"evidence\"", "source = \"proofs\"", 1)
        .replacen("command = \"command_text\"", "words = \"command_text\"", 1);
    project.write(".fairway/parity/mappings/ours.toml", &own);
    let renamed = import_planned_with(&project, &named, "ours");
    let text = renamed.to_string().replace("work_items", "tasks").replace("proofs", "evidence");
    let mut renamed: Value = serde_json::from_str(&text).unwrap();
    renamed["snapshot"]["sha256"] = plan["snapshot"]["sha256"].clone();
    let sorted = |plan: &Value, list: &str| {
        let mut rows: Vec<String> = plan[list].as_array().unwrap().iter().map(Value::to_string).collect();
        rows.sort();
        rows
    };
    for list in ["tables", "drift", "unmapped", "problems"] {
        assert_eq!(sorted(&renamed, list), sorted(&plan, list), "{list}");
    }
    assert_eq!(renamed["states"], plan["states"]);

    project.write(".fairway/parity/mappings/ours.toml", "schema = 5\nsource = 1\n");
    let answer = project.run(&words);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("mappings/ours.toml is broken: TOML parse error at line 2"), "{answer:?}");
}

/// The plan of an import with a mapping of that name.
fn import_planned_with(project: &Project, named: &dyn Fn(&str), mapping: &str) -> Value {
    named(mapping);
    import(project, &["--dry-run"])
}

#[test]
fn numbers_go_on_where_the_legacy_stopped() {
    let (project, database) = project();
    let legacy = Connection::open(database).unwrap();
    let last = |table: &str| -> i64 {
        legacy
            .query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get(0))
            .unwrap()
    };
    // Numbers are not used again, even when their rows are gone.
    legacy.execute("DELETE FROM evidence WHERE id = (SELECT MAX(id) FROM evidence)", []).unwrap();
    import(&project, &[]);
    let recorded = project.json(&[
        "record",
        "evidence",
        "A-DEMO-UAT-001",
        "--command-text",
        "make",
        "--result",
        "pass",
        "--as",
        "A-backend",
    ]);
    assert_eq!(recorded["id"], json!(last("evidence") + 1));
}

#[test]
fn disagreements_are_those_that_a_sync_would_write() {
    let (project, _) = project();
    let copy = legacy_copy::standard();
    let plan = import(&project, &["--dry-run"]);
    let drift: Vec<String> = plan["drift"]
        .as_array()
        .unwrap()
        .iter()
        .map(|drift| {
            let shown = |side: &str| drift[side].as_str().unwrap_or("-").replace(".000Z", "Z");
            let (task, field) = (drift["task"].as_str().unwrap(), drift["field"].as_str().unwrap());
            format!("{task}: {field} {} -> {}", shown("file"), shown("db"))
        })
        .collect();
    let output = std::process::Command::new("bash")
        .arg(copy.join("scripts/ops/agent_queue.sh"))
        .args(["sync-yaml", "DRY_RUN=1"])
        .env("QUEUE_DB", project.root().join("legacy.db"))
        .env("QUEUE_NOW", "2026-02-27T16:00:00Z")
        .current_dir(&copy)
        .output()
        .expect("bash and ruby are installed");
    let text = String::from_utf8(output.stdout).unwrap();
    let expected: Vec<&str> = text.lines().filter(|line| line.contains(" -> ")).collect();
    assert!(!expected.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(drift, expected);
}

#[test]
fn a_state_that_moved_since_stays() {
    let (project, database) = project();
    import(&project, &[]);
    project.ok(&["set-status", "A-DEMO-UAT-001", "blocked", "--reason", "waiting", "--as", "A-backend"]);
    Connection::open(database)
        .unwrap()
        .execute("UPDATE tasks SET owner = 'x' WHERE id = 'A-DEMO-UAT-001'", [])
        .unwrap();
    let plan = import(&project, &[]);
    assert_eq!(plan["states"]["moved_since"], json!(["A-DEMO-UAT-001"]));
    let after = store(&project);
    assert_eq!(find(&after, "task_state", "task_id", &json!("A-DEMO-UAT-001"))["status"], "blocked");
}

#[test]
fn a_store_that_only_has_the_file_gets_its_states_later() {
    let (project, _) = project();
    project.json(&["import", QUEUE, "--state-once"]);
    let plan = import(&project, &[]);
    assert_eq!(plan["states"]["moved_since"], json!([]));
    let after = store(&project);
    let (other, _) = self::project();
    import(&other, &[]);
    assert_eq!(after["task_state"], store(&other)["task_state"]);
}

#[test]
fn what_has_no_place_is_kept_as_json() {
    let (project, database) = project();
    Connection::open(database)
        .unwrap()
        .execute_batch(
            "CREATE TABLE budgets (lane TEXT, month TEXT, hours REAL, raw BLOB, PRIMARY KEY (lane, month));
             INSERT INTO budgets VALUES ('A-backend', '2026-02', 1.5, x'00ff'), ('B-ui', '2026-02', NULL, NULL);
             ALTER TABLE tasks ADD COLUMN cost_center TEXT;
             UPDATE tasks SET cost_center = 'R-7' WHERE id = 'A-DEMO-UAT-001';
             ALTER TABLE evidence ADD COLUMN host TEXT;
             UPDATE evidence SET host = 'ci-1' WHERE id = 1;
             INSERT INTO evidence (id, task_id, command, result, actor, recorded_at)
               VALUES (900, 'A-DEMO-UAT-001', 'make', 'pass', '', '2026-02-27');
             UPDATE sessions SET started_at = 'once' WHERE id = (SELECT MIN(id) FROM sessions);",
        )
        .unwrap();
    let plan = import(&project, &[]);
    let unmapped = plan["unmapped"].as_array().unwrap();
    assert_eq!(
        unmapped,
        json!([
            {"table": "budgets", "columns": [], "rows": 2},
            {"table": "evidence", "columns": ["host"], "rows": 1},
            {"table": "tasks", "columns": ["cost_center"], "rows": 1},
        ])
        .as_array()
        .unwrap()
    );
    let codes: Vec<_> = plan["problems"].as_array().unwrap().iter().map(|problem| &problem["code"]).collect();
    assert_eq!(codes, ["row-preserved", "unparsed-time"]);

    let after = store(&project);
    let kept = |table: &str, key: &str| -> Value {
        let row = after["preserved_rows"].as_array().unwrap().iter();
        let row = row.clone().find(|row| row["source_table"] == table && row["row_key"] == key);
        let row = row.unwrap_or_else(|| panic!("{table} {key} in {}", after["preserved_rows"]));
        row["row"].as_str().map_or_else(|| row["row"].clone(), |text| serde_json::from_str(text).unwrap())
    };
    assert_eq!(
        kept("budgets", r#"["A-backend","2026-02"]"#),
        json!({"lane": "A-backend", "month": "2026-02", "hours": 1.5, "raw": {"hex": "00ff"}})
    );
    assert_eq!(kept("tasks", "A-DEMO-UAT-001"), json!({"cost_center": "R-7"}));
    assert_eq!(kept("evidence", "1"), json!({"host": "ci-1"}));
    assert_eq!(kept("evidence", "900")["command"], "make", "an actor is never empty");
    assert_eq!(count(&after, "preserved_rows"), 5);
    import(&project, &[]);
    assert_eq!(store(&project), after);
}

#[test]
fn a_database_in_use_is_copied_as_it_stands() {
    let (project, database) = project();
    let mut writer = Connection::open(&database).unwrap();
    writer.pragma_update(None, "journal_mode", "WAL").unwrap();
    writer.execute("UPDATE tasks SET owner = 'committed' WHERE id = 'A-DEMO-UAT-001'", []).unwrap();
    let open = writer.transaction().unwrap();
    open.execute("UPDATE tasks SET owner = 'open' WHERE id = 'A-DEMO-UAT-001'", []).unwrap();
    import(&project, &[]);
    open.rollback().unwrap();
    let after = store(&project);
    assert_eq!(find(&after, "task_state", "task_id", &json!("A-DEMO-UAT-001"))["owner"], "committed");
}

#[test]
fn a_file_that_is_no_queue_database_is_refused() {
    let (project, database) = project();
    let before = store(&project);
    let refused = |code: i32, text: &str| {
        let answer = project.run(&["import", QUEUE, "--snapshot", "legacy.db"]);
        assert_eq!(answer.code, code, "{answer:?}");
        assert!(answer.stderr.contains(text) && answer.stderr.contains("hint: "), "{answer:?}");
        assert_eq!(store(&project), before);
    };
    let locked = Connection::open(&database).unwrap();
    locked.execute_batch("BEGIN EXCLUSIVE").unwrap();
    refused(2, "is locked by another process");
    locked.execute_batch("ROLLBACK; PRAGMA user_version = 99").unwrap();
    refused(2, "has schema 99, the mapping knows 5");
    locked.execute_batch("PRAGMA user_version = 5; ALTER TABLE tasks RENAME TO jobs").unwrap();
    refused(2, "without the table `tasks`");
    drop(locked);
    std::fs::write(&database, "this is not a database, however long it may be, it is just text\n".repeat(40))
        .unwrap();
    refused(2, "is not a SQLite database");
    std::fs::remove_file(&database).unwrap();
    refused(3, "there is no database at legacy.db");
}
