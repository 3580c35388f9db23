//! Planning a migration of a large queue, against the sqlite3 shell writing its history and a bare reading of its file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use libyaml_safer::EventData;

use crate::measure::{median, peak_memory, ratio, run, show};
use crate::project::{Project, QUEUE, fairway};
use crate::table::Row;
use crate::{Failure, say};

const TASKS: &str = "100000";
const ROUNDS: usize = 3;
const LIMIT: f64 = 3.0;
const MEMORY_LIMIT: f64 = 500.0;
const DATABASE: &str = ".git/agent_queue/agent_queue.db";

/// Makes at least a million rows of history: each task goes to and fro, and ends where it stands.
const HISTORY: &str = "
    WITH RECURSIVE pairs(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM pairs
      WHERE n + 1 < (1000000 - (SELECT COUNT(*) FROM task_history) + 199999) / 200000 * 2)
    INSERT INTO task_history (task_id, from_status, to_status, actor, reason, at)
    SELECT id, CASE n % 2 WHEN 0 THEN status ELSE other END, CASE n % 2 WHEN 0 THEN other ELSE status END,
      'a-backend-1@lane', 'set-status', strftime('%Y-%m-%dT%H:%M:%SZ', 1772150400 + n, 'unixepoch')
    FROM (SELECT id, status, CASE status WHEN 'blocked' THEN 'todo' ELSE 'blocked' END AS other FROM tasks), pairs
    ORDER BY id, n;
    SELECT COUNT(*) FROM task_history;";

/// The same rows, into a table with its key and an index.
const INSERT: &str = "
    ATTACH 'SOURCE' AS source;
    CREATE TABLE history (id INTEGER PRIMARY KEY, task_id TEXT NOT NULL, from_status TEXT, to_status TEXT NOT NULL,
      actor TEXT NOT NULL, reason TEXT, at TEXT NOT NULL);
    CREATE INDEX history_task ON history (task_id, id);
    INSERT INTO history SELECT * FROM source.task_history;";

/// The plan's time, and its memory.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    let (copy, rows) = large_copy(project)?;
    let (mut plans, mut others) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        say(&format!("migrate plan, round {round} of {ROUNDS}"));
        others.push(insert(project, &copy)? + bare(&copy.join(QUEUE))?);
        plans.push(run(&mut plan(project, &copy)?)?.wall);
    }
    say("migrate plan, memory");
    let peak = peak_memory(&mut plan(project, &copy)?)?;
    let (plan, other) = (median(plans), median(others));
    #[expect(clippy::cast_precision_loss, reason = "a size is shown with one decimal")]
    let megabytes = peak as f64 / 1e6;
    let what = format!("migrate plan, {TASKS} tasks with {rows} rows of history");
    Ok(vec![
        Row {
            what: format!("{what}, against sqlite3's INSERT … SELECT of the history and libyaml's events"),
            fairway: show(plan),
            other: show(other),
            ratio: ratio(plan, other),
            limit: LIMIT,
            disk: None,
            method: format!(
                "wall time of the whole command, against the wall time of the sqlite3 shell writing the same history into a \
                 new file with a key and an index, and of libyaml-safer going over the queue file in this process; medians \
                 of {ROUNDS}, turn by turn"
            ),
        },
        Row {
            what: format!("peak memory of {what}"),
            fairway: format!("{megabytes:.1} MB"),
            other: format!("{MEMORY_LIMIT:.0} MB"),
            ratio: megabytes / MEMORY_LIMIT,
            limit: 1.0,
            disk: None,
            method: "VmHWM of /proc/PID/status in one run, MB of 1,000,000 bytes, against the limit itself"
                .to_owned(),
        },
    ])
}

/// A legacy copy of 100,000 tasks with their history, built unless it is there. Answers how many rows of history it has.
fn large_copy(project: &Project) -> Result<(PathBuf, String), Failure> {
    let copy = project.path(&format!("copy-{TASKS}"));
    let (stamp, database) = (copy.with_extension("rows"), copy.join(DATABASE));
    if let Ok(rows) = std::fs::read_to_string(&stamp) {
        return Ok((copy, rows));
    }
    say(&format!("building a copy of {TASKS} tasks; it takes minutes"));
    if copy.exists() {
        std::fs::remove_dir_all(&copy)?;
    }
    let build = project.root().join("fixtures/gpuaas/build-copy.sh");
    run(Command::new(build).arg(&copy).args(["--quiet", "--tasks", TASKS]))?;
    let rows = run(Command::new("sqlite3").arg(database).arg(HISTORY))?.stdout;
    let rows = String::from_utf8(rows)?.trim().to_owned();
    std::fs::write(stamp, &rows)?;
    Ok((copy, rows))
}

fn plan(project: &Project, copy: &Path) -> Result<Command, Failure> {
    let mut command = fairway(&project.fresh("migrate")?);
    command.args(["migrate", "plan", "--adapter", "gpuaas", "--out", "plan.json", "--from"]).arg(copy);
    Ok(command)
}

fn insert(project: &Project, copy: &Path) -> Result<Duration, Failure> {
    let target = project.path("migrate-insert.db");
    if target.exists() {
        std::fs::remove_file(&target)?;
    }
    let sql = INSERT.replace("SOURCE", &copy.join(DATABASE).display().to_string());
    Ok(run(Command::new("sqlite3").arg(target).arg(sql))?.wall)
}

/// How long libyaml takes to go over a file.
fn bare(queue: &Path) -> Result<Duration, Failure> {
    let bytes = std::fs::read(queue)?;
    let start = Instant::now();
    let mut input = bytes.as_slice();
    let mut parser = libyaml_safer::Parser::new();
    parser.set_encoding(libyaml_safer::Encoding::Utf8);
    parser.set_input_string(&mut input);
    while !matches!(parser.parse()?.data, EventData::StreamEnd) {}
    Ok(start.elapsed())
}
