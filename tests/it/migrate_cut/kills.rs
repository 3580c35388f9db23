//! Killed at any moment. A call is stopped before it is killed: whether it held the store's write lock is then a fact about
//! the very moment of its death, seen from outside. One that held it and left the store as it was before died inside of
//! the transaction.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{
    Flock, FlockType, Pid, Signal, WaitId, WaitIdOptions, fcntl_getlk, kill_process, waitid,
};

use super::{Stage, Verb, times};

/// How many calls are killed; `make soak` kills 1,000.
const KILLS: u32 = 16;
/// At least one of so many dies inside of the transaction.
const INSIDE: u32 = 10;
/// How often a call that is waited for is looked at.
const GLANCE: Duration = Duration::from_micros(200);

/// When a call is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after it was started.
    Started(Duration),
    /// So long after it was seen to hold the write lock.
    Writing(Duration),
}

/// How long a whole call takes, and how long it holds the write lock.
struct Pace {
    whole: Duration,
    writing: Duration,
}

/// What became of the killed calls of one verb.
#[derive(Debug, Default)]
struct Tally {
    killed: u32,
    ended_before: u32,
    left_as_before: u32,
    inside: u32,
}

/// Whether a process holds the write lock of a store: the reserved byte of the file, or that of its log's index.
fn writes(db: &Path, pid: Pid) -> bool {
    let index = PathBuf::from(format!("{}-shm", db.display()));
    [(db, 0x4000_0001), (index.as_path(), 120)].into_iter().any(|(path, start)| {
        let Ok(file) = File::open(path) else { return false };
        let lock = Flock { start, length: 1, ..Flock::from(FlockType::WriteLock) };
        fcntl_getlk(&file, &lock).unwrap().is_some_and(|held| held.pid == Some(pid))
    })
}

/// Waits until a call holds the write lock; not when it ends before.
fn wait_until_writing(call: &mut Child, db: &Path) -> bool {
    let pid = Pid::from_child(call);
    loop {
        if writes(db, pid) {
            return true;
        }
        if call.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(GLANCE);
    }
}

/// Looks at one whole call.
fn pace(stage: &Stage, verb: Verb) -> Pace {
    stage.restore(verb);
    let began = Instant::now();
    let mut call = stage.call(verb).spawn().unwrap();
    assert!(wait_until_writing(&mut call, &stage.db()), "it writes");
    let taken = Instant::now();
    let pid = Pid::from_child(&call);
    while writes(&stage.db(), pid) {
        std::thread::sleep(GLANCE);
    }
    let writing = taken.elapsed();
    assert!(call.wait().unwrap().success());
    Pace { whole: began.elapsed(), writing }
}

/// Kills a call. Answers whether it held the write lock when it died; none when it had ended by itself.
fn kill(stage: &Stage, verb: Verb, moment: Moment) -> Option<bool> {
    stage.restore(verb);
    let mut call = stage.call(verb).spawn().unwrap();
    let pid = Pid::from_child(&call);
    match moment {
        Moment::Started(after) => std::thread::sleep(after),
        Moment::Writing(after) => {
            if !wait_until_writing(&mut call, &stage.db()) {
                return None;
            }
            std::thread::sleep(after);
        }
    }
    kill_process(pid, Signal::STOP).unwrap();
    let stopped = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(pid), stopped).unwrap();
    let writing = writes(&stage.db(), pid);
    call.kill().unwrap();
    let ended = call.wait().unwrap();
    ended.code().is_none().then_some(writing)
}

/// Numbers without a pattern, the same in every run; when a call is where is never the same.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn part_of(&mut self, whole: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        whole * u32::try_from(self.0 >> 48).unwrap() / (1 << 16)
    }
}

#[test]
fn a_killed_apply_or_rollback_leaves_one_of_two_stores() {
    let kills = times("FAIRWAY_KILLS", KILLS);
    let stages = [Stage::new(false), Stage::new(true)];
    let paces = stages.each_ref().map(|stage| Verb::BOTH.map(|verb| pace(stage, verb)));
    let mut tallies = [Tally::default(), Tally::default()];
    let mut dice = Dice(u64::from(kills));
    for number in 0..kills {
        let number = number as usize;
        // Every verb on every store, at any moment and at one inside.
        let (stage, of_verb) = (&stages[number / 2 % 2], number % 2);
        let (verb, pace) = (Verb::BOTH[of_verb], &paces[number / 2 % 2][of_verb]);
        let moment = match number / 4 % 2 {
            0 => Moment::Writing(dice.part_of(pace.writing)),
            _ => Moment::Started(dice.part_of(pace.whole)),
        };
        let tally = &mut tallies[of_verb];
        let writing = kill(stage, verb, moment);
        tally.killed += 1;
        tally.ended_before += u32::from(writing.is_none());
        if stage.standing() == verb.leads().0 {
            tally.left_as_before += 1;
            tally.inside += u32::from(writing == Some(true));
        }
        stage.converges(verb);
    }
    for (verb, tally) in Verb::BOTH.iter().zip(&tallies) {
        println!("{verb:?}: {tally:?}");
        assert!(tally.inside * INSIDE >= tally.killed, "{verb:?} died inside of the transaction: {tally:?}");
    }
}
