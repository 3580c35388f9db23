//! Migrations that are killed at any moment: the store is the old one or the new one, and the same call again ends the same.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::migrate_move::{Move, queue_of};

/// Of each kind; their moments are spread over the time that a whole call takes.
const KILLS: u32 = 15;

/// Runs a call and kills it after a while.
fn killed(moved: &Move, words: &[&str], after: Duration) {
    let mut call = moved
        .project
        .fairway(&moved.project.root())
        .args(words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    call.kill().unwrap();
    call.wait().unwrap();
}

/// How many tasks the store has, and how many migrations are applied in it.
fn standing(moved: &Move) -> (i64, i64) {
    moved.project.ok(&["db", "check"]);
    let db = Connection::open(moved.project.root().join(".fairway/state.db")).unwrap();
    db.query_row(
        "SELECT (SELECT COUNT(*) FROM task_definitions), (SELECT COUNT(*) FROM migrations WHERE state = 'applied')",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .unwrap()
}

#[test]
fn a_killed_apply_or_rollback_leaves_one_of_two_stores() {
    let moved = Move::new();
    moved.plan();
    let (empty, sources) = (queue_of(&moved.project), moved.sources());
    let began = Instant::now();
    let first = moved.apply();
    let apply_takes = began.elapsed();
    let full = queue_of(&moved.project);
    let id = |applied: &serde_json::Value| applied["migration"]["id"].as_str().unwrap().to_owned();
    let began = Instant::now();
    moved.project.ok(&["migrate", "rollback", &id(&first)]);
    let rollback_takes = began.elapsed();
    let mut cut = 0;
    for kill in 0..KILLS {
        fresh(&moved);
        killed(&moved, &Move::apply_words(), apply_takes * kill / KILLS);
        let (tasks, applied) = standing(&moved);
        match (tasks, applied) {
            (0, 0) => {
                cut += 1;
                assert_eq!(queue_of(&moved.project), empty);
            }
            (63, 1) => {}
            half => panic!("killed at {kill} of {KILLS}: {half:?} tasks and migrations"),
        }
        let applied = moved.apply();
        assert_eq!(queue_of(&moved.project), full);
        let folders = std::fs::read_dir(moved.project.root().join(".fairway/migrations")).unwrap();
        let left = folders.filter(|entry| entry.as_ref().unwrap().path().join("plan.json").exists()).count();
        assert_eq!(left, 1, "what the killed call left is gone");

        let rollback = ["migrate", "rollback", &id(&applied)];
        killed(&moved, &rollback, rollback_takes * kill / KILLS);
        match standing(&moved) {
            (63, 1) => assert_eq!(queue_of(&moved.project), full),
            (0, 0) => {}
            half => panic!("rollback killed at {kill} of {KILLS}: {half:?} tasks and migrations"),
        }
        moved.project.ok(&rollback);
        assert_eq!(queue_of(&moved.project), empty);
    }
    assert!(cut > 0, "no apply was cut short");
    assert_eq!(moved.sources(), sources);
}

/// A store and a folder of migrations as they were at first.
fn fresh(moved: &Move) {
    let folder = moved.project.root().join(".fairway");
    for name in ["state.db", "state.db-wal", "state.db-shm", "state.db-journal"] {
        let path = folder.join(name);
        if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }
    if folder.join("migrations").exists() {
        std::fs::remove_dir_all(folder.join("migrations")).unwrap();
    }
    moved.project.ok(&["init"]);
}
