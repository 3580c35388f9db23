//! A made-up queue of one shell script with an empty database, for tests of several packages.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// The usual scenario: one task is ready.
pub(crate) const READY: &str = "behaviour = \"tiny\"\nsummary = \"one task\"\nstart = \"standard\"\n\
                                [[steps]]\noperation = \"ready\"\n";

/// An adapter that asks what is ready through `argv`; `requires` is the section of that name.
pub(crate) fn adapter(name: &str, requires: &str, argv: &str) -> String {
    format!(
        r#"
schema = "fairway-adapter/1"
name = "{name}"
summary = "a made-up queue"
[requires]
{requires}
[files]
queue = "queue.yaml"
database = "queue.db"
[environment]
search_path = "inherit"
clock = {{ variable = "NOW", format = "@%s" }}
[[outcomes]]
exit = [0]
gives = "ok"
[operations.ready]
argv = {argv}
[[operations.ready.answers]]
stream = "stdout"
reader = "json"
[operations.ready.answers.fields.tasks]
at = ""
[operations.ready.answers.fields.tasks.items]
id = "/id"
title = "/title"
role = "/role"
kind = {{ at = "/kind", default = "" }}
parent = {{ at = "/parent", default = "" }}
priority = {{ at = "/priority", default = 3 }}
sequence = {{ at = "/sequence", default = 3 }}
depends_on = "/depends_on"
acceptance_checks = "/acceptance_checks"
notes = {{ at = "/notes", default = "" }}
status = {{ at = "/status", default = "todo" }}
[operations.claim]
argv = ["./queue.sh", "claim"]
[[operations.claim.answers]]
stream = "stdout"
reader = "json"
[state.sections]
checkpoints = "SELECT id, track, state, owner, target_close_by, summary, artifact, actor, at FROM checkpoints"
"#
    )
}

/// Makes the checkout, with this text as its `queue.sh`.
pub(crate) fn checkout(folder: &Path, script: &str) {
    fs::create_dir(folder).unwrap();
    let git = Command::new("git").args(["init", "-q"]).arg(folder).status().unwrap();
    assert!(git.success());
    fs::write(folder.join("queue.sh"), script).unwrap();
    fs::set_permissions(folder.join("queue.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("queue.yaml"), "tasks: []\n").unwrap();
    let table = "CREATE TABLE checkpoints (id INTEGER, track, state, owner, target_close_by, summary, artifact, \
                 actor, at)";
    rusqlite::Connection::open(folder.join("queue.db")).unwrap().execute_batch(table).unwrap();
}
