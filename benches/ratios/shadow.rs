//! What shadowing adds to a call of the scripts.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::measure::{median, ratio, run, show};
use crate::project::{Project, fairway};
use crate::table::Row;
use crate::{Failure, say};

/// How often each is taken.
const ROUNDS: usize = 21;
/// The most that a shadowed call may take of one alone.
const LIMIT: f64 = 1.10;
/// How long the comparison that follows a call may take before the bench gives up.
const PATIENCE: Duration = Duration::from_mins(1);
/// A call that can be repeated, and changes something.
const CALL: [&str; 6] =
    ["make", "-s", "queue-record-evidence", "TASK=A-TERM-AUDIT-LOG", "COMMAND=make test", "RESULT=pass"];

/// A call of the scripts, alone and shadowed, turn by turn.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    let checkout = project.path("shadowed");
    if checkout.exists() {
        std::fs::remove_dir_all(&checkout)?;
    }
    say("shadow, building a copy");
    run(Command::new(project.root().join("fixtures/gpuaas/build-copy.sh")).arg(&checkout).arg("--quiet"))?;
    run(fairway(&checkout).args(["init", "--preset", "gpuaas"]))?;
    let (mut alone, mut shadowed) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        say(&format!("shadow, round {round} of {ROUNDS}"));
        let plain = run(Command::new(CALL[0]).args(&CALL[1..]).current_dir(&checkout))?.wall;
        let beside = run(fairway(&checkout).args(["shadow", "--"]).args(CALL))?.wall;
        compared(&checkout)?;
        // What both read is in memory by the time that counts.
        if round > 0 {
            alone.push(plain);
            shadowed.push(beside);
        }
    }
    let (alone, shadowed) = (median(alone), median(shadowed));
    Ok(vec![Row {
        what: "a call of the scripts, shadowed, against alone".to_owned(),
        fairway: show(shadowed),
        other: show(alone),
        ratio: ratio(shadowed, alone),
        limit: LIMIT,
        method: format!(
            "wall time of make queue-record-evidence, process start included, with and without fairway shadow before it, \
             in one checkout of 60 tasks; medians of {ROUNDS}, turn by turn, each after the last comparison has ended"
        ),
    }])
}

/// Waits until the comparison that follows a call has ended: it is not part of the call.
fn compared(checkout: &Path) -> Result<(), Failure> {
    let folder = checkout.join(".fairway/parity/shadow");
    let began = Instant::now();
    while folder.read_dir().is_ok_and(|mut calls| calls.next().is_some()) {
        if began.elapsed() > PATIENCE {
            return Err("a shadowed call did not match, or its comparison does not end".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
