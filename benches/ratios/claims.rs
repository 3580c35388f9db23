//! Claiming, many processes at once, against as many sqlite3 shells that each do the bare transaction of a claim.
//!
//! Both sides start one process for each claim, from eight loops at a time, on a fresh copy of one store in write-ahead mode
//! with its indexes and triggers. The shells write the rows that a claim leaves behind (state, transition, claim, audit event)
//! and ask nothing: whether the task is ready, whose lane it is, who acts.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::measure::{median, ratio, run, show};
use crate::project::{Project, fairway};
use crate::table::Row;
use crate::{Failure, say};

/// How many loops run at once.
const LOOPS: usize = 8;
/// How many tasks each of them claims.
const EACH: usize = 40;
const ROUNDS: usize = 5;
/// The most that Fairway may take: at least half as many claims in the same time.
const LIMIT: f64 = 2.0;
const CONFIG: &str = "[fairway]\nproject_name = \"claims\"\n\n[[roles]]\nname = \"api\"\n";

/// The bare transaction of a claim of the task `{task}`.
const TRANSACTION: &str = "
    BEGIN IMMEDIATE;
    UPDATE task_state SET status = 'in_progress', owner = 'api', claimant = 'bench', claimed_at = '{at}', updated_at = '{at}'
      WHERE project_id = 'claims' AND task_id = '{task}' AND status = 'todo';
    INSERT INTO task_state_history (project_id, task_id, from_status, to_status, owner, command_source, actor, reason, at)
      VALUES ('claims', '{task}', 'todo', 'in_progress', 'api', 'claim', 'bench', 'claim', '{at}');
    INSERT INTO task_claims (project_id, task_id, claimant, claimed_at, began_with)
      VALUES ('claims', '{task}', 'bench', '{at}', last_insert_rowid());
    INSERT INTO audit_events (project_id, actor, action, task_id, detail, created_at)
      VALUES ('claims', 'bench', 'claim', '{task}', '{\"epoch\":1}', '{at}');
    COMMIT;";
const AT: &str = "2026-02-27T16:00:00.000Z";

/// All tasks of a queue claimed, turn by turn.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    let place = prepare(project)?;
    let fresh = project.path("claims.db");
    let _ = std::fs::remove_file(&fresh);
    run(fairway(&place).args(["db", "backup"]).arg(&fresh))?;
    let (mut own, mut shells) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        say(&format!("claims, round {round} of {ROUNDS}"));
        let one = everything(&copy(project, &fresh, "claims-fairway.db")?, &|store, task| {
            let mut call = fairway(&place);
            call.arg("--db").arg(store).args(["claim", task, "--as", "api"]).env("FAIRWAY_ACTOR", "bench");
            call
        })?;
        let other = everything(&copy(project, &fresh, "claims-shell.db")?, &|store, task| {
            let mut call = Command::new("sqlite3");
            call.args(["-bail", "-cmd", ".timeout 30000"]).arg(store);
            call.arg(TRANSACTION.replace("{task}", task).replace("{at}", AT));
            call
        })?;
        // The first turn brings both programs into memory.
        if round > 0 {
            own.push(one);
            shells.push(other);
        }
    }
    let (own, shells) = (median(own), median(shells));
    let claims = LOOPS * EACH;
    Ok(vec![Row {
        what: format!("{claims} claims by {LOOPS} processes at once, against sqlite3 shells"),
        fairway: show(own),
        other: show(shells),
        ratio: ratio(own, shells),
        limit: LIMIT,
        disk: None,
        method: format!(
            "wall time of {LOOPS} loops at once, each with {EACH} claims of tasks of its own one after the other, one process \
             for each: fairway claim, against sqlite3 with one IMMEDIATE transaction that writes the four rows of a claim and \
             reads none; fresh copies of one store in write-ahead mode, synchronous as SQLite has it; medians of {ROUNDS}, turn \
             by turn; half the throughput is a ratio of 2"
        ),
    }])
}

fn prepare(project: &Project) -> Result<PathBuf, Failure> {
    say("claims, preparing a store");
    let place = project.path("claims");
    if place.exists() {
        std::fs::remove_dir_all(&place)?;
    }
    run(Command::new("git").args(["init", "--quiet", "--initial-branch=main"]).arg(&place))?;
    std::fs::create_dir_all(place.join(".fairway"))?;
    std::fs::write(place.join(".fairway/config.toml"), CONFIG)?;
    run(fairway(&place).arg("init"))?;
    let tasks =
        (0..LOOPS * EACH).map(|number| format!("  - {{id: {}, title: T, role: api}}\n", task(number)));
    std::fs::write(place.join("queue.yaml"), format!("version: 1\ntasks:\n{}", tasks.collect::<String>()))?;
    run(fairway(&place).args(["import", "queue.yaml"]))?;
    Ok(place)
}

fn task(number: usize) -> String {
    format!("API-{}", number + 1)
}

/// A copy of the store in write-ahead mode, as one that is in use.
fn copy(project: &Project, fresh: &Path, name: &str) -> Result<PathBuf, Failure> {
    let store = project.path(name);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", store.display()));
    }
    std::fs::copy(fresh, &store)?;
    run(Command::new("sqlite3").arg(&store).arg("PRAGMA journal_mode = WAL"))?;
    Ok(store)
}

/// Claims every task, and says how long that took. Each has to be held once in the end.
fn everything(store: &Path, claim: &(dyn Fn(&Path, &str) -> Command + Sync)) -> Result<Duration, Failure> {
    let began = Instant::now();
    let failed: Vec<String> = thread::scope(|threads| {
        let loops: Vec<_> = (0..LOOPS)
            .map(|number| {
                threads.spawn(move || {
                    let own = (0..EACH).map(|index| task(number * EACH + index));
                    own.filter_map(|task| run(&mut claim(store, &task)).err().map(|error| error.to_string()))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        loops
            .into_iter()
            .flat_map(|looped| looped.join().unwrap_or_else(|_| vec!["a loop died".to_owned()]))
            .collect()
    });
    let took = began.elapsed();
    if let Some(first) = failed.first() {
        return Err(format!("{} of the claims failed: {first}", failed.len()).into());
    }
    let held = "SELECT COUNT(*) FROM task_claims JOIN task_state USING (project_id, task_id)
                WHERE ended_at IS NULL AND status = 'in_progress'";
    let held = String::from_utf8(run(Command::new("sqlite3").arg(store).arg(held))?.stdout)?;
    if held.trim() != (LOOPS * EACH).to_string() {
        return Err(format!("{} of {} tasks are held", held.trim(), LOOPS * EACH).into());
    }
    Ok(took)
}
