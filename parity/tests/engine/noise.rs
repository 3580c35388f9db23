//! Each side is run twice and held against itself before the two are compared.

use std::collections::BTreeSet;

use fairway_parity::report::{Between, RunResult, run_report};
use fairway_parity::{RunRequest, Verdict};

use crate::made_up::{Pair, READY, adapter};

const WAVERS: &str = "date +%s%N";

fn places(result: &RunResult) -> Vec<String> {
    result.scenarios[0].differences.iter().map(|found| found.place.to_string()).collect()
}

#[test]
fn a_reference_that_disagrees_with_itself_proves_nothing_whatever_is_waived() {
    let pair = Pair::new(WAVERS, WAVERS, READY);
    pair.write(
        "waivers.toml",
        "[[waivers]]\nid = \"title\"\nbehaviour = \"tiny\"\nscenario = \"ready\"\n\
         channel = \"answer\"\nplace = \"step 1 · answer · /tasks/0/title\"\ndiffers = \"any\"\nreason = \"any\"\nkind = \"by-design\"\ndecision = \"0004-process-level-comparison.md\"\n",
    );
    let result = pair.run();
    assert_eq!(result.verdict, Verdict::Unstable, "{}", run_report(&result));
    assert_eq!(result.verdict.exit_code(), 5);
    assert_eq!(result.scenarios[0].between, Between::Reference);
    assert_eq!(places(&result)[0], "step 1 · answer · /tasks/0/title");
    let report = run_report(&result);
    for part in ["the reference disagrees with itself", "--- reference-1", "+++ reference-2"] {
        assert!(report.contains(part), "{part} is missing in\n{report}");
    }
}

/// Two runs can only tell each other apart by what they leave outside of their sandboxes.
fn unkept(request: RunRequest) -> RunRequest {
    RunRequest { keeper: None, ..request }
}

#[test]
fn a_candidate_that_disagrees_with_itself_is_wrong_once() {
    // The first of its two runs says what the reference says.
    let pair = Pair::new("echo same", "echo same", READY);
    let count = pair.folder.path().join("count").display().to_string();
    let title = format!("if mkdir {count} 2>/dev/null; then echo same; else echo other; fi");
    pair.write("adapters/two.toml", &adapter("two", &title));
    let result = pair.run_as(unkept);
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    assert_eq!(result.scenarios[0].between, Between::Candidate);
    assert!(run_report(&result).contains("the candidate disagrees with itself"), "{}", run_report(&result));
}

#[test]
fn exit_codes_are_each_sides_own_but_have_to_be_the_same_twice() {
    let pair = Pair::new("echo same", "echo same", READY);
    let exits = |code: &str| {
        adapter("two", "echo same")
            .replace("exit = [0]", "exit = [0, 3, 4]")
            .replace("./queue.sh ready \"$(echo same)\"", &format!("./queue.sh ready same; exit {code}"))
    };
    pair.write("adapters/two.toml", &exits("3"));
    let result = pair.run();
    assert_eq!(result.verdict, Verdict::Matched, "{}", run_report(&result));
    let once = pair.folder.path().join("once").display().to_string();
    pair.write("adapters/two.toml", &exits(&format!("$(mkdir {once} 2>/dev/null && echo 3 || echo 4)")));
    let result = pair.run_as(unkept);
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    assert_eq!(places(&result), ["step 1 · ending"]);
}

#[test]
fn one_round_does_not_measure_noise_and_says_so() {
    let once = |request: RunRequest| RunRequest { once: true, ..request };
    let pair = Pair::new("echo same", "echo same", READY);
    let result = pair.run_as(once);
    assert_eq!(result.verdict, Verdict::Matched, "{}", run_report(&result));
    assert_eq!((result.rounds, result.scenarios[0].runs.len()), (1, 2));
    assert!(run_report(&result).contains("nobody knows whether it agrees with itself"));
    assert!(!pair.folder.path().join("out/raw/tiny/ready/reference-2").exists());
}

#[test]
fn the_seed_is_named_and_brings_the_order_back() {
    let pair = Pair::new("echo same", "echo same", READY);
    let with = |seed| pair.run_as(|request| RunRequest { seed, ..request });
    let orders: Vec<_> = (1..=4).map(|seed| with(seed).scenarios[0].runs.clone()).collect();
    assert!(orders.iter().collect::<BTreeSet<_>>().len() > 1, "{orders:?}");
    let again = with(3);
    assert_eq!((again.seed, &again.scenarios[0].runs), (3, &orders[2]));
    assert!(run_report(&again).contains("--seed 3"), "{}", run_report(&again));
    let written = std::fs::read_to_string(pair.folder.path().join("out/result.json")).unwrap();
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["scenarios"][0]["runs"].as_array().unwrap().len(), 4);
    assert_eq!(written["seed"], 3);
    assert!(written["bytes"]["compared"].as_u64().unwrap() > 0, "{}", written["bytes"]);
}
