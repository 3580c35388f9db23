//! Fairway finds in a queue file what the legacy's own check finds, in the same order.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::Project;

/// Queues of a few tasks, each wrong in its own way.
const QUEUES: &[&str] = &[
    "version: 1\ntasks: []\n",
    "version: 2\ntasks: []\n",
    "tasks: []\nversion: 1.0\n",
    "tasks: []\n",
    "version: 1\n",
    "version: '1'\ntasks: {a: b}\n",
    "- id: A\n",
    "just text\n",
    "",
    "version: 1\ntasks: [x, 1, ~, [], {}]\n",
    "version: 1\ntasks:\n- {id: ~}\n- {id: ' '}\n- {id: 5}\n- {id: NO}\n- {id: \"A\\nB\"}\n- {id: a}\n- {id: é\"x}\n",
    "version: 1\ntasks:\n- {id: A, title: ~, role: ~}\n- {id: B, title: [], role: [A-backend]}\n- {id: C, title: {}, role: X}\n",
    "version: 1\ntasks:\n- {id: A, title: 5, role: A-backend, status: DONE}\n- {id: B, title: T, role: B-ui, status: ''}\n- {id: C, title: T, role: B-ui, status: no}\n",
    "version: 1\ntasks:\n- {id: A, title: T, role: B-ui, priority: '1', sequence: 1.0}\n- {id: B, title: T, role: B-ui, priority: 0x1F, sequence: 1_000}\n- {id: C, title: T, role: B-ui, priority: ~, sequence: [1]}\n",
    "version: 1\ntasks:\n- {id: A, title: T, role: B-ui, depends_on: A, acceptance_checks: {a: 1}}\n- {id: B, title: T, role: B-ui, depends_on: ~, acceptance_checks: 2026-01-01}\n",
    "version: 1\ntasks:\n- {id: A, title: [a], role: B-ui, kind: {a: 1}, parent: [b], notes: [c]}\n",
    "version: 1\ntasks:\n- {id: A, title: T, role: B-ui}\n- x\n- {id: A, title: ' ', role: B-ui}\n- {id: A, title: T, role: B-ui}\n",
    "version: 1\ntasks:\n- {id: A, title: T, role: B-ui, depends_on: [A, B, C, ~, 5, B]}\n- {id: B, title: T, role: B-ui, depends_on: [B, D]}\n- {title: T, role: B-ui, depends_on: [Z]}\n",
    "version: 1\ntasks:\n- {id: A, title: T, role: B-ui, depends_on: [B, C]}\n- {id: B, title: T, role: B-ui, depends_on: [C, A, A]}\n- {id: C, title: T, role: B-ui, depends_on: [D, B]}\n- {id: D, title: T, role: B-ui, depends_on: [A]}\n",
    "version: 1\ntasks:\n- {id: B, title: T, role: B-ui, depends_on: [A]}\n- {id: A, title: T, role: B-ui, depends_on: [B]}\n- {id: A, title: T, role: B-ui, depends_on: [A, C]}\n- {id: C, title: T, role: B-ui, depends_on: [A]}\n",
    "version: 1\ntasks:\n- {id: A, title: T, role: B-ui, parent: NOPE}\n- {id: B, title: T, role: B-ui, parent: C}\n- {id: C, title: T, role: B-ui, parent: B}\n",
    "version: 1\ntasks:\n- &a {id: A, title: T, role: B-ui}\n- {<<: *a, id: B, title: U, title: V}\n",
    "version: 1\ntasks:\n- {id: A, title: \"T\n",
    "version: 1\ntasks: &t\n- {id: A, title: T, role: B-ui}\ntasks: [{id: B}]\n",
    "version: 1\ntasks:\n- {id: A, title: !ruby/object:Object {}, role: B-ui}\n",
    "version: 1\ntasks:\n- {id: A, title: T, role: B-ui, completed_at: soon, odd: 1}\n",
];

/// A checkout of the legacy, without a history: its check needs a repository and no more.
fn checkout() -> TempDir {
    let folder = TempDir::new().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gpuaas/checkout/scripts");
    let copied = Command::new("cp").arg("-R").arg(source).arg(folder.path()).status().unwrap();
    assert!(copied.success());
    let made = Command::new("git").args(["init", "-q"]).current_dir(folder.path()).status().unwrap();
    assert!(made.success());
    folder
}

/// What the legacy says of a file: how many tasks, and each problem's task and message.
fn legacy(checkout: &Path, queue: &Path) -> (u64, Vec<(String, String)>) {
    let output = Command::new("bash")
        .arg(checkout.join("scripts/ops/agent_queue_validate.sh"))
        .arg(queue)
        .env("FORMAT", "json")
        .current_dir(checkout)
        .output()
        .expect("bash and ruby are installed");
    let text = String::from_utf8(output.stdout).unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| {
        panic!("no answer (is ruby-sqlite3 installed?): {text}{}", String::from_utf8_lossy(&output.stderr))
    });
    let list = answer["problems"].as_array().unwrap().iter();
    let problems = list.map(|problem| {
        let message = problem["message"].as_str().unwrap();
        // What was expected is a hint of its own in Fairway.
        let cut = message.find(" (expected one of ").or(message.find(" (must match "));
        let message = if message.starts_with("line ") || message.starts_with("Tried to load") {
            "yaml"
        } else {
            &message[..cut.unwrap_or(message.len())]
        };
        (problem["task"].as_str().unwrap().replace("yaml", ""), message.to_owned())
    });
    (answer["tasks"].as_u64().unwrap(), problems.collect())
}

/// What Fairway says of it.
fn fairway(project: &Project, queue: &Path) -> (u64, Vec<(String, String)>) {
    let answer = project.run(&["import", queue.to_str().unwrap(), "--dry-run", "--json"]);
    let stream = if answer.code == 0 { &answer.stdout } else { &answer.stderr };
    let envelope: Value = serde_json::from_str(stream).unwrap_or_else(|_| panic!("{answer:?}"));
    let part = if answer.code == 0 { &envelope["data"] } else { &envelope["error"] };
    let list = part["problems"].as_array().unwrap_or_else(|| panic!("{envelope}")).iter();
    let errors: Vec<_> = list
        .filter(|problem| problem["severity"] == "error")
        .map(|problem| {
            let message = match problem["code"].as_str().unwrap() {
                "yaml-syntax" => "yaml",
                _ => problem["message"].as_str().unwrap(),
            };
            (problem["subject"].as_str().unwrap_or("").to_owned(), message.to_owned())
        })
        .collect();
    assert_eq!(answer.code, i32::from(!errors.is_empty()), "{envelope}");
    (part["tasks"].as_u64().unwrap(), errors)
}

#[test]
fn problems_are_those_of_the_legacy_in_its_order() {
    let checkout = checkout();
    let project = crate::import_queue::gpuaas();
    for queue in QUEUES {
        let path: PathBuf = project.root().join("queue.yaml");
        std::fs::write(&path, queue).unwrap();
        assert_eq!(fairway(&project, &path), legacy(checkout.path(), &path), "{queue}");
    }
}
