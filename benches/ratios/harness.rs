//! What the parity harness takes itself, beside the programs that it runs.

use std::time::Duration;

use serde_json::Value;

use crate::measure::{median, ratio, show};
use crate::project::{Project, fairway};
use crate::table::Row;
use crate::{Failure, say};

/// How often the runs with one and with two jobs are taken.
const ROUNDS: usize = 5;

/// The harness's share, and what a second job is worth.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    Ok(vec![share(project)?, jobs(project)?])
}

/// The `time` of a parity run, as its result has it.
fn parity(project: &Project, arguments: &[&str]) -> Result<Value, Failure> {
    let out = project.path("parity");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    // A mismatch is none of the bench's business: what counts is that there is a result.
    let output = fairway(project.root())
        .args(["parity", "run", "--reference", "target/legacy/standard", "--out"])
        .arg(&out)
        .args(arguments)
        .output()?;
    let result = std::fs::read(out.join("result.json"))
        .map_err(|_| format!("parity run: {}", String::from_utf8_lossy(&output.stderr)))?;
    let mut result: Value = serde_json::from_slice(&result)?;
    Ok(result["time"].take())
}

fn number(time: &Value, name: &str) -> Result<f64, Failure> {
    Ok(time[name].as_f64().ok_or(format!("result.json has no time.{name}"))?)
}

/// Two jobs against one, turn by turn.
fn jobs(project: &Project) -> Result<Row, Failure> {
    let mut walls = [Vec::new(), Vec::new()];
    for round in 1..=ROUNDS {
        for (walls, jobs) in walls.iter_mut().zip(["2", "1"]) {
            say(&format!("parity run, --jobs {jobs}, {round} of {ROUNDS}"));
            let time = parity(project, &["--once", "--behaviour", "claim", "--jobs", jobs])?;
            walls.push(Duration::from_secs_f64(number(&time, "wall_seconds")?));
        }
    }
    let [two, one] = walls.map(median);
    Ok(Row {
        what: "parity run --jobs 2, against --jobs 1".to_owned(),
        fairway: show(two),
        other: show(one),
        ratio: ratio(two, one),
        limit: 1.0 / 1.4,
        disk: None,
        method: format!(
            "wall time of parity run --behaviour claim --once as its result.json has it, median of {ROUNDS} each, taken \
             in turns; at least 1.4 times as fast is a ratio of at most 0.71"
        ),
    })
}

/// One whole run, one scenario at a time, so that its times add up.
fn share(project: &Project) -> Result<Row, Failure> {
    say("parity run, one job");
    let time = parity(project, &["--jobs", "1"])?;
    let seconds = |name| number(&time, name).map(Duration::from_secs_f64);
    Ok(Row {
        what: "the harness's own time in a parity run".to_owned(),
        fairway: show(seconds("own_seconds")?),
        other: show(seconds("wall_seconds")?),
        ratio: number(&time, "own_share")?,
        limit: 0.15,
        disk: None,
        method: "one run with --jobs 1, as its result.json has it: all that is not spent in the programs it runs, \
                 against the whole"
            .to_owned(),
    })
}
