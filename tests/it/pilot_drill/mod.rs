//! The pilot of one lane, on real processes and with the real scripts: it starts, works on both sides of the lane border, is
//! killed at any step, syncs, goes back, starts again and cuts over. After each both sides hold the same, and nothing is lost.

mod bad_input;
mod both;
mod work;

use std::process::Stdio;
use std::time::{Duration, Instant};

use both::{assert_equal, count};
use serde_json::Value;
use work::Work;

use crate::support::Project;
use crate::support::piloted::{make, migrated};

/// The lane of the pilot.
const LANE: &str = "A-backend";
const START: [&str; 7] = ["pilot", "start", "--lane", LANE, "--person", "R. Lead", "--despite-findings"];
const SYNC: [&str; 3] = ["pilot", "sync", "--write-legacy"];
const BACK: [&str; 4] = ["pilot", "rollback", "--reason", "a drill"];
const CUTOVER: [&str; 6] = ["pilot", "cutover", "--all-lanes", "--person", "R. Lead", "--despite-findings"];

fn holder(project: &Project, lane: &str) -> String {
    let status = project.json(&["pilot", "status"]);
    let lanes = status["lanes"].as_array().unwrap();
    lanes.iter().find(|one| one["lane"] == lane).unwrap()["holder"].as_str().unwrap().to_owned()
}

/// A pilot that has begun.
fn started() -> Project {
    let project = migrated();
    assert_eq!(project.json(&START)["done"], true);
    project
}

#[test]
fn a_lane_moves_and_the_others_stay() {
    let project = migrated();
    let would = project.json(&[&START[..], &["--dry-run"]].concat());
    assert_eq!((&would["done"], &would["backup"]), (&false.into(), &Value::Null));
    assert_eq!(holder(&project, LANE), "legacy");
    let done = project.json(&START);
    let kept = project.root().join(".fairway/pilots").join(done["pilot"].as_str().unwrap());
    for file in ["state.db", "queue.db", "Agent_Work_Queue.yaml"] {
        assert!(kept.join(file).exists(), "{file}");
    }
    assert_eq!(project.json(&START)["already"], true);
    assert_eq!(
        (holder(&project, LANE), holder(&project, "B-ui")),
        ("fairway".to_owned(), "legacy".to_owned())
    );
    let theirs = project.run(&["claim", "B-WEB-BILLING-PAGE", "--as", "B-ui", "--skip-preflight"]);
    assert_eq!(theirs.code, 6, "{}", theirs.stderr);
    // Tracks belong to no task, and are the scripts' as long as any lane is.
    let track = ["checkpoint", "record", "release", "--state", "active", "--summary", "s", "--owner", LANE];
    assert_eq!(project.run(&track).code, 6);

    let mut work = Work::begin(&project);
    work.go_on(&project, 14);
    let only_in = project.json(&["pilot", "sync"]);
    assert_eq!(
        (&only_in["pending"], &only_in["equal"], &only_in["told"]),
        (&7.into(), &false.into(), &Value::Array(vec![]))
    );
    let synced = project.json(&SYNC);
    assert_eq!((&synced["pending"], &synced["equal"]), (&0.into(), &true.into()), "{synced}");
    assert_eq!(synced["told"].as_array().unwrap().len(), 7);
    assert_equal(&project, "after the sync");
    let again = project.json(&SYNC);
    assert_eq!(
        (&again["told"], &again["brought"]),
        (&Value::Array(vec![]), &0.into()),
        "nothing is told twice"
    );
    project.ok(&["db", "check"]);
    let status = project.json(&["pilot", "status"]);
    assert_eq!(status["pilot"]["pilots"][0]["person"], "R. Lead");
    assert_eq!(
        (&status["behind"], &status["pilot"]["pending"]),
        (&Value::Array(vec![]), &0.into()),
        "{status}"
    );
    assert!(project.ok(&["pilot", "report"]).contains(&format!("| {LANE} | R. Lead |")));
}

/// Runs a call again and again, killed a little later each time, until one has come to its end by itself. Answers how many
/// were killed.
fn killed_at_every_step(project: &Project, words: &[&str], steps: u32) -> usize {
    let mut killed = 0;
    for step in 0..steps {
        let mut call = project.fairway(&project.root());
        let mut call = call.args(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(20 + u64::from(step) * 1500 / u64::from(steps)));
        if call.try_wait().unwrap().is_some() {
            break;
        }
        call.kill().unwrap();
        call.wait().unwrap();
        killed += 1;
    }
    killed
}

/// The whole drill: so many operations, and so many kills of each step.
fn drill(operations: usize, kills: u32) -> String {
    let begun = Instant::now();
    let project = migrated();
    let mut killed = killed_at_every_step(&project, &START, kills);
    project.ok(&START);
    assert_eq!(holder(&project, LANE), "fairway");
    assert_equal(&project, "after the start");

    let before = count(&project, "evidence");
    let mut work = Work::begin(&project);
    let part = operations / 4;
    work.go_on(&project, part);
    killed += killed_at_every_step(&project, &SYNC, kills);
    let synced = project.json(&SYNC);
    assert_eq!(synced["equal"], true, "{synced}");
    assert_equal(&project, "after the sync");

    work.go_on(&project, part);
    killed += killed_at_every_step(&project, &BACK, kills);
    if holder(&project, LANE) != "legacy" {
        project.ok(&BACK);
    }
    assert_equal(&project, "after the rollback");
    project.ok(&["db", "check"]);
    // The scripts go on in the lane where Fairway stopped.
    work.finish_one_of_theirs(&project, LANE);

    project.ok(&START);
    assert_equal(&project, "after the second start");
    work.go_on(&project, part);
    assert_eq!(project.json(&SYNC)["equal"], true);
    work.go_on(&project, operations - 3 * part);
    killed += killed_at_every_step(&project, &CUTOVER, kills);
    project.ok(&CUTOVER);
    for lane in [LANE, "B-ui", "C-ops", "D-arch", "E-governance"] {
        assert_eq!(holder(&project, lane), "fairway");
    }
    assert_equal(&project, "after the cut-over");
    project.ok(&["db", "check"]);
    let evidence = count(&project, "evidence");
    assert_eq!(evidence.0, evidence.1);
    assert_eq!(
        usize::try_from(evidence.1 - before.1).unwrap(),
        work.evidence(),
        "every operation is there, once"
    );
    format!(
        "{} operations of Fairway's and {} of the scripts', {killed} calls killed, {} s",
        work.done[0],
        work.done_elsewhere(),
        begun.elapsed().as_secs()
    )
}

#[test]
fn a_short_drill() {
    println!("{}", drill(32, 3));
}

/// `make soak-pilot`: minutes.
#[test]
#[ignore = "minutes"]
fn the_whole_drill() {
    println!("{}", drill(200, 12));
}
