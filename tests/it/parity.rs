//! The harness through the real binary: it notices a changed line of the reference, and it says what it cannot run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Answer, Project, legacy_copy};

/// A copy of the reference in which one line of its store was changed.
fn changed(project: &Project, from: &str, to: &str) -> PathBuf {
    let copy = project.root().join("changed");
    let status = Command::new("cp").arg("-a").arg(legacy_copy::standard()).arg(&copy).status().unwrap();
    assert!(status.success());
    let script = copy.join("scripts/ops/agent_queue_store.rb");
    let text = std::fs::read_to_string(&script).unwrap();
    assert_eq!(text.matches(from).count(), 1, "the line to change is there, once");
    std::fs::write(&script, text.replace(from, to)).unwrap();
    copy
}

fn run(project: &Project, reference: &Path, scenario: &str) -> Answer {
    let reference = reference.display().to_string();
    project.run(&["parity", "run", "--reference", &reference, "--scenario", scenario, "--out", "out"])
}

fn result(project: &Project) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(project.root().join("out/result.json")).unwrap()).unwrap()
}

/// Behaviours whose script has no target in the legacy Makefile.
const WITHOUT_TARGET: [&str; 1] = ["postgres-compat"];

#[test]
fn one_scenario_of_each_behaviour_matches_through_make() {
    let project = Project::repository();
    let answer = run(&project, &legacy_copy::standard(), "*make*");
    assert_eq!(answer.code, 0, "{answer}");
    let result = result(&project);
    // The scripts' loss of comments is waived by design (decision 0015).
    for behaviour in result["behaviours"].as_array().unwrap() {
        let expected = if behaviour["name"] == "sync-yaml" { "waived" } else { "matched" };
        assert_eq!(behaviour["verdict"], expected, "{behaviour}");
    }
    assert_eq!(result["original_untouched"], true);
    let mut names: Vec<_> = result["behaviours"]
        .as_array()
        .unwrap()
        .iter()
        .map(|behaviour| behaviour["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/scenarios");
    let mut behaviours: Vec<String> = std::fs::read_dir(scenarios)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !WITHOUT_TARGET.contains(&name.as_str()))
        .collect();
    behaviours.sort_unstable();
    assert_eq!(names, behaviours);
}

#[test]
fn a_flipped_sort_of_the_reference_is_a_mismatch_with_its_diff() {
    let project = Project::repository();
    let copy = changed(
        &project,
        "ORDER BY t.priority IS NULL, t.priority,",
        "ORDER BY t.priority IS NULL, t.priority DESC,",
    );
    let answer = run(&project, &copy, "ready-order/standard-all-roles");
    assert_eq!(answer.code, 5, "{answer}");
    assert!(answer.stdout.contains("ready-order/standard-all-roles: mismatched"), "{answer}");
    assert!(answer.stdout.contains("step 1 · answer · /tasks/0/id"), "{answer}");
    assert!(answer.stdout.contains("\n  -") && answer.stdout.contains("\n  +"), "a diff: {answer}");
    let result = result(&project);
    assert_eq!(result["counts"]["mismatched"], 1);
    // A list in another order differs in nearly every place. The report shows some and counts the rest.
    let differences = result["scenarios"][0]["differences"].as_array().unwrap();
    let places =
        differences.iter().filter(|one| one["place"].as_str().unwrap().starts_with("step 1 · ")).count();
    assert!(places > 50, "{places}");
    assert!(answer.stdout.contains(&format!("and {} more places", places - 10)), "{answer}");
    assert_eq!(answer.stdout.matches("\n  step 1 · ").count(), 10, "{answer}");
}

#[test]
fn a_dropped_evidence_check_of_the_reference_is_a_mismatch_of_outcome_and_state() {
    let project = Project::repository();
    let copy = changed(&project, "unless proven?(task['id'])", "unless true");
    let answer = run(&project, &copy, "transitions/done-needs-evidence");
    assert_eq!(answer.code, 5, "{answer}");
    for part in [
        "transitions/done-needs-evidence: mismatched",
        // The scenario says what it needs of the reference; that it did not get it is said beside the difference.
        "step 1 (set-status): the scenario expects `evidence-missing` of the reference, which gave ok",
        "step 1 · outcome",
        "step 1 · state · tasks[A-ONE]",
        "\n  -  \"outcome\": \"ok\"",
        "\n  +  \"outcome\": \"refused\"",
    ] {
        assert!(answer.stdout.contains(part), "{part} is missing in\n{answer}");
    }
    assert_eq!(result(&project)["scenarios"][0]["unmet_guards"][0]["step"], 1);
}

#[test]
fn what_cannot_run_is_said_with_its_remedy() {
    let project = Project::repository();
    let answer = project.run(&["parity", "run"]);
    assert_eq!((answer.code, answer.stderr.contains("build-copy.sh")), (1, true), "{answer}");
    std::fs::create_dir(project.root().join("empty")).unwrap();
    let answer = project.run(&["parity", "doctor", "--reference", "empty"]);
    assert_eq!(answer.code, 2, "{answer}");
    assert!(answer.stdout.contains("MISSING gpuaas     scripts/ops/agent_queue.sh"), "{answer}");
    let standard = legacy_copy::standard().display().to_string();
    let answer = project.run(&["parity", "run", "--reference", &standard, "--behaviour", "clam"]);
    assert_eq!((answer.code, answer.stderr.contains("claim")), (2, true), "{answer}");
}
