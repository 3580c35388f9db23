//! Waivers written from a recorded run, through the real binary.

use crate::support::MadeUp;

const HEAD: &str = "# Mine.\n#\n# Nobody else's.\n";

/// A candidate that gives another title and another role.
fn differing() -> MadeUp {
    let made = MadeUp::new();
    made.data("waivers.toml", HEAD);
    made.candidate("[\"sh\", \"-c\", \"sed s/%s/other/ queue.sh | sed 's/\\\"A\\\"/\\\"B\\\"/' | sh\"]");
    let run = made.parity(&["run"]);
    assert_eq!(run.code, 5, "{run}");
    made
}

fn waive<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    ["parity", "waive", "out", "tiny/ready", "--reason", "it is better"]
        .into_iter()
        .chain(rest.iter().copied())
        .collect()
}

const BY_DESIGN: [&str; 2] = ["--decision", "docs/decisions/0004-process-level-comparison.md"];

#[test]
fn each_place_gets_a_waiver_of_its_own_and_the_run_is_waived() {
    let made = differing();
    let unnamed = made.project.run(&waive(&[&["--id", "w"][..], &BY_DESIGN].concat()));
    assert_eq!(unnamed.code, 1, "{unnamed}");
    assert!(unnamed.stderr.contains("2 places are open in tiny/ready"), "{unnamed}");
    assert!(unnamed.stderr.contains("step 1 · answer · /tasks/0/role"), "{unnamed}");
    let place = ["--id", "title", "--place", "step 1 · answer · /tasks/0/title"];
    let written = made.project.run(&waive(&[&place[..], &BY_DESIGN].concat()));
    assert_eq!(written.code, 0, "{written}");
    assert!(written.stdout.contains("1 of the differences in that run accepted, 1 still open"), "{written}");
    let text = made.text("waivers.toml");
    let expected = format!(
        "{HEAD}\n[[waivers]]\nid = \"title\"\nbehaviour = \"tiny\"\nscenario = \"ready\"\nchannel = \"answer\"\n\
         place = \"step 1 · answer · /tasks/0/title\"\ndiffers = '\"same\" -> \"other\"'\nreference = '\"same\"'\n\
         candidate = '\"other\"'\nreason = \"it is better\"\nkind = \"by-design\"\n\
         decision = \"0004-process-level-comparison.md\"\n"
    );
    assert_eq!(text, expected);
    assert_eq!(made.parity(&["run"]).code, 5, "the role is still open");
    let twice = made.project.run(&waive(&[&place[..], &BY_DESIGN].concat()));
    assert!(twice.stderr.contains("there is a waiver `title` already"), "{twice}");
    let temporary = ["--id", "role", "--owner", "ops", "--expires", "2999-12-31"];
    made.project.ok(&waive(&temporary));
    assert!(made.text("waivers.toml").starts_with(&expected), "what was there stays");
    assert!(
        made.text("waivers.toml").ends_with("kind = \"temporary\"\nowner = \"ops\"\nexpires = 2999-12-31\n")
    );
    let waived = made.parity(&["run"]);
    assert_eq!(waived.code, 0, "{waived}");
    assert!(waived.stdout.contains("(waived: role)"), "{waived}");
    // Another value at a waived place is a mismatch again.
    made.title("third");
    assert_eq!(made.parity(&["run"]).code, 5);
}

#[test]
fn a_waiver_is_never_wider_than_asked_for() {
    let made = differing();
    let with = |place: &str| {
        let rest = [&["--id", "w", "--place", place][..], &BY_DESIGN].concat();
        made.project.run(&waive(&rest))
    };
    let nothing = with("step 1 · answer · /tasks/0/notes");
    assert_eq!(nothing.code, 1, "{nothing}");
    assert!(nothing.stderr.contains("nothing is open in tiny/ready at"), "{nothing}");
    assert_eq!(made.text("waivers.toml"), HEAD);
    let wide = with("step 1 · answer · /tasks/*");
    assert!(wide.stdout.contains("2 of the differences in that run accepted, 0 still open"), "{wide}");
    let text = made.text("waivers.toml");
    assert!(
        text.contains("place = \"step 1 · answer · /tasks/*\"") && !text.contains("reference ="),
        "{text}"
    );
    assert_eq!(made.parity(&["run"]).code, 0);
}

#[test]
fn what_cannot_hold_is_not_written() {
    let made = differing();
    let refused = |rest: &[&str], part: &str| {
        let place = ["--id", "w", "--place", "step 1 · answer · /tasks/0/title"];
        let answer = made.project.run(&waive(&[&place[..], rest].concat()));
        assert_eq!(answer.code, 1, "{answer}");
        assert!(answer.stderr.contains(part), "{part} is missing in\n{answer}");
        assert_eq!(made.text("waivers.toml"), HEAD, "nothing was written");
    };
    refused(&["--decision", "0999-nowhere.md"], "there is no page docs/decisions/0999-nowhere.md");
    refused(&["--owner", "ops", "--expires", "2020-01-01"], "this waiver expired on 2020-01-01");
    refused(&["--owner", "ops"], "--expires");
    refused(&["--owner", "ops", "--expires", "soon"], "soon");
    let unknown = ["parity", "waive", "out", "tiny/redy", "--id", "w", "--reason", "r", "--decision", "x"];
    let unknown = made.project.run(&unknown);
    assert!(unknown.stderr.contains("mismatched are: tiny/ready"), "{unknown}");
    let no_run =
        ["parity", "waive", "yesterday", "tiny/ready", "--id", "w", "--reason", "r", "--decision", "x"];
    assert!(made.project.run(&no_run).stderr.contains("there is no run at"));
}

#[test]
fn every_problem_of_a_waiver_file_is_shown_with_its_place() {
    let made = MadeUp::new();
    let waiver = "[[waivers]]\nid = \"w\"\nbehaviour = \"tiny\"\nscenario = \"*\"\nchannel = \"anwser\"\n\
                  place = \"*\"\nreason = \"r\"\nkind = \"temporary\"\nowner = \"ops\"\nexpires = 2020-01-01\n";
    made.data("waivers.toml", waiver);
    let run = made.parity(&["run"]);
    assert_eq!(run.code, 1, "{run}");
    for part in [
        "waivers.toml:5:11",
        "unknown channel `anwser`",
        "did you mean `answer`?",
        "`differs` is missing",
        "waivers.toml:10:11",
        "this waiver expired on 2020-01-01",
    ] {
        assert!(run.stderr.contains(part), "{part} is missing in\n{run}");
    }
}
