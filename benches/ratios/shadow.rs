//! What shadowing adds to a call of the scripts: by hand, through the `GNUmakefile`, and where Fairway hangs.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
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
/// The most that Fairway may add where it hangs.
const HANGING: Duration = Duration::from_millis(20);
/// How long the comparison that follows a call may take before the bench gives up.
const PATIENCE: Duration = Duration::from_mins(1);
/// A call that can be repeated, and changes something.
const CALL: [&str; 5] =
    ["-s", "queue-record-evidence", "TASK=A-TERM-AUDIT-LOG", "COMMAND=make test", "RESULT=pass"];

/// A call of the scripts, alone and shadowed, turn by turn.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    let checkout = prepare(project)?;
    let alone =
        || Ok(run(Command::new("make").args(["-f", "Makefile"]).args(CALL).current_dir(&checkout))?.wall);
    let by_hand = || {
        let shadowed = run(fairway(&checkout).args(["shadow", "--", "make"]).args(CALL))?.wall;
        compared(&checkout)?;
        Ok(shadowed)
    };
    let through_make = || {
        let shadowed = run(Command::new("make").args(CALL).current_dir(&checkout))?.wall;
        compared(&checkout)?;
        Ok(shadowed)
    };
    let mut rows = Vec::new();
    let [plain, shadowed] = turns("shadow", &alone, &by_hand)?;
    rows.push(share("a call of the scripts after fairway shadow, against alone", shadowed, plain));
    run(fairway(&checkout).args(["pilot", "install-shadow"]))?;
    let [plain, shadowed] = turns("shadow through the GNUmakefile", &alone, &through_make)?;
    rows.push(share("a call of the scripts through the GNUmakefile, against alone", shadowed, plain));
    let pipe = Pipe::instead_of_the_adapter(&checkout)?;
    let hanging = || {
        let shadowed = run(Command::new("make").args(CALL).current_dir(&checkout))?.wall;
        pipe.release()?;
        Ok(shadowed)
    };
    let [plain, shadowed] = turns("shadow, hanging", &alone, &hanging)?;
    rows.push(added(shadowed.saturating_sub(plain)));
    Ok(rows)
}

fn prepare(project: &Project) -> Result<PathBuf, Failure> {
    let checkout = project.path("shadowed");
    if checkout.exists() {
        std::fs::remove_dir_all(&checkout)?;
    }
    say("shadow, building a copy");
    run(Command::new(project.root().join("fixtures/gpuaas/build-copy.sh")).arg(&checkout).arg("--quiet"))?;
    run(fairway(&checkout).args(["init", "--preset", "gpuaas"]))?;
    Ok(checkout)
}

type Call<'a> = &'a dyn Fn() -> Result<Duration, Failure>;

/// Two calls, turn by turn.
fn turns(what: &str, one: Call<'_>, other: Call<'_>) -> Result<[Duration; 2], Failure> {
    let mut times: [Vec<Duration>; 2] = Default::default();
    for round in 0..=ROUNDS {
        say(&format!("{what}, round {round} of {ROUNDS}"));
        let taken = [one()?, other()?];
        // What both read is in memory by the time that counts.
        if round > 0 {
            times.iter_mut().zip(taken).for_each(|(times, time)| times.push(time));
        }
    }
    Ok(times.map(median))
}

fn share(what: &str, shadowed: Duration, alone: Duration) -> Row {
    Row {
        what: what.to_owned(),
        fairway: show(shadowed),
        other: show(alone),
        ratio: ratio(shadowed, alone),
        limit: LIMIT,
        disk: None,
        method: format!(
            "wall time of make queue-record-evidence, process start included, with and without Fairway before it, in one \
             checkout of 60 tasks; medians of {ROUNDS}, turn by turn, each after the last comparison has ended"
        ),
    }
}

fn added(added: Duration) -> Row {
    Row {
        what: "what shadowing adds where Fairway hangs".to_owned(),
        fairway: show(added),
        other: show(HANGING),
        ratio: ratio(added, HANGING),
        limit: 1.0,
        disk: None,
        method: format!(
            "the same through the GNUmakefile, while a pipe that nobody writes into stands for the scripts' adapter, so that \
             Fairway waits for ever where it reads it; the median of {ROUNDS} less that of the call alone, against 20 ms"
        ),
    }
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

/// A file that whoever reads it waits for.
struct Pipe(PathBuf);

impl Pipe {
    fn instead_of_the_adapter(checkout: &Path) -> Result<Self, Failure> {
        let folder = checkout.join(".fairway/parity/adapters");
        std::fs::create_dir_all(&folder)?;
        let pipe = folder.join("gpuaas.toml");
        run(Command::new("mkfifo").arg(&pipe))?;
        Ok(Self(pipe))
    }

    /// Lets go whoever waits by now: the processes that would write the call down.
    fn release(&self) -> Result<(), Failure> {
        let open = OpenOptions::new().read(true).write(true).open(&self.0)?;
        std::thread::sleep(Duration::from_millis(100));
        drop(open);
        Ok(())
    }
}
