//! A proposal for a queue that nobody has described: the print shop, which has a database nowhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use fairway_parity::Library;
use fairway_parity::adapt::{Findings, adapt, check};
use fairway_parity::adapter::Adapter;
use fairway_parity::datafile::Source;

/// A copy of it, without the adapter that it comes with.
fn print_shop(folder: &Path) -> PathBuf {
    let copy = folder.join("print-shop");
    let build = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/minimal/build-copy.sh");
    let status = Command::new(build).arg(&copy).status().unwrap();
    assert!(status.success());
    copy
}

/// The program that carries the keeper of sandboxes.
fn keeper() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_fairway-keeper"))
}

fn library() -> Library {
    Library::load(None).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn verbs_flags_and_files_are_found_and_the_rest_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let copy = print_shop(folder.path());
    let proposal =
        adapt(&copy, "shop", &library(), None, Some(keeper())).unwrap_or_else(|error| panic!("{error}"));
    let text = &proposal.adapter;
    for line in [
        "name = \"shop\"",
        "queue = \"board/items.json\" # guessed",
        "queue_fields = [\"key\", \"name\", \"needs\", \"rank\", \"team\"] # sure",
        "clock = { variable = \"Q_CLOCK\" } # guessed",
        "WHO = \"{actor}\" # guessed",
        "argv = [\"./q\", \"next\"] # guessed",
        "role = [\"-t\", \"{}\"] # guessed",
        "reader = \"tsv\" # sure",
        "file = \"var/cards.jsonl\" # guessed",
        "argv = [\"./q\", \"take\"] # guessed",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
    assert!(proposal.original_untouched);
    let ready = proposal.tried.iter().find(|tried| tried.operation == "ready").unwrap();
    assert_eq!((ready.reader.as_deref(), ready.found), (Some("tsv"), 3));
    assert!(proposal.marks.open > 0 && proposal.marks.guessed > 0 && proposal.marks.sure > 0);
    let values: Vec<i64> = proposal.decisions.iter().map(|decision| decision.value).collect();
    assert!(values.is_sorted_by(|a, b| a >= b), "{values:?}");
    let review = proposal.decisions.iter().find(|decision| decision.about == "operations.record-review");
    assert!(review.is_some_and(|decision| decision.question.contains("which verb is `record-review`")));
}

#[test]
fn what_a_copy_shows_of_itself_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let copy = print_shop(folder.path());
    let makefile = "Q := ./q\nTEAM ?= press\nnext:\n\t@$(Q) next -t $(TEAM) -n $(MAX)\n";
    std::fs::write(copy.join("Makefile"), makefile).unwrap();
    let database = rusqlite::Connection::open(copy.join("var/ledger.db")).unwrap();
    let made =
        "CREATE TABLE bills (number INTEGER, payer TEXT); INSERT INTO bills VALUES (7, 'Ruth'), (8, NULL);";
    database.execute_batch(made).unwrap();
    drop(database);
    let proposal = adapt(&copy, "shop", &library(), None, None).unwrap_or_else(|error| panic!("{error}"));
    let seen = serde_json::to_value(&proposal.seen).unwrap();
    let target = serde_json::json!({
        "name": "next", "command": "./q next -t press -n $(MAX)", "variables": ["MAX", "TEAM"]
    });
    assert_eq!(seen["targets"], serde_json::json!([target]));
    let script = seen["scripts"].as_array().unwrap().iter().find(|script| script["path"] == "q").unwrap();
    let usage = script["usage"].as_array().unwrap();
    assert!(usage.contains(
        &"q next [-t TEAM] [-n MAX]               cards that can be taken, the most urgent first".into()
    ));
    assert!(script["verbs"].as_array().unwrap().contains(&"take".into()), "{script}");
    assert_eq!(seen["queue"]["fields"], serde_json::json!(["key", "name", "needs", "rank", "team"]));
    let table = serde_json::json!({
        "name": "bills", "columns": ["number", "payer"], "rows": 2,
        "examples": [{ "number": 7, "payer": "Ruth" }, { "number": 8, "payer": null }]
    });
    assert_eq!(seen["tables"], serde_json::json!([table]));
}

fn held(copy: &Path) -> Findings {
    let library = library();
    let path = copy.join(".fairway/parity/adapters/minimal.toml");
    let source = Source::new("minimal.toml", std::fs::read_to_string(path).unwrap());
    let adapter = Adapter::parse(&source, &library.vocabulary, &library.schema).unwrap();
    check(copy, &adapter, &library, None, Some(keeper())).unwrap_or_else(|error| panic!("{error}"))
}

/// Changes a text of a file that is there once.
fn change(copy: &Path, file: &str, from: &str, to: &str) {
    let path = copy.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from} is there, once");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn an_adapter_that_fits_has_no_findings() {
    let folder = tempfile::tempdir().unwrap();
    let found = held(&print_shop(folder.path()));
    assert_eq!(found.findings, []);
    assert_eq!(found.read, ["ready", "task-detail"]);
    assert!(found.original_untouched);
}

#[test]
fn what_vanished_what_appeared_and_what_is_said_otherwise_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let copy = print_shop(folder.path());
    change(&copy, "q.awk", "print k \"\\t\" group[k]", "print k \" \" group[k]");
    for file in ["q", "q.awk"] {
        let text = std::fs::read_to_string(copy.join(file)).unwrap();
        std::fs::write(copy.join(file), text.replace("accept", "receive")).unwrap();
    }
    change(&copy, "board/items.json", "\"team\":\"type\",", "\"team\":\"type\",\"colour\":\"blue\",");
    let text = std::fs::read_to_string(copy.join("board/items.json")).unwrap();
    std::fs::write(copy.join("board/items.json"), text.replace("\"rank\"", "\"weight\"")).unwrap();
    change(&copy, "var/cards.jsonl", "{\"key\":\"ink-1\",", "{\"key\":\"ink-1\",\"colour\":\"blue\",");
    let found = held(&copy);
    let kinds: Vec<(&str, &str)> =
        found.findings.iter().map(|finding| (finding.kind, finding.about.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("column-appeared", "var/cards.jsonl.colour"),
            ("field-appeared", "board/items.json.colour"),
            ("field-appeared", "board/items.json.weight"),
            ("field-vanished", "board/items.json.rank"),
            ("output-unreadable", "operations.ready"),
            ("verb-vanished", "operations.ack-handoff"),
        ]
    );
    assert_eq!(found.read, ["task-detail"]);
    std::fs::remove_file(copy.join("board/items.json")).unwrap();
    let found = held(&copy);
    let file = found.findings.iter().find(|finding| finding.kind == "file-vanished");
    assert_eq!(file.map(|finding| finding.about.as_str()), Some("board/items.json"));
}

#[test]
fn what_nothing_holds_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let copy = print_shop(folder.path());
    let proposal = adapt(&copy, "shop", &library(), None, None).unwrap_or_else(|error| panic!("{error}"));
    let ready = proposal.tried.iter().find(|tried| tried.operation == "ready").unwrap();
    assert!(ready.reader.is_none() && ready.why_not.is_some(), "{ready:?}");
}
