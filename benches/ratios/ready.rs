//! `ready`, against the sqlite3 shell printing the same rows from the same file.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::measure::{median, ratio, run, show};
use crate::project::{Project, QUEUE, fairway};
use crate::table::Row;
use crate::{Failure, say};

const ROUNDS: usize = 21;
const ROLE: &str = "A-backend";

/// What `ready --json` prints of a task, in its order. A project is named after its folder.
const SAME_ROWS: &str = "
    SELECT id, title, role, kind, parent_id AS parent, priority, sequence,
      (SELECT json_group_array(depends_on) FROM (SELECT depends_on FROM task_dependencies x
         WHERE x.project_id = d.project_id AND x.task_id = d.id ORDER BY position)) AS depends_on,
      acceptance_checks, notes, 'todo' AS status
    FROM task_definitions d
    WHERE project_id = 'ready' AND role = 'A-backend' AND ready = 1 AND in_source = 1
    ORDER BY priority IS NULL, priority, sequence IS NULL, sequence, file_order IS NULL, file_order, created_at, id";

/// Every task that is not ready is done; so nothing that was ready changes.
const FINISH: &str = "
    BEGIN;
    UPDATE task_state SET status = 'done', completed_at = updated_at
      WHERE task_id IN (SELECT id FROM task_definitions WHERE ready = 0);
    UPDATE task_state SET unmet_dependencies = (
      SELECT COUNT(*) FROM task_dependencies x JOIN task_state s USING (project_id)
      WHERE x.project_id = task_state.project_id AND x.task_id = task_state.task_id
        AND s.task_id = x.depends_on AND s.status <> 'done');
    COMMIT;
    VACUUM;";

/// The queue as imported, and with everything done that was not ready.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    say("ready, preparing two stores");
    let place = project.fresh("ready")?;
    run(fairway(&place).args(["import", QUEUE, "--state-once"]))?;
    let (open, finished) = (project.path("open.db"), project.path("finished.db"));
    for store in [&open, &finished] {
        let _ = std::fs::remove_file(store);
        run(fairway(&place).args(["db", "backup"]).arg(store))?;
    }
    sqlite(&open, "VACUUM")?;
    sqlite(&finished, FINISH)?;
    let ask =
        |store: &Path| run(fairway(&place).arg("--db").arg(store).args(["--as", ROLE, "ready", "--json"]));

    let rows = same_rows(&ask(&open)?.stdout, &sqlite(&open, SAME_ROWS)?.stdout)?;
    same_rows(&ask(&finished)?.stdout, &sqlite(&open, SAME_ROWS)?.stdout)?;

    say(&format!("ready, {ROUNDS} rounds"));
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(ask(&open)?.wall);
        times[1].push(sqlite(&open, SAME_ROWS)?.wall);
        times[2].push(ask(&finished)?.wall);
        times[3].push(sqlite(&finished, SAME_ROWS)?.wall);
    }
    let [fairway, shell, fairway_later, shell_later] = times.map(median);
    let method = format!(
        "wall time of ready --json for {ROLE} and of sqlite3 -json with a query for the same {rows} tasks, ids and \
         order compared first; medians of {ROUNDS}, turn by turn"
    );
    let row = |what: &str, fairway, other, limit| Row {
        what: what.to_owned(),
        fairway: show(fairway),
        other: show(other),
        ratio: ratio(fairway, other),
        limit,
        disk: None,
        method: method.clone(),
    };
    Ok(vec![
        row("ready at 100,000 tasks, against the sqlite3 shell", fairway, shell, 2.0),
        row("the same once all that was not ready is done", fairway_later, shell_later, 2.0),
        // The same rows: what is above 1 here is noise, or growth.
        row("ready with those finished, against ready before", fairway_later, fairway, 1.1),
    ])
}

fn sqlite(store: &Path, sql: &str) -> Result<crate::measure::Run, Failure> {
    run(Command::new("sqlite3").args(["-batch", "-json"]).arg(store).arg(sql))
}

/// How many tasks both printed; fails when they differ.
fn same_rows(fairway: &[u8], shell: &[u8]) -> Result<usize, Failure> {
    let envelope: Value = serde_json::from_slice(fairway)?;
    let ours = ids(&envelope["data"]["tasks"]);
    let theirs = ids(&serde_json::from_slice(shell)?);
    if ours.is_empty() || ours != theirs {
        return Err(format!("ready shows {} tasks, and sqlite3 other {}", ours.len(), theirs.len()).into());
    }
    Ok(ours.len())
}

fn ids(tasks: &Value) -> Vec<String> {
    let tasks = tasks.as_array().map(Vec::as_slice).unwrap_or_default();
    tasks.iter().map(|task| task["id"].as_str().unwrap_or_default().to_owned()).collect()
}
