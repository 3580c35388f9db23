//! The legacy scripts compared with themselves: everything has to match, and the scenarios have to reach what
//! they are about.

use std::path::PathBuf;
use std::time::Duration;

use fairway_parity::report::{doctor_lines, run_report};
use fairway_parity::{Library, RunRequest, Verdict, doctor, run};

use crate::copy;

fn request(out: PathBuf) -> RunRequest {
    RunRequest {
        run_id: "test".into(),
        reference_dir: copy::standard(),
        reference: "gpuaas".into(),
        candidate: "gpuaas".into(),
        program: None,
        behaviours: Vec::new(),
        scenario: None,
        seed: 1,
        once: false,
        jobs: 2,
        out,
        keep: false,
        timeout: Duration::from_mins(1),
        replay: false,
        config: None,
        keeper: Some(env!("CARGO_BIN_EXE_fairway-keeper").into()),
    }
}

#[test]
fn the_scripts_match_themselves() {
    let out = tempfile::tempdir().unwrap();
    let library = Library::load(None).unwrap();
    // One behaviour stands for all: it has every start, worktrees, make and each kind of refusal.
    let claims = RunRequest { behaviours: vec!["claim".into()], ..request(out.path().into()) };
    let result = run(&claims, &library, &()).unwrap_or_else(|error| panic!("{error}"));
    let report = run_report(&result);
    assert_eq!(result.verdict, Verdict::Matched, "{report}");
    let of_claim = library.scenarios.iter().filter(|scenario| scenario.behaviour == "claim").count();
    assert_eq!(result.counts.matched, of_claim, "{report}");
    assert!(result.original_untouched);
    assert_eq!(result.reference, result.candidate);
    let text = std::fs::read_to_string(out.path().join("result.json")).unwrap();
    let written: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["verdict"], "matched");
    assert_eq!(written["behaviours"].as_array().unwrap().len(), result.behaviours.len());
    for side in ["reference-1", "reference-2", "candidate-1", "candidate-2"] {
        for file in ["setup-1.stdout", "start.json"] {
            assert!(
                out.path().join(format!("raw/claim/open-dependencies/{side}/{file}")).exists(),
                "{side}/{file}"
            );
        }
        let step = out.path().join(format!("raw/claim/open-dependencies/{side}/03.json"));
        let step: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(step).unwrap()).unwrap();
        // make takes the dollar sign for itself, so the adapter doubles it.
        assert_eq!(step["changes"]["history"]["1"]["added"]["reason"], "costs $5");
    }
}

#[test]
fn a_single_scenario_can_be_asked_for() {
    let out = tempfile::tempdir().unwrap();
    let library = Library::load(None).unwrap();
    let one = RunRequest { scenario: Some("claim/todo-*".into()), ..request(out.path().into()) };
    let result = run(&one, &library, &()).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<_> = result.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names, ["todo-task"]);
    let none = RunRequest { behaviours: vec!["clam".into()], ..one };
    assert!(run(&none, &library, &()).unwrap_err().to_string().contains("claim"));
}

#[test]
fn the_doctor_finds_everything_or_says_how_to_get_it() {
    let library = Library::load(None).unwrap();
    let (reference, candidate) = (library.adapter("gpuaas").unwrap(), library.adapter("fairway").unwrap());
    let empty = tempfile::tempdir().unwrap();
    let sick = doctor(empty.path(), reference, candidate, None);
    let missing = sick.missing();
    for part in ["agent_queue_store.rb", "agent_queue.db", "program under test", "copy the whole checkout"] {
        assert!(missing.contains(part), "{part} is missing in\n{missing}");
    }
    let sound = doctor(&copy::standard(), reference, reference, None);
    assert!(sound.is_sound(), "{}", doctor_lines(&sound));
}
