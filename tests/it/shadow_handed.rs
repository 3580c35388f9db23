//! The scripts' commands in a project whose lanes are Fairway's.

use serde_json::Value;

use crate::shadow::{checkout, compared, legacy_key};
use crate::support::{NOW, Project};

/// A task that is ready in the standard copy, and its lane.
const TASK: &str = "A-TERM-AUDIT-LOG";
const LANE: &str = "A-backend";

/// A project whose lanes became Fairway's, which nothing had to be proved for.
fn taken_over() -> Project {
    let project = checkout();
    project.git(&["checkout", "-q", "-b", "master"]);
    project.git(&["commit", "-q", "--allow-empty", "-m", "begin"]);
    legacy_key(&project, "required_operations = []");
    project.ok(&["migrate", "plan", "--from", ".", "--out", "plan.json"]);
    project.ok(&["migrate", "rehearse", "plan.json"]);
    project.ok(&["migrate", "apply", "plan.json"]);
    project.ok(&["pilot", "cutover", "--all-lanes", "--person", "R. Lead", "--despite-findings"]);
    project
}

/// The code of a shadowed call, what it printed, and what it said.
fn shadowed(project: &Project, words: &[&str]) -> (i32, String, String) {
    let mut call = project.fairway(&project.root());
    call.args(["--json", "shadow", "--", "make", "-s", "--no-print-directory"]).args(words);
    let output = call.env("QUEUE_NOW", NOW).env("AGENT_ACTOR", "tester@demo").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A call that is refused: what the envelope says of it.
fn refused(project: &Project, words: &[&str]) -> Value {
    let (code, stdout, stderr) = shadowed(project, words);
    assert_eq!((code, stdout.as_str()), (6, ""), "{words:?}: {stderr}");
    let envelope: Value = serde_json::from_str(&stderr).expect("one envelope");
    assert_eq!(envelope["error"]["code"], "lane-not-theirs", "{envelope}");
    envelope["error"].clone()
}

#[test]
fn what_is_not_the_scripts_any_more_is_refused_with_the_command_that_does_it() {
    let project = taken_over();
    let (task, role) = (format!("TASK={TASK}"), format!("ROLE={LANE}"));
    let claim = ["queue-claim", task.as_str(), role.as_str(), "REASON=it's free"];
    let error = refused(&project, &claim);
    assert_eq!(
        error["message"],
        format!("the lane {LANE} is Fairway's: the scripts do not change its tasks any more")
    );
    let own = format!(r"fairway claim {TASK} --as {LANE} --reason 'it'\''s free'");
    assert_eq!(error["command"], own);
    assert_eq!(error["hint"], format!("this is done by `{own}`"));
    // What names no task, and what a recipe runs.
    assert_eq!(refused(&project, &["queue-sync-yaml"])["lane"], Value::Null);
    let mut recipe = project.fairway(&project.root());
    recipe.args(["shadow", "--target", "queue-claim", "--", "sh", "-c", "echo ran"]).env("TASK", TASK);
    let recipe = project.answer(&recipe.output().unwrap());
    assert_eq!((recipe.code, recipe.stdout.as_str()), (6, ""));
    assert!(recipe.stderr.contains(&format!("this is done by `fairway claim {TASK}`")), "{}", recipe.stderr);

    // What only reads goes on.
    let (code, stdout, stderr) = shadowed(&project, &["queue-task-detail", &task]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("todo"), "nothing was claimed: {stdout}");
    compared(&project, 1);

    project.ok(&["pilot", "pause", "--reason", "lunch"]);
    let paused = refused(&project, &claim);
    assert!(paused["message"].as_str().unwrap().contains("is paused"), "{paused}");
    project.ok(&["pilot", "resume", "--reason", "back"]);
    project.ok(&["pilot", "rollback", "--reason", "a drill", "--leave-behind"]);
    let (code, _, stderr) = shadowed(&project, &["queue-claim", &task, &role, "SKIP_PREFLIGHT=1"]);
    assert_eq!(code, 0, "{stderr}");
}
