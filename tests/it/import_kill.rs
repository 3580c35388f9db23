//! A first import that is killed at any moment: all of it is there or nothing, and the next call finds a sound store.

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::Duration;

use rusqlite::Connection;

use crate::support::Project;

const TASKS: i64 = 4_000;
/// Enough for some to land in the transaction; their moments are spread over the time that a whole import takes.
const KILLS: u32 = 16;

fn queue() -> String {
    let mut text = String::new();
    for number in 1..=TASKS {
        write!(text, "- id: T-{number}\n  title: Task {number}\n  role: api\n").unwrap();
        if number > 1 {
            writeln!(text, "  dependencies: [T-{}]", number - 1).unwrap();
        }
    }
    text
}

#[test]
fn a_killed_import_leaves_all_or_nothing() {
    let project = Project::initialised();
    project.write("queue.yaml", &queue());
    let began = std::time::Instant::now();
    project.ok(&["import", "queue.yaml"]);
    let whole = began.elapsed();
    let (mut none, mut all) = (0, 0);
    for kill in 0..KILLS {
        for name in ["state.db", "state.db-wal", "state.db-shm", "state.db-journal"] {
            let path = project.root().join(".fairway").join(name);
            if path.exists() {
                std::fs::remove_file(path).unwrap();
            }
        }
        project.ok(&["init"]);
        let mut import = project
            .fairway(&project.root())
            .args(["import", "queue.yaml"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * kill / KILLS + Duration::from_millis(1));
        import.kill().unwrap();
        import.wait().unwrap();
        project.ok(&["db", "check"]);
        let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
        let journal: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(journal, "wal");
        let found: i64 = db.query_row("SELECT COUNT(*) FROM task_state", [], |row| row.get(0)).unwrap();
        let audited: i64 = db
            .query_row("SELECT COUNT(*) FROM audit_events WHERE action = 'import'", [], |row| row.get(0))
            .unwrap();
        match (found, audited) {
            (0, 0) => none += 1,
            (TASKS, 1) => all += 1,
            half => panic!("killed after {kill} of {KILLS} parts, {half:?} tasks and audit events"),
        }
        drop(db);
        project.ok(&["import", "queue.yaml"]);
    }
    assert!(none > 0, "{none} imports were cut short, {all} were not");
}
