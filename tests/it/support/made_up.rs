//! A small queue of one shell script, as a reference whose interpreter can be missing, and as a candidate.

use std::path::PathBuf;
use std::process::Command;

use super::{Answer, Project};

#[path = "../../../parity/tests/made_up/mod.rs"]
mod queue;

/// The queue prints what `title.txt` of its checkout says.
const SCRIPT: &str = r#"title=${TITLE:-$(cat title.txt)}
printf '[{"id":"A-1","title":"%s","role":"A","depends_on":[],"acceptance_checks":[]}]\n' "$title"
"#;

/// An adapter that asks the script through `words`.
fn adapter(name: &str, requires: &str, words: &str) -> String {
    queue::adapter(name, &format!("files = [\"queue.sh\", \"title.txt\"]\n{requires}"), words)
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
        queue::checkout(&made.checkout(), SCRIPT);
        made.title("same");
        let requires = "programs = [{ name = \"old-ruby\", check = [\"old-ruby\", \"-c\", \"true\"], \
                        install = \"apt-get install old-ruby\" }]";
        made.data("adapters/old.toml", &adapter("old", requires, "[\"old-ruby\", \"queue.sh\"]"));
        made.candidate("[\"sh\", \"queue.sh\"]");
        made.scenario("ready", queue::READY);
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
        queue::READY
    }

    /// What both queues read in their checkouts.
    pub(crate) fn title(&self, title: &str) {
        std::fs::write(self.checkout().join("title.txt"), title).unwrap();
    }

    /// What the old queue is from now on.
    pub(crate) fn script(&self, text: &str) {
        std::fs::write(self.checkout().join("queue.sh"), text).unwrap();
    }

    /// Has git keep a folder of the old queue's checkout.
    pub(crate) fn commit(&self, folder: &str) {
        for words in [&["add", folder][..], &["commit", "-q", "-m", "kept"]] {
            assert!(self.project.command("git", &self.checkout()).args(words).status().unwrap().success());
        }
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
        self.answer(&mut self.command_with_interpreter(words))
    }

    /// The same, to be run by whom and how a test wants.
    pub(crate) fn command_with_interpreter(&self, words: &[&str]) -> Command {
        let path = std::env::var("PATH").unwrap();
        let path = format!("{}:{path}", self.beside("bin").display());
        let mut command = self.command(words);
        command.env("PATH", path);
        command
    }

    /// Writes a file of the old queue's checkout.
    pub(crate) fn in_checkout(&self, path: &str, text: &str) {
        let path = self.checkout().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
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
        command.args(["--adapter", "old"]);
        if words.first() != Some(&"soak") {
            command.args(["--candidate", "new"]);
        }
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
