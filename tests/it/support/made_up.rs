//! A small queue of one shell script, as a reference whose interpreter can be missing, and as a candidate.

use std::path::PathBuf;
use std::process::Command;

use super::{Answer, Project};

/// The queue prints what `title.txt` of its checkout says.
const SCRIPT: &str = r#"title=${TITLE:-$(cat title.txt)}
printf '[{"id":"A-1","title":"%s","role":"A","depends_on":[],"acceptance_checks":[]}]\n' "$title"
"#;

const SCENARIO: &str = "behaviour = \"tiny\"\nsummary = \"one task\"\nstart = \"standard\"\n\
                        [[steps]]\noperation = \"ready\"\n";

/// An adapter that asks the script through `words`.
fn adapter(name: &str, requires: &str, words: &str) -> String {
    format!(
        r#"
schema = "fairway-adapter/1"
name = "{name}"
summary = "a made-up queue"
[requires]
files = ["queue.sh", "title.txt"]
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
argv = {words}
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
[state.sections]
checkpoints = "SELECT id, track, state, owner, target_close_by, summary, artifact, actor, at FROM checkpoints"
"#
    )
}

/// A project with two adapters, `old` and `new`, one scenario, and a checkout of the old queue beside it.
pub(crate) struct MadeUp {
    pub(crate) project: Project,
}

impl MadeUp {
    /// Both sides answer alike.
    pub(crate) fn new() -> Self {
        let made = Self { project: Project::initialised() };
        let bin = made.beside("bin");
        std::fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink("/bin/sh", bin.join("old-ruby")).unwrap();
        let checkout = made.checkout();
        std::fs::create_dir(&checkout).unwrap();
        let git = made.project.command("git", &checkout).args(["init", "-q"]).status().unwrap();
        assert!(git.success());
        std::fs::write(checkout.join("queue.sh"), SCRIPT).unwrap();
        std::fs::write(checkout.join("queue.yaml"), "tasks: []\n").unwrap();
        made.title("same");
        let table = "CREATE TABLE checkpoints (id INTEGER, track, state, owner, target_close_by, summary, artifact, \
                     actor, at)";
        made.insert(table);
        let requires = "programs = [{ name = \"old-ruby\", check = [\"old-ruby\", \"-c\", \"true\"], \
                        install = \"apt-get install old-ruby\" }]";
        made.data("adapters/old.toml", &adapter("old", requires, "[\"old-ruby\", \"queue.sh\"]"));
        made.candidate("[\"sh\", \"queue.sh\"]");
        made.scenario("ready", SCENARIO);
        made
    }

    /// What the new queue runs.
    pub(crate) fn candidate(&self, words: &str) {
        self.data("adapters/new.toml", &adapter("new", "", words));
    }

    /// Writes a scenario; `text` may be the usual one, changed.
    pub(crate) fn scenario(&self, name: &str, text: &str) {
        self.data(&format!("scenarios/tiny/{name}.toml"), text);
    }

    /// The usual scenario.
    pub(crate) fn usual() -> &'static str {
        SCENARIO
    }

    /// What both queues read in their checkouts.
    pub(crate) fn title(&self, title: &str) {
        std::fs::write(self.checkout().join("title.txt"), title).unwrap();
    }

    /// Changes the old queue's database.
    pub(crate) fn insert(&self, sql: &str) {
        rusqlite::Connection::open(self.checkout().join("queue.db")).unwrap().execute_batch(sql).unwrap();
    }

    /// Writes a file of the harness's data.
    pub(crate) fn data(&self, path: &str, text: &str) {
        self.project.write(&format!(".fairway/parity/{path}"), text);
    }

    /// The text of a file of the harness's data.
    pub(crate) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.project.root().join(".fairway/parity").join(path)).unwrap()
    }

    /// Whether there is such a file of the harness's data.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.project.root().join(".fairway/parity").join(path).exists()
    }

    /// `fairway parity VERB …` about the two queues, with the old one's interpreter installed.
    pub(crate) fn parity(&self, words: &[&str]) -> Answer {
        let path = std::env::var("PATH").unwrap();
        let path = format!("{}:{path}", self.beside("bin").display());
        self.answer(self.command(words).env("PATH", path))
    }

    /// The same where that interpreter is not installed.
    pub(crate) fn without_interpreter(&self, words: &[&str]) -> Answer {
        self.answer(&mut self.command(words))
    }

    /// What `--out out` left.
    pub(crate) fn result(&self) -> serde_json::Value {
        let text = std::fs::read_to_string(self.project.root().join("out/result.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// `parity record`, then everything accepted.
    pub(crate) fn accept(&self) {
        let recorded = self.parity(&["record"]);
        assert_eq!(recorded.code, 0, "{recorded}");
        self.project.ok(&["parity", "review", "--accept-all"]);
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.project.fairway(&self.project.root());
        let checkout = self.checkout();
        command.arg("parity").args(words).arg("--reference").arg(checkout);
        command.args(["--adapter", "old", "--candidate", "new"]);
        if words.first() != Some(&"doctor") {
            command.args(["--behaviour", "tiny", "--out", "out"]);
        }
        command
    }

    fn answer(&self, command: &mut Command) -> Answer {
        self.project.answer(&command.output().unwrap())
    }

    fn checkout(&self) -> PathBuf {
        self.beside("checkout")
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.project.root().parent().unwrap().join(name)
    }
}
