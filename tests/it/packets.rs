//! Packets about a task: the Markdown, the JSON, the project's own template, and what is refused.

use insta::assert_snapshot;

use crate::support::Project;

const NEEDED: [&str; 6] = [
    "--goal",
    "Rotate without an outage",
    "--owner",
    "api",
    "--acceptance",
    "no refused request; old key gone",
];
const BUG: [&str; 14] = [
    "--bug-summary",
    "Reconnect loses the shell",
    "--root-cause",
    "the gateway drops the lease",
    "--owning-layer",
    "gateway",
    "--impact",
    "every reconnect after 30 s",
    "--proof-command",
    "make soak",
    "--regression-coverage",
    "gateway lease test",
    "--residual-risk",
    "none known",
];

/// A task with something of every kind on it.
fn project() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "Make the key", "--role", "api"]);
    let notes = "The old key\nis in the vault.";
    let add = ["add", "API-2", "--title", "Rotate the signing key", "--role", "api", "--notes", notes];
    project.ok(&[&add[..], &["--dependencies", "API-1", "--acceptance", "the old key is refused"]].concat());
    project.ok(&["record", "evidence", "API-2", "--command-text", "make test", "--result", "pass"]);
    let handoff = ["record", "handoff", "API-2", "--to", "web", "--commit", "abc1234"];
    project.ok(&[&handoff[..], &["--next-step", "look at the banner"]].concat());
    let review = ["record", "review", "API-2", "--reviewer", "web", "--verdict", "changes"];
    project.ok(&[&review[..], &["--reason", "the banner stays", "--commit", "abc1234"]].concat());
    project.ok(&["set-status", "API-2", "blocked", "--reason", "no key yet"]);
    project
}

fn packet(project: &Project, kind: &str, words: &[&str]) -> crate::support::Answer {
    project.run(&[&["packet", kind][..], words].concat())
}

#[test]
fn a_context_packet_tells_what_is_given_and_what_the_store_knows() {
    let project = project();
    assert_snapshot!("context", packet(&project, "context", &[&["API-2"], &NEEDED[..]].concat()));
    let json = packet(&project, "context", &[&["API-2", "--json"], &NEEDED[..]].concat());
    assert_snapshot!("context_json", json);
    let several = ["--commands", "make a", "--commands", "make b; make c", "--current-state", "just begun"];
    let bare = packet(&project, "context", &[&NEEDED[..], &several].concat()).stdout;
    assert!(bare.contains("- make a\n- make b\n- make c\n") && bare.contains("- just begun\n"), "{bare}");
    assert_snapshot!("context_help", packet(&project, "context", &["--help"]));
}

#[test]
fn a_bugfix_packet_asks_the_reviewer() {
    let project = project();
    assert_snapshot!("bugfix", packet(&project, "bugfix", &[&["API-2"], &BUG[..]].concat()));
    assert_snapshot!("bugfix_json", packet(&project, "bugfix", &[&["--json"], &BUG[..]].concat()));
}

#[test]
fn what_is_missing_is_named_at_once_and_no_file_is_begun() {
    let project = project();
    assert_snapshot!("context_missing", packet(&project, "context", &["API-2", "--output", "p.md"]));
    assert_snapshot!("context_missing_json", packet(&project, "context", &["--owner", "api", "--json"]));
    assert_snapshot!("bugfix_missing", packet(&project, "bugfix", &["--impact", " ", "--output", "p.md"]));
    let near = [&["API-22", "--output", "p.md"], &NEEDED[..]].concat();
    assert_snapshot!("context_unknown_task", packet(&project, "context", &near));
    let pack = [&["--workflow-pack", "terminal"], &NEEDED[..]].concat();
    assert_snapshot!("context_no_catalogue", packet(&project, "context", &pack));
    assert!(!project.root().join("p.md").exists());
    let folder = [&["--output", "no/such/p.md"], &NEEDED[..]].concat();
    assert_snapshot!("context_unwritable", packet(&project, "context", &folder));
}

#[test]
fn a_packet_goes_to_a_file_as_markdown_or_json() {
    let project = project();
    assert_snapshot!(
        "context_written",
        packet(&project, "context", &[&["API-2", "--output", "p.md"], &NEEDED[..]].concat())
    );
    let markdown = std::fs::read_to_string(project.root().join("p.md")).unwrap();
    assert!(markdown.starts_with("# Context Packet: API-2\n"), "{markdown}");
    packet(&project, "bugfix", &[&["--output", "p.json"], &BUG[..]].concat());
    let json = std::fs::read_to_string(project.root().join("p.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["root_cause"], "the gateway drops the lease");
}

#[test]
fn an_empty_name_is_no_file() {
    let project = project();
    let empty = ["--output", ""];
    let context = packet(&project, "context", &[&empty[..], &NEEDED[..]].concat());
    let bugfix = packet(&project, "bugfix", &[&empty[..], &BUG[..]].concat());
    for (answer, title) in [(context, "# Context"), (bugfix, "# Bug")] {
        assert!(answer.code == 0 && answer.stdout.starts_with(title), "{answer}");
    }
}

#[test]
fn the_projects_template_replaces_the_shipped_one_and_a_broken_one_says_where() {
    let project = project();
    let ask = |words: &[&str]| packet(&project, "context", &[&["API-2"], words, &NEEDED[..]].concat());
    project.write(".fairway/templates/context.md.j2", "{{ task_id }}: {{ goal }}\n");
    assert_eq!(ask(&[]).stdout, "API-2: Rotate without an outage\n");
    project.write(".fairway/templates/context.md.j2", "# {{ task_id }}\n\n{{ gaol }}\n");
    assert_snapshot!("template_broken", ask(&["--output", "p.md"]));
    assert!(!project.root().join("p.md").exists());
}
