//! What the parity harness takes itself, beside the programs that it runs.

use std::time::Duration;

use serde_json::Value;

use crate::measure::show;
use crate::project::{Project, fairway};
use crate::table::Row;
use crate::{Failure, say};

/// One whole run, one scenario at a time, so that its times add up.
pub(crate) fn share(project: &Project) -> Result<Vec<Row>, Failure> {
    say("parity run, one job");
    let out = project.path("parity");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    // A mismatch is none of the bench's business: what counts is that there is a result.
    let output = fairway(project.root())
        .args(["parity", "run", "--jobs", "1", "--reference", "target/legacy/standard", "--out"])
        .arg(&out)
        .output()?;
    let result = std::fs::read(out.join("result.json"))
        .map_err(|_| format!("parity run: {}", String::from_utf8_lossy(&output.stderr)))?;
    let result: Value = serde_json::from_slice(&result)?;
    let number = |name: &str| result["time"][name].as_f64().ok_or(format!("result.json has no time.{name}"));
    let seconds = |name| number(name).map(Duration::from_secs_f64);
    Ok(vec![Row {
        what: "the harness's own time in a parity run".to_owned(),
        fairway: show(seconds("own_seconds")?),
        other: show(seconds("wall_seconds")?),
        ratio: number("own_share")?,
        limit: 0.15,
        method: "one run with --jobs 1, as its result.json has it: all that is not spent in the programs it runs, \
                 against the whole"
            .to_owned(),
    }])
}
