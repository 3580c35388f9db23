//! A line of the oracle is changed by hand on one side. The harness has to notice, and say where.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fairway_parity::report::{RunResult, run_report};
use fairway_parity::{Library, RunRequest, Verdict, run};

use crate::copy;

/// Compares the scripts with themselves after `sed` changed the candidate's.
fn mutant(change: &str, scenario: &str) -> RunResult {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters/gpuaas.toml");
    let text = fs::read_to_string(shipped).unwrap();
    let setup = format!("[[setup]]\nargv = ['sed', '-i', '{change}', 'scripts/ops/agent_queue_store.rb']\n");
    let text = text.replace("name = \"gpuaas\"", "name = \"mutant\"") + &setup;
    let adapters = folder.path().join(".fairway/parity/adapters");
    fs::create_dir_all(&adapters).unwrap();
    fs::write(adapters.join("mutant.toml"), text).unwrap();
    let library = Library::load(Some(folder.path())).unwrap_or_else(|error| panic!("{error}"));
    let request = RunRequest {
        run_id: "test".into(),
        reference_dir: copy::standard(),
        reference: "gpuaas".into(),
        candidate: "mutant".into(),
        program: None,
        behaviours: Vec::new(),
        scenario: Some(scenario.into()),
        seed: 1,
        once: false,
        jobs: 1,
        out: folder.path().join("out"),
        keep: false,
        timeout: Duration::from_mins(1),
        replay: false,
        config: None,
        keeper: Some(env!("CARGO_BIN_EXE_fairway-keeper").into()),
    };
    run(&request, &library, &()).unwrap_or_else(|error| panic!("{error}"))
}

fn places(result: &RunResult) -> Vec<String> {
    result.scenarios[0].differences.iter().map(|found| found.place.to_string()).collect()
}

#[test]
fn a_flipped_sort_is_noticed() {
    let change = "s/ORDER BY t.priority IS NULL, t.priority,/ORDER BY t.priority IS NULL, t.priority DESC,/";
    let result = mutant(change, "ready-order/unset-sorts-last");
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    assert!(places(&result).contains(&"step 1 · answer · /tasks/0/id".to_owned()), "{:?}", places(&result));
}

#[test]
fn a_dropped_check_is_noticed() {
    let result = mutant("/unmet << .no evidence/d", "transitions/done-needs-evidence");
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    let places = places(&result);
    assert_eq!(places[0], "step 1 · outcome");
    assert!(places.contains(&"step 1 · state · tasks[A-ONE]".to_owned()), "{places:?}");
}

#[test]
fn a_silent_change_of_the_state_is_noticed() {
    // The answer stays the same; only the row in the store differs.
    let change = "s/\\[owner, claimant, branch, now, now, id/[owner, owner, branch, now, now, id/";
    let result = mutant(change, "claim/open-dependencies");
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    assert_eq!(places(&result), ["step 3 · state · tasks[A-ONE].claimant"]);
}
