//! What the parity harness takes itself, beside the programs that it runs.

use std::time::Duration;

use serde_json::Value;

use crate::measure::{ratio, show};
use crate::project::{Project, fairway};
use crate::table::Row;
use crate::{Failure, say};

/// One whole run, one scenario at a time, so that its times add up.
pub(crate) fn share(project: &Project) -> Result<Row, Failure> {
    say("parity run, one job");
    let out = project.path("parity");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    // A mismatch is none of the bench's business: what counts is that there is a result.
    fairway(project.root())
        .args(["parity", "run", "--jobs", "1", "--reference", "target/legacy/standard", "--out"])
        .arg(&out)
        .output()?;
    let result: Value = serde_json::from_slice(&std::fs::read(out.join("result.json"))?)?;
    let seconds = |name: &str| {
        let value = result["timing"][name].as_f64();
        value.map(Duration::from_secs_f64).ok_or(format!("result.json has no timing.{name}"))
    };
    let (wall, children) = (seconds("wall_seconds")?, seconds("children_seconds")?);
    let own = wall.saturating_sub(children);
    Ok(Row {
        what: "the harness's own time in a parity run",
        fairway: show(own),
        other: show(wall),
        ratio: ratio(own, wall),
        limit: 0.15,
        method:
            "wall time of one run with --jobs 1 less the wall time of the programs it ran, against the wall \
                 time; both from result.json"
                .to_owned(),
    })
}
