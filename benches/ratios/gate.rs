//! What the gate adds to a call: a verb in a project with `[legacy]`, whose operation has graduated and whose lanes are
//! Fairway's, against the same verb on the same store in a project without.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::measure::{median, ratio, run, run_with_findings, show};
use crate::project::{Project, fairway};
use crate::table::Row;
use crate::{Failure, say};

/// How often each is taken: a process varies by more than what is looked for.
const ROUNDS: usize = 301;
/// The most that the gate may add.
const LIMIT: Duration = Duration::from_millis(1);
/// What `init` writes where it finds the scripts.
const SECTION: &str = "\n[legacy]\nadapter = \"gpuaas\"\n";
/// A rule that one short run can meet, for the one operation that is used here.
const LOWERED: &str = "required_operations = [\"record-evidence\"]\n\n[legacy.graduation]\nruns = 1\ncopies = 1\ncases = 2\nrounds = 1\n";
const CALL: [&str; 7] =
    ["record", "evidence", "A-TERM-AUDIT-LOG", "--command-text", "make test", "--result", "pass"];

/// The same call in both, turn by turn.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    let (gated, plain) = prepare(project)?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    say(&format!("gate, {ROUNDS} rounds"));
    for round in 0..=ROUNDS {
        // Whoever comes second finds more in the caches.
        let turns = if round % 2 == 0 { [true, false] } else { [false, true] };
        for is_gated in turns {
            let place = if is_gated { &gated } else { &plain };
            let wall = run(fairway(place).args(CALL))?.wall;
            // The first call remembers the digests.
            if round > 0 {
                if is_gated { &mut with } else { &mut without }.push(wall);
            }
        }
    }
    let (with, without) = (median(with), median(without));
    let added = with.saturating_sub(without);
    Ok(vec![Row {
        what: "what the gate adds to record evidence".to_owned(),
        fairway: format!("{:.2} ms", added.as_secs_f64() * 1000.0),
        other: show(LIMIT),
        ratio: ratio(added, LIMIT),
        limit: 1.0,
        disk: None,
        method: format!(
            "median wall time of the whole command where record-evidence has graduated and the lanes are Fairway's \
             ({:.2} ms), less that in a copy of the project whose configuration has no [legacy] ({:.2} ms), {ROUNDS} each, \
             turn by turn; against 1 ms",
            with.as_secs_f64() * 1000.0,
            without.as_secs_f64() * 1000.0
        ),
    }])
}

/// A project whose lanes became Fairway's, and a copy of it that never had any scripts.
fn prepare(project: &Project) -> Result<(PathBuf, PathBuf), Failure> {
    let folder = project.path("gate");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(folder.join("plain"))?;
    let (gated, plain) = (folder.join("gated/queue"), folder.join("plain/queue"));
    say("gate, building a copy");
    run(Command::new(project.root().join("fixtures/gpuaas/build-copy.sh")).arg(&gated).arg("--quiet"))?;
    run(fairway(&gated).args(["init", "--preset", "gpuaas"]))?;
    let config = gated.join(".fairway/config.toml");
    let text = std::fs::read_to_string(&config)?;
    let (before, after) = text.split_once(SECTION).ok_or("init wrote no [legacy]")?;
    std::fs::write(&config, format!("{before}{SECTION}{LOWERED}{after}"))?;
    say("gate, proving an operation and cutting over");
    let reference = project.root().join("target/legacy/standard");
    let proof = ["--behaviour", "evidence-gate", "--scenario", "results-that-prove", "--once"];
    // Whether it matched is what graduating asks.
    run_with_findings(fairway(&gated).args(["parity", "run", "--reference"]).arg(reference).args(proof), 5)?;
    for words in [
        &["parity", "graduate", "record-evidence"][..],
        &["migrate", "plan", "--from", ".", "--out", "plan.json"],
        &["migrate", "rehearse", "plan.json"],
        &["migrate", "apply", "plan.json"],
        &["pilot", "cutover", "--all-lanes", "--person", "the bench", "--despite-findings"],
    ] {
        run(fairway(&gated).args(words))?;
    }
    run(Command::new("cp").arg("-a").arg(&gated).arg(&plain))?;
    std::fs::write(plain.join(".fairway/config.toml"), format!("{before}{after}"))?;
    settle(&gated)?;
    Ok((gated, plain))
}

/// Digests are remembered of files that have been there for a while.
fn settle(place: &Path) -> Result<(), Failure> {
    std::thread::sleep(Duration::from_secs(3));
    run(fairway(place).args(CALL))?;
    Ok(())
}
