//! A second queue, in shell and JSON lines, compared through the files of its project alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Answer, Project};

/// A copy of the print shop's repository.
fn print_shop(project: &Project) -> PathBuf {
    let copy = project.root().join("print-shop");
    let build = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/minimal/build-copy.sh");
    let status = Command::new(build).arg(&copy).status().unwrap();
    assert!(status.success());
    copy
}

fn compare(project: &Project, copy: &Path) -> Answer {
    project.run_in(copy, &["parity", "run", "--reference", ".", "--adapter", "minimal", "--out", "../out"])
}

fn result(project: &Project) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(project.root().join("out/result.json")).unwrap()).unwrap()
}

#[test]
fn another_queue_is_compared_through_its_files_alone() {
    let project = Project::repository();
    let copy = print_shop(&project);
    let answer = compare(&project, &copy);
    assert_eq!(answer.code, 0, "{answer}");
    let result = result(&project);
    let scenarios = std::fs::read_dir(copy.join(".fairway/parity/scenarios/desk")).unwrap().count();
    assert_eq!(result["counts"]["matched"], scenarios, "{answer}");
    assert_eq!(result["behaviours"].as_array().unwrap().len(), 1, "only those that its adapter names");
    assert_eq!(result["original_untouched"], true);
}

#[test]
fn a_planted_difference_in_it_is_found() {
    for (from, to, place) in [
        // Another order, another row, another outcome.
        ("\"rank\") + 0 < text", "\"rank\") + 0 > text", "answer · /tasks/0/id"),
        ("reason[key] = \"\"\n", "reason[key] = why\n", "state · tasks[ink-1].blocked_reason"),
        ("if (state[key] == \"doing\")", "if (state[key] == \"never\")", "outcome"),
    ] {
        let project = Project::repository();
        let copy = print_shop(&project);
        let rules = copy.join("q.awk");
        let text = std::fs::read_to_string(&rules).unwrap();
        assert_eq!(text.matches(from).count(), 1, "the line to change is there, once: {from}");
        std::fs::write(&rules, text.replace(from, to)).unwrap();
        let answer = compare(&project, &copy);
        assert_eq!(answer.code, 5, "{from}: {answer}");
        assert!(answer.stdout.contains(place), "{place} is missing in\n{answer}");
    }
}
