//! Many processes claim, take over, let go and write at once; some are killed in the middle. Then the store is read by
//! itself: what was committed, one change after the other, has to be the story of one holder at a time.
//!
//! A bounded storm runs with the other tests; `make soak-claims` runs the whole one.

mod replay;
mod worker;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use crate::support::Project;
use replay::Story;
use worker::{Answered, Worker};

/// How many processes run at once.
const PROCESSES: usize = 128;
/// Few tasks, so that they meet.
const TASKS: usize = 12;

fn queue() -> String {
    let tasks =
        (1..=TASKS).map(|number| format!("  - {{id: API-{number}, title: T, role: api, parent: EPIC-1}}\n"));
    format!("version: 1\ntasks:\n  - {{id: EPIC-1, title: E, role: web}}\n{}", tasks.collect::<String>())
}

/// Each worker's session, so that its heartbeats are heard.
fn record_sessions(project: &Project) {
    let mut db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    let tx = db.transaction().unwrap();
    for number in 0..PROCESSES {
        tx.execute(
            "INSERT INTO agent_sessions (project_id, id, role, session_backend, status, started_at, last_heartbeat_at)
             VALUES ('demo', ?1, 'api', 'manual', 'running', ?2, ?2)",
            [format!("s-{number}"), "2026-02-27T16:00:00.000Z".to_owned()],
        )
        .unwrap();
    }
    tx.commit().unwrap();
}

/// Lets so many attempts loose, and answers what was seen of them and what they left.
fn storm(attempts: usize, seed: u64) -> (Vec<Answered>, Story) {
    let project = Project::initialised();
    project.write("queue.yaml", &queue());
    project.ok(&["import", "queue.yaml"]);
    record_sessions(&project);
    let clock = Arc::new(AtomicU64::new(0));
    let answers = Arc::new(Mutex::new(Vec::new()));
    std::thread::scope(|threads| {
        for number in 0..PROCESSES {
            let own = attempts / PROCESSES + usize::from(number < attempts % PROCESSES);
            let mut worker = Worker::new(&project, number, seed, Arc::clone(&clock));
            let answers = Arc::clone(&answers);
            threads.spawn(move || {
                for _ in 0..own {
                    let answered = worker.attempt(TASKS);
                    answers.lock().unwrap().push(answered);
                }
            });
        }
    });
    let checked = project.run(&["db", "check"]);
    assert_eq!(checked.code, 0, "{checked}");
    let answers = std::mem::take(&mut *answers.lock().unwrap());
    (answers, Story::read(&project.root().join(".fairway/state.db")))
}

/// What has to hold, whatever happened.
fn hold(answers: &[Answered], story: &Story) {
    story.has_one_holder_at_a_time();
    story.is_told_by_the_history();
    // What was answered as done is there: no kill and no rival took it back.
    for answered in answers {
        story.knows(answered);
    }
}

fn count(answers: &[Answered], code: &str) -> usize {
    answers.iter().filter(|answered| answered.code == code).count()
}

#[test]
fn nobody_holds_twice_and_nobody_writes_late() {
    let (answers, story) = storm(PROCESSES * 3, 1);
    hold(&answers, &story);
    // It was a storm: all of it was tried, and much of it refused.
    assert!(count(&answers, "ok") > 20 && story.claims() > 10, "{} claims", story.claims());
    assert!(count(&answers, "killed") > 5, "{} killed", count(&answers, "killed"));
    assert!(story.expiries() > 0 && story.takeovers() > 0);
}

/// `FAIRWAY_STORM_ATTEMPTS` and `FAIRWAY_STORM_SEED` make it another one.
#[test]
#[ignore = "takes many minutes: make soak-claims"]
fn a_hundred_thousand_attempts() {
    let number = |name: &str, usual: u64| {
        std::env::var(name).ok().map_or(usual, |text| text.parse().expect("a whole number"))
    };
    let seed = number("FAIRWAY_STORM_SEED", 1);
    let attempts = usize::try_from(number("FAIRWAY_STORM_ATTEMPTS", 100_000)).unwrap();
    let (answers, story) = storm(attempts, seed);
    hold(&answers, &story);
    let codes: std::collections::BTreeMap<&str, usize> =
        answers.iter().map(|answered| (answered.code.as_str(), count(&answers, &answered.code))).collect();
    let told = format!(
        "seed {seed}, {attempts} attempts by {PROCESSES} processes: {codes:?}; {} claims, {} takeovers, {} expiries, \
         {} writes, none of them late",
        story.claims(),
        story.takeovers(),
        story.expiries(),
        story.writes()
    );
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/claim-storm.txt"), told + "\n").unwrap();
    assert!(count(&answers, "stale-claim") > 0 && story.expiries() > 0 && story.takeovers() > 0);
}
