//! One of many who want the same tasks: a session of its own, and the same actor as all others.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::support::Project;

/// A claim that a worker made, or believes to have.
#[derive(Debug, Clone)]
pub(super) struct Belief {
    pub(super) task: String,
    pub(super) epoch: i64,
}

/// What came of an attempt.
#[derive(Debug)]
pub(super) struct Answered {
    /// `ok`, `killed`, or the class of a refusal.
    pub(super) code: String,
    pub(super) session: String,
    /// The claim that was made.
    pub(super) claimed: Option<Belief>,
    /// The number of the evidence that was written.
    pub(super) wrote: Option<i64>,
}

pub(super) struct Worker<'a> {
    project: &'a Project,
    session: String,
    random: u64,
    clock: Arc<AtomicU64>,
    belief: Option<Belief>,
}

/// What a worker tries.
enum Try {
    Take(Vec<String>),
    /// With the epoch of the claim, or else as the session.
    Write(Belief, bool),
    Release(Belief),
    Beat,
}

impl<'a> Worker<'a> {
    pub(super) fn new(project: &'a Project, number: usize, seed: u64, clock: Arc<AtomicU64>) -> Self {
        let random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (u64::try_from(number).unwrap() << 32);
        Self { project, session: format!("s-{number}"), random, clock, belief: None }
    }

    /// A number below `end`; splitmix64, so that a seed is a storm.
    fn below(&mut self, end: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    fn choose(&mut self, tasks: usize) -> Try {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let task = format!("API-{}", 1 + self.below(u64::try_from(tasks).unwrap()));
        let mut taking = match (self.below(10), &self.belief) {
            (0..=3, Some(belief)) => return Try::Write(belief.clone(), self.below(2) == 0),
            (4, Some(belief)) => return Try::Release(belief.clone()),
            (5, Some(_)) => return Try::Beat,
            (6 | 7, _) => words(&["claim", "--in", "EPIC-1", "--as", "api"]),
            (8, _) => words(&["claim", "takeover", &task, "--as", "api", "--reason", "it is quiet"]),
            _ => words(&["claim", &task, "--as", "api"]),
        };
        if self.below(2) == 0 {
            taking.extend(words(&["--lease", "10s"]));
        }
        Try::Take(taking)
    }

    fn command(&self, what: &Try) -> Command {
        let mut command = self.project.fairway(&self.project.root());
        // A second passes with every attempt of anybody, so that leases run out while others are at work.
        let second = self.clock.fetch_add(1, Ordering::Relaxed);
        let (day, hour, minute) = (1 + second / 86_400, second / 3600 % 24, second / 60 % 60);
        command.env("FAIRWAY_NOW", format!("2026-03-{day:02}T{hour:02}:{minute:02}:{:02}Z", second % 60));
        command.arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped());
        match what {
            Try::Take(words) => command.args(words).env("FAIRWAY_SESSION_ID", &self.session),
            Try::Write(Belief { task, epoch }, by_epoch) => {
                command.args(["record", "evidence", task, "--result", "pass", "--command-text"]);
                if *by_epoch {
                    command.arg(format!("epoch {epoch}")).env("FAIRWAY_CLAIM_EPOCH", epoch.to_string())
                } else {
                    command.arg(&self.session).env("FAIRWAY_SESSION_ID", &self.session)
                }
            }
            Try::Release(Belief { task, epoch }) => {
                command.args(["claim", "release", task, "--claim-epoch", &epoch.to_string()])
            }
            Try::Beat => command.args(["session", "heartbeat", &self.session]),
        };
        command
    }

    /// Runs a process; every fourth is killed at a moment of chance, perhaps too late.
    pub(super) fn attempt(&mut self, tasks: usize) -> Answered {
        let what = self.choose(tasks);
        let mut child = self.command(&what).spawn().unwrap();
        if self.below(4) == 0 {
            std::thread::sleep(Duration::from_micros(self.below(60_000)));
            child.kill().unwrap();
        }
        let output = child.wait_with_output().unwrap();
        let mut answered =
            Answered { code: "killed".to_owned(), session: self.session.clone(), claimed: None, wrote: None };
        let text = if output.status.success() { &output.stdout } else { &output.stderr };
        // A process that was killed has said nothing, or all of it.
        let Ok(envelope) = serde_json::from_slice::<Value>(text) else {
            assert_eq!(output.status.code(), None, "{}", String::from_utf8_lossy(text));
            return answered;
        };
        if envelope["ok"] != true {
            let code = envelope["error"]["code"].as_str().unwrap();
            let expected = ["held", "not-held", "nothing-ready", "stale-claim", "not-found"];
            assert!(expected.contains(&code), "{envelope}");
            code.clone_into(&mut answered.code);
            return answered;
        }
        "ok".clone_into(&mut answered.code);
        let data = &envelope["data"];
        match what {
            Try::Take(_) => {
                let task = data["task"].as_str().unwrap().to_owned();
                self.belief = Some(Belief { task, epoch: data["epoch"].as_i64().unwrap() });
                answered.claimed.clone_from(&self.belief);
            }
            Try::Write(..) => answered.wrote = data["id"].as_i64(),
            // What was let go is believed on, so that some write late.
            Try::Release(_) | Try::Beat => {}
        }
        answered
    }
}
