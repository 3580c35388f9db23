//! A hermetic project to run the real binary in.

pub(crate) mod legacy_copy;
mod made_up;
pub(crate) mod piloted;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) use made_up::MadeUp;

/// The clock of every test that does not set its own.
pub(crate) const NOW: &str = "2026-02-27T16:00:00Z";

/// A repository of its own, in a folder of its own, with an environment that nothing leaks into.
pub(crate) struct Project {
    folder: TempDir,
    now: String,
}

/// What a call answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// An empty git repository on `main`.
    pub(crate) fn repository() -> Self {
        let project = Self { folder: TempDir::new().unwrap(), now: NOW.to_owned() };
        std::fs::create_dir(project.root()).unwrap();
        std::fs::create_dir(project.folder.path().join("home")).unwrap();
        project.git(&["init", "-q", "-b", "main"]);
        project
    }

    /// A repository with an initialised project of two roles.
    pub(crate) fn initialised() -> Self {
        let project = Self::repository();
        project.ok(&["init"]);
        project.write(
            ".fairway/config.toml",
            "[fairway]\nproject_name = \"demo\"\n\n[[roles]]\nname = \"api\"\nprovider = \"codex\"\n\n[[roles]]\nname = \"web\"\n\n\
             [gates]\nrequire_evidence_before_done = true\n",
        );
        std::fs::remove_file(project.root().join(".fairway/state.db")).unwrap();
        project.ok(&["init"]);
        project
    }

    /// The repository.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    /// Sets the clock of the calls that follow.
    pub(crate) fn at(&mut self, now: &str) {
        now.clone_into(&mut self.now);
    }

    /// Writes a file in the repository.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs git in the repository; it has to succeed.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        let output = self.command("git", &self.root()).args(words).output().expect("git is installed");
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs fairway.
    pub(crate) fn run(&self, words: &[&str]) -> Answer {
        self.run_in(&self.root(), words)
    }

    /// Runs fairway in another folder.
    pub(crate) fn run_in(&self, folder: &Path, words: &[&str]) -> Answer {
        let output = self.fairway(folder).args(words).output().expect("the binary is built");
        self.answer(&output)
    }

    /// Runs fairway with another clock, which may be no clock at all.
    pub(crate) fn fairway_at(&self, now: &str, words: &[&str]) -> Answer {
        let output = self.fairway(&self.root()).env("FAIRWAY_NOW", now).args(words).output().unwrap();
        self.answer(&output)
    }

    /// Runs fairway; it has to succeed. Answers its stdout.
    pub(crate) fn ok(&self, words: &[&str]) -> String {
        let answer = self.run(words);
        assert_eq!(answer.code, 0, "fairway {words:?}: {}", answer.stderr);
        answer.stdout
    }

    /// Runs fairway with `--json`; it has to succeed. Answers the envelope's data.
    pub(crate) fn json(&self, words: &[&str]) -> serde_json::Value {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let envelope: serde_json::Value = serde_json::from_str(&self.ok(&words)).expect("one envelope");
        assert_eq!(envelope["ok"], true);
        envelope["data"].clone()
    }

    /// Fairway, ready to be given arguments.
    pub(crate) fn fairway(&self, folder: &Path) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_fairway"), folder);
        command.env("FAIRWAY_NOW", &self.now).env("FAIRWAY_ACTOR", "tester@demo");
        command
    }

    /// A program, in the environment that nothing leaks into.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path().join("home"))
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "tester")))
            .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "tester@demo.example")))
            .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, NOW)));
        command
    }

    /// The output, with the project's own folder written as `[DIR]`.
    pub(crate) fn answer(&self, output: &Output) -> Answer {
        let folder = self.folder.path().canonicalize().unwrap();
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .replace(&folder.display().to_string(), "[DIR]")
                .replace(&self.folder.path().display().to_string(), "[DIR]")
        };
        Answer {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit: {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}
