//! Goldens through the real binary: recorded, reviewed, replayed without the reference's interpreter, and held against
//! a reference that changed.

use std::process::Command;

use crate::support::{MadeUp, Project, legacy_copy};

const GOLDEN: &str = "golden/old/tiny/ready.json";
const PENDING: &str = "golden/old/tiny/ready.json.pending";

#[test]
fn a_recording_waits_until_it_is_accepted_and_a_second_one_changes_nothing() {
    let made = MadeUp::new();
    let recorded = made.parity(&["record"]);
    assert_eq!(recorded.code, 0, "{recorded}");
    assert!(recorded.stdout.contains("tiny/ready: new"), "{recorded}");
    assert!(made.has(PENDING) && !made.has(GOLDEN));
    let listed = made.project.json(&["parity", "review", "--list"]);
    assert_eq!(listed["goldens"][0]["state"], "pending");
    assert_eq!(listed["goldens"][0]["new"], true);
    let nobody = made.project.run(&["parity", "review"]);
    assert_eq!(nobody.code, 1, "{nobody}");
    assert!(nobody.stderr.contains("--accept-all or --reject-all"), "{nobody}");
    made.project.ok(&["parity", "review", "--accept-all"]);
    assert!(!made.has(PENDING) && made.has(GOLDEN));
    let accepted = made.text(GOLDEN);
    let golden: serde_json::Value = serde_json::from_str(&accepted).unwrap();
    for of in ["adapter", "scenario", "reference"] {
        assert_eq!(golden["made_of"][of].as_str().unwrap().len(), 64, "the digest of the {of}");
    }
    assert_eq!(golden["steps"][0]["answer"]["tasks"][0]["title"], "same");
    let again = made.parity(&["record"]);
    assert!(again.stdout.contains("recorded `old`: 1 as accepted in"), "{again}");
    assert!(!made.has(PENDING));
    assert_eq!(made.text(GOLDEN), accepted);
    assert_eq!(made.project.ok(&["parity", "review"]), "(nothing waits for a review)\n");
}

#[test]
fn a_replay_needs_no_interpreter_and_says_that_it_is_one() {
    let made = MadeUp::new();
    made.accept();
    let live = made.without_interpreter(&["run"]);
    assert_eq!(live.code, 2, "{live}");
    assert!(live.stderr.contains("apt-get install old-ruby"), "{live}");
    let doctor = made.without_interpreter(&["doctor"]);
    assert_eq!((doctor.code, doctor.stdout.contains("MISSING old")), (2, true), "{doctor}");
    let doctor = made.without_interpreter(&["doctor", "--replay"]);
    assert_eq!((doctor.code, doctor.stdout.contains("old-ruby")), (0, false), "{doctor}");
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert_eq!(replay.code, 0, "{replay}");
    assert!(replay.stdout.starts_with("REPLAY: `old` was not run"), "{replay}");
    assert!(replay.stdout.contains("goldens replayed instead of the reference: 1"), "{replay}");
    assert_eq!(made.result()["mode"], "replay");
    assert_eq!(made.result()["verdict"], "matched");
    // A candidate that differs from the golden differs.
    made.candidate("[\"sh\", \"-c\", \"TITLE=other; . ./queue.sh\"]");
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert_eq!(replay.code, 5, "{replay}");
    assert!(replay.stdout.contains("step 1 · answer · /tasks/0/title: \"same\" -> \"other\""), "{replay}");
}

#[test]
fn a_golden_that_is_missing_or_of_another_scenario_is_an_error_with_its_remedy() {
    let made = MadeUp::new();
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert_eq!(replay.code, 2, "{replay}");
    let remedy = "there is no golden of tiny/ready for the adapter `old`; record it where the reference can run: \
                  `fairway parity record --behaviour tiny --scenario ready`";
    assert!(replay.stdout.contains(remedy), "{replay}");
    made.parity(&["record"]);
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert!(replay.stdout.contains("a recording waits: `fairway parity review`"), "{replay}");
    made.project.ok(&["parity", "review", "--accept-all"]);
    let reworded = MadeUp::usual().replace("one task", "a single task");
    made.scenario("ready", &format!("# Better words.\n{reworded}"));
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert_eq!(replay.code, 0, "other words need no other golden: {replay}");
    made.scenario(
        "ready",
        &MadeUp::usual().replace("[[steps]]", "now = \"2026-01-01T00:00:00Z\"\n[[steps]]"),
    );
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert_eq!(replay.code, 2, "{replay}");
    assert!(replay.stdout.contains("recorded of another version of the scenario"), "{replay}");
    let path = made.project.root().join(".fairway/parity").join(GOLDEN);
    std::fs::write(path, "{\n  \"schema\": 3\n}\n").unwrap();
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert!(replay.stdout.contains("ready.json:2:13: "), "{replay}");
}

#[test]
fn a_reference_that_drifts_is_told_from_a_candidate_that_differs() {
    let made = MadeUp::new();
    made.accept();
    let before = made.text(GOLDEN);
    let live = made.parity(&["run"]);
    assert_eq!((live.code, live.stdout.contains("drift")), (0, false), "{live}");
    assert!(live.stdout.contains("goldens held against the reference: 1"), "{live}");
    made.title("changed");
    let live = made.parity(&["run"]);
    assert_eq!(live.code, 0, "both sides changed alike: {live}");
    assert!(
        live.stdout.contains("reference drift: `old` is not what its accepted goldens say, in 1 of 1"),
        "{live}"
    );
    assert!(live.stdout.contains("step 1 · answer · /tasks/0/title: \"same\" -> \"changed\""), "{live}");
    let result = made.result();
    assert_eq!((&result["verdict"], &result["mode"]), (&"matched".into(), &"live".into()));
    assert_eq!(result["drift"][0]["differences"][0]["reference"], "same");
    assert!(
        result["drift"][0]["diffs"][0]["diff"].as_str().unwrap().starts_with("--- golden\n+++ reference\n")
    );
    assert_eq!(made.parity(&["run", "--fail-on-drift"]).code, 5);
    let recorded = made.parity(&["record"]);
    assert!(recorded.stdout.contains("tiny/ready: changed"), "{recorded}");
    made.project.ok(&["parity", "review", "--reject-all"]);
    assert_eq!((made.text(GOLDEN), made.has(PENDING)), (before, false));
    made.accept();
    assert_eq!(made.parity(&["run", "--fail-on-drift"]).code, 0);
}

#[test]
fn a_golden_of_another_copys_queue_is_neither_replayed_nor_called_drift() {
    let made = MadeUp::new();
    made.accept();
    made.insert("INSERT INTO checkpoints (id, at) VALUES (1, '2026-01-01T00:00:00Z')");
    let replay = made.without_interpreter(&["run", "--replay"]);
    assert_eq!(replay.code, 2, "{replay}");
    assert!(replay.stdout.contains("begins with another queue than this copy has"), "{replay}");
    let live = made.parity(&["run", "--fail-on-drift"]);
    assert_eq!(live.code, 0, "{live}");
    assert!(
        live.stdout.contains("goldens held against the reference: 0, 1 of another copy's queue"),
        "{live}"
    );
}

#[test]
fn a_reference_that_disagrees_with_itself_is_not_recorded() {
    let made = MadeUp::new();
    let adapter = made.text("adapters/old.toml");
    let noisy =
        adapter.replace("\"queue.sh\"]\n[[op", "\"-c\", \"TITLE=$(date +%s%N); . ./queue.sh\"]\n[[op");
    assert_ne!(noisy, adapter);
    made.data("adapters/old.toml", &noisy);
    let recorded = made.parity(&["record"]);
    assert_eq!(recorded.code, 5, "{recorded}");
    assert!(recorded.stdout.contains("tiny/ready: unstable"), "{recorded}");
    assert!(recorded.stdout.contains("  step 1 · answer · /tasks/0/title"), "{recorded}");
    assert!(!made.has("golden"));
}

#[test]
fn goldens_that_say_the_same_get_new_digests_without_a_review_and_starts_are_tidied() {
    let made = MadeUp::new();
    made.accept();
    let golden = |made: &MadeUp| serde_json::from_str::<serde_json::Value>(&made.text(GOLDEN)).unwrap();
    let before = golden(&made);
    made.data("adapters/old.toml", &format!("{}\n# reworded\n", made.text("adapters/old.toml")));
    let recorded = made.parity(&["record"]);
    assert!(recorded.stdout.contains("1 as accepted, with new digests"), "{recorded}");
    let after = golden(&made);
    assert_ne!(before["made_of"], after["made_of"]);
    assert_eq!(before["steps"], after["steps"]);
    let start = before["start"].as_str().unwrap();
    assert!(made.has(&format!("golden/old/_starts/{}.json", &start[..16])));
    made.data("golden/old/_starts/0000000000000000.json", "{}\n");
    made.project.ok(&["parity", "review"]);
    assert!(!made.has("golden/old/_starts/0000000000000000.json"), "no golden names it");
    assert!(made.has(&format!("golden/old/_starts/{}.json", &start[..16])));
}

#[test]
fn on_a_terminal_each_recording_is_shown_and_asked_about() {
    let made = MadeUp::new();
    for name in ["a", "b", "c"] {
        made.scenario(name, MadeUp::usual());
    }
    made.accept();
    made.title("changed");
    made.parity(&["record"]);
    let review = format!("{} parity review", env!("CARGO_BIN_EXE_fairway"));
    let mut script = made.project.command("script", &made.project.root());
    let typed =
        Command::new("printf").arg("a\\nwhat\\nr\\ns\\nq\\n").stdout(std::process::Stdio::piped()).spawn();
    let output =
        script.args(["-qec", &review, "/dev/null"]).stdin(typed.unwrap().stdout.unwrap()).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{shown}");
    for part in [
        "1 of 4: tiny/a (old), changed",
        "\"title\": \"changed\"",
        "[a = accept, r = reject, s = skip, q = quit]",
    ] {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
    let waits = |name: &str| made.has(&format!("golden/old/tiny/{name}.json.pending"));
    let title = |name: &str| {
        let golden = made.text(&format!("golden/old/tiny/{name}.json"));
        golden.contains("\"title\": \"changed\"")
    };
    assert_eq!((waits("a"), title("a")), (false, true), "accepted");
    assert_eq!((waits("b"), title("b")), (false, false), "rejected");
    assert_eq!((waits("c"), title("c")), (true, false), "skipped");
    assert!(waits("ready"), "the rest was left when it was quit");
}

#[test]
fn every_mismatch_becomes_a_task_once() {
    let made = MadeUp::new();
    made.candidate("[\"sh\", \"-c\", \"TITLE=other; . ./queue.sh\"]");
    let missing = made.parity(&["run", "--record-tasks"]);
    assert_eq!((missing.code, missing.stderr.contains("no role acts here")), (1, true), "{missing}");
    let first = made.parity(&["run", "--record-tasks", "--tasks-role", "api"]);
    assert_eq!(first.code, 5, "{first}");
    assert!(first.stdout.contains("mismatches as tasks: 1 recorded, 0 known"), "{first}");
    let line = first.stdout.lines().find(|line| line.starts_with("PARITY-")).unwrap();
    let task = line.split(' ').next().unwrap();
    let detail = made.project.json(&["task-detail", task])["task"].clone();
    let notes = detail["notes"].as_str().unwrap_or_else(|| panic!("{detail:#}"));
    for part in
        ["tiny/ready, step 1 (ready)", "- step 1 · answer · /tasks/0/title", "+        \"title\": \"other\""]
    {
        assert!(notes.contains(part), "{part} is missing in\n{notes}");
    }
    assert_eq!((&detail["status"], &detail["role"]), (&"todo".into(), &"api".into()));
    let second = made.parity(&["run", "--record-tasks", "--tasks-role", "api"]);
    assert!(second.stdout.contains("mismatches as tasks: 0 recorded, 1 known"), "{second}");
    assert!(second.stdout.contains(&format!("{task} (known, todo)")), "{second}");
    made.candidate("[\"sh\", \"queue.sh\"]");
    let none = made.parity(&["run", "--record-tasks", "--tasks-role", "api"]);
    assert!(none.stdout.contains("mismatches as tasks: 0 recorded, 0 known"), "{none}");
}

/// One scenario of each behaviour stands for all: the whole corpus takes minutes.
#[test]
fn the_shipped_goldens_are_replayed_where_no_ruby_is_installed() {
    let project = Project::repository();
    let bin = project.root().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    // Everything that is installed here, but for Ruby. Of two of one name the first counts.
    let folders = std::env::split_paths(&path).filter_map(|folder| std::fs::read_dir(folder).ok());
    for entry in folders.flatten().flatten() {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with("ruby") {
            let _ = std::os::unix::fs::symlink(entry.path(), bin.join(name));
        }
    }
    let reference = legacy_copy::standard();
    let run = |words: &[&str]| {
        let mut command = project.fairway(&project.root());
        command.env("PATH", &bin).arg("parity").args(words).arg("--reference").arg(&reference);
        project.answer(&command.output().unwrap())
    };
    let doctor = run(&["doctor"]);
    assert!(doctor.stdout.contains("MISSING gpuaas     ruby"), "Ruby is out of reach: {doctor}");
    assert_eq!(run(&["doctor", "--replay"]).code, 0);
    let replay = run(&["run", "--replay", "--scenario", "*make*", "--out", "out"]);
    assert_eq!(replay.code, 0, "{replay}");
    assert!(replay.stdout.starts_with("REPLAY: `gpuaas` was not run"), "{replay}");
    let text = std::fs::read_to_string(project.root().join("out/result.json")).unwrap();
    let result: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(result["behaviours"].as_array().unwrap().len() > 20, "{replay}");
    let counted = |verdict: &str| result["counts"][verdict].as_u64().unwrap();
    assert_eq!(result["goldens"]["compared"].as_u64().unwrap(), counted("matched") + counted("waived"));
}
