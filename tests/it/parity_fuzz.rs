//! Fuzzing through the real binary, against the real scripts and against scripts with a fault in them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Answer, Project, legacy_copy};

fn fuzz(project: &Project, reference: &Path, more: &[&str]) -> (Answer, Value) {
    let reference = reference.display().to_string();
    let words = ["parity", "fuzz", "--reference", &reference, "--out", "out", "--json"];
    let answer = project.run(&[&words, more].concat());
    let envelope: Value = serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{answer}"));
    (answer, envelope["data"].clone())
}

#[test]
fn fifty_cases_find_nothing_and_are_not_played_again() {
    let project = Project::repository();
    let (answer, data) = fuzz(&project, &legacy_copy::standard(), &["--cases", "50", "--seed", "1"]);
    assert_eq!(answer.code, 0, "{data:#}");
    assert_eq!((&data["cases"], &data["finds"]), (&50.into(), &Value::Array(Vec::new())));
    assert!(data["discarded"].as_u64().unwrap() <= 5, "{data:#}");
    assert!(data["hits"]["claim"]["ok"].as_u64().unwrap() > 5, "{data:#}");
    assert!(data["hits"]["set-status"]["evidence-missing"].as_u64().unwrap() > 0, "{data:#}");
    assert_eq!(data["original_untouched"], true);
    // Asked again, nothing is left to play and what was found is told once more.
    let (answer, again) = fuzz(&project, &legacy_copy::standard(), &["--cases", "50", "--seed", "1"]);
    assert_eq!(answer.code, 0);
    assert_eq!(again["hits"], data["hits"]);
    let words = ["--cases", "50", "--seed", "2"];
    let other = legacy_copy::standard().display().to_string();
    let refused =
        project.run(&[&["parity", "fuzz", "--reference", &other, "--out", "out"], &words[..]].concat());
    assert_eq!(refused.code, 1, "{refused}");
    assert!(refused.stderr.contains("seed 1"), "{refused}");
}

/// The guard that a task is not done without evidence is taken out of a copy of the scripts.
#[test]
fn a_dropped_guard_is_found_and_made_small() {
    let project = Project::repository();
    let copy = project.root().join("changed");
    let status = Command::new("cp").arg("-a").arg(legacy_copy::standard()).arg(&copy).status().unwrap();
    assert!(status.success());
    let script = copy.join("scripts/ops/agent_queue_store.rb");
    let text = std::fs::read_to_string(&script).unwrap();
    let changed = text.replace("unless proven?(task['id'])", "unless true");
    assert_ne!(changed, text, "the line to change is there");
    std::fs::write(&script, changed).unwrap();
    let (answer, data) =
        fuzz(&project, &copy, &["--cases", "2", "--seed", "5", "--behaviour", "transitions"]);
    assert_eq!(answer.code, 5, "{data:#}");
    let find = &data["finds"][0];
    assert!(find["steps"][1].as_u64().unwrap() <= 2, "{find:#}");
    let file = project.root().join("out/finds/transitions");
    let file = std::fs::read_dir(file).unwrap().next().unwrap().unwrap().path();
    let scenario = std::fs::read_to_string(&file).unwrap();
    assert!(scenario.contains("operation = \"set-status\""), "{scenario}");

    // What was found is a scenario like any other.
    let corpus = project.root().join(".fairway/parity/scenarios/transitions");
    std::fs::create_dir_all(&corpus).unwrap();
    std::fs::copy(&file, corpus.join("found.toml")).unwrap();
    let reference = copy.display().to_string();
    let run = ["parity", "run", "--scenario", "transitions/found", "--out", "run", "--reference"];
    assert_eq!(project.run(&[&run[..], &[reference.as_str()]].concat()).code, 5);
    let sound = legacy_copy::standard().display().to_string();
    let matched = project.run(&[&run[..], &[sound.as_str()]].concat());
    assert_ne!(matched.code, 0, "it expects of the reference what only the changed one gives: {matched}");
}

#[test]
fn a_case_is_printed_without_a_reference_being_run() {
    let project = Project::repository();
    let reference = legacy_copy::standard().display().to_string();
    let words = ["parity", "fuzz", "--reference", &reference, "--seed", "1", "--print", "5"];
    let (one, two) = (project.ok(&words), project.ok(&words));
    assert_eq!(one, two);
    assert!(one.contains("start = \"definitions\""), "{one}");
}
