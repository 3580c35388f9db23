//! Two small queues of a shell script each, made to agree, to differ, and to waver.

use std::fs;
use std::time::Duration;

use fairway_parity::report::{RunResult, run_report};
use fairway_parity::{Library, RunRequest, Verdict, run};
use rusqlite::Connection;

#[path = "../made_up/mod.rs"]
mod queue;

pub(crate) use queue::READY;

const SCRIPT: &str = r#"#!/bin/sh
# queue.sh VERB TITLE
case "$1" in
  ready) printf '[{"id":"A-1","title":"%s","role":"A","depends_on":[],"acceptance_checks":[]}]\n' "$2" ;;
  claim) echo "queue: A-1 is taken" >&2; exit 7 ;;
  touch) echo "$2" >mark.txt; git update-ref refs/heads/"$2" "$(git commit-tree -m x "$(git write-tree)")"; printf '[]' ;;
esac
"#;

/// The adapter of a queue whose title is what `title`, a piece of shell, prints.
pub(crate) fn adapter(name: &str, title: &str) -> String {
    let argv = format!(r#"["sh", "-c", './queue.sh ready "$({title})"']"#);
    queue::adapter(name, "files = [\"queue.sh\"]", &argv)
}

pub(crate) struct Pair {
    pub(crate) folder: tempfile::TempDir,
}

impl Pair {
    pub(crate) fn new(reference: &str, candidate: &str, scenario: &str) -> Self {
        let pair = Self { folder: tempfile::tempdir().unwrap() };
        queue::checkout(&pair.folder.path().join("checkout"), SCRIPT);
        pair.write("adapters/one.toml", &adapter("one", reference));
        pair.write("adapters/two.toml", &adapter("two", candidate));
        pair.write("scenarios/tiny/ready.toml", scenario);
        pair
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join("project/.fairway/parity").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn project(&self) -> std::path::PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn run(&self) -> RunResult {
        self.run_as(|request| request)
    }

    /// Runs what `change` makes of the usual request.
    pub(crate) fn run_as(&self, change: impl FnOnce(RunRequest) -> RunRequest) -> RunResult {
        let library = Library::load(Some(&self.project())).unwrap_or_else(|error| panic!("{error}"));
        let request = RunRequest {
            run_id: "test".into(),
            reference_dir: self.folder.path().join("checkout"),
            reference: "one".into(),
            candidate: "two".into(),
            program: None,
            behaviours: vec!["tiny".into()],
            scenario: None,
            seed: 1,
            once: false,
            jobs: 1,
            out: self.folder.path().join("out"),
            keep: false,
            timeout: Duration::from_secs(20),
            replay: false,
            config: None,
            keeper: Some(env!("CARGO_BIN_EXE_fairway-keeper").into()),
        };
        run(&change(request), &library, &()).unwrap_or_else(|error| panic!("{error}"))
    }
}

#[test]
fn equal_answers_match() {
    let result = Pair::new("echo same", "printf same", READY).run();
    assert_eq!(result.verdict, Verdict::Matched, "{}", run_report(&result));
    assert_eq!(result.verdict.exit_code(), 0);
    assert_ne!(result.reference.digest, result.candidate.digest, "two adapters have two digests");
}

#[test]
fn a_different_answer_is_named_and_shown() {
    let pair = Pair::new("echo legacy", "echo new", READY);
    let result = pair.run();
    assert_eq!(result.verdict, Verdict::Mismatched);
    assert_eq!(result.verdict.exit_code(), 5);
    let differences = &result.scenarios[0].differences;
    let places: Vec<_> = differences.iter().map(|found| found.place.to_string()).collect();
    assert_eq!(places, ["step 1 · answer · /tasks/0/title"]);
    let report = run_report(&result);
    for part in
        ["tiny  mismatched", "--- reference", "-        \"title\": \"legacy\"", "+        \"title\": \"new\""]
    {
        assert!(report.contains(part), "{part} is missing in\n{report}");
    }
    let raw = pair.folder.path().join("out/raw/tiny/ready/candidate-1/01.stdout");
    assert!(fs::read_to_string(raw).unwrap().contains("new"));
}

#[test]
fn a_waiver_accepts_exactly_its_place() {
    let pair = Pair::new("echo legacy", "echo new", READY);
    let waiver = |place: &str| {
        format!(
            "[[waivers]]\nid = \"title\"\nbehaviour = \"tiny\"\nscenario = \"ready\"\n\
             channel = \"answer\"\nplace = \"{place}\"\ndiffers = \"the title\"\nreason = \"it is better\"\nkind = \"by-design\"\ndecision = \"0004-process-level-comparison.md\"\n"
        )
    };
    pair.write("waivers.toml", &waiver("step 1 · answer · /tasks/0/title"));
    assert_eq!(pair.run().verdict, Verdict::Waived);
    pair.write("waivers.toml", &waiver("step 1 · answer · /tasks/0/role"));
    assert_eq!(pair.run().verdict, Verdict::Mismatched);
}

#[test]
fn what_the_scenario_expects_is_held_against_the_reference() {
    let result = Pair::new("echo a", "echo a", &format!("{READY}expect = \"held\"\n")).run();
    assert_eq!(result.verdict, Verdict::Errored);
    assert_eq!(result.verdict.exit_code(), 2);
    let report = run_report(&result);
    assert!(
        report.contains("step 1 (ready): the scenario expects `held` of the reference, which gave ok"),
        "{report}"
    );
}

#[test]
fn an_unmet_expectation_hides_no_difference() {
    let steps = format!("{READY}expect = \"held\"\n[[steps]]\noperation = \"ready\"\n");
    let result = Pair::new("echo legacy", "echo new", &steps).run();
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    let scenario = &result.scenarios[0];
    let places: Vec<_> = scenario.differences.iter().map(|found| found.place.to_string()).collect();
    assert_eq!(places, ["step 1 · answer · /tasks/0/title", "step 2 · answer · /tasks/0/title"]);
    assert_eq!(scenario.unmet_guards.len(), 1);
    assert!(run_report(&result).contains("expects `held` of the reference, which gave ok"));
}

#[test]
fn changed_files_and_refs_are_compared_unless_the_scenario_leaves_them_out() {
    let pair = Pair::new("echo same", "echo same", READY);
    let touching = |name: &str, word: &str| {
        adapter(name, "echo same")
            .replace("./queue.sh ready \"$(echo same)\"", &format!("./queue.sh touch {word}"))
    };
    pair.write("adapters/one.toml", &touching("one", "left"));
    pair.write("adapters/two.toml", &touching("two", "right"));
    let result = pair.run();
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    let places: Vec<_> =
        result.scenarios[0].differences.iter().map(|found| found.place.to_string()).collect();
    assert_eq!(
        places,
        [
            "step 1 · files · [mark.txt].digest",
            "step 1 · git · refs[refs/heads/left]",
            "step 1 · git · refs[refs/heads/right]"
        ]
    );
    let omit = |channel: &str| format!("[[omit]]\nchannel = \"{channel}\"\nreason = \"r\"\n");
    let head = READY.replacen("[[steps]]", &format!("{}[[steps]]", omit("git")), 1);
    pair.write("scenarios/tiny/ready.toml", &head);
    let result = pair.run();
    assert_eq!(result.scenarios[0].differences.len(), 1, "{}", run_report(&result));
    let head = READY.replacen("[[steps]]", &format!("{}{}[[steps]]", omit("git"), omit("files")), 1);
    pair.write("scenarios/tiny/ready.toml", &head);
    let result = pair.run();
    assert_eq!(result.verdict, Verdict::Matched, "{}", run_report(&result));
    assert!(run_report(&result).contains("leave out the channel `files`"), "{}", run_report(&result));
}

#[test]
fn an_unknown_message_is_an_error_and_the_run_goes_on() {
    let pair = Pair::new("echo a", "echo a", READY);
    let claim = READY.replace("\"ready\"", "\"claim\"").replace("one task", "taken");
    pair.write("scenarios/tiny/claim.toml", &claim);
    let result = pair.run();
    assert_eq!((result.counts.errored, result.counts.matched), (1, 1), "{}", run_report(&result));
    let error = result.scenarios[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("no outcome rule") && error.contains("A-1 is taken"), "{error}");
}

#[test]
fn the_state_is_read_or_the_scenario_errs() {
    let pair = Pair::new("echo a", "echo a", READY);
    let database = Connection::open(pair.folder.path().join("checkout/queue.db")).unwrap();
    database.execute("INSERT INTO checkpoints (id, at) VALUES (1, 'soon')", []).unwrap();
    drop(database);
    let result = pair.run();
    let error = result.scenarios[0].error.clone().unwrap_or_default();
    assert!(error.contains("`checkpoints`, row 1: /at: expected a time"), "{error}");
    assert!(result.original_untouched);
}
