//! An empty repository in which a page's commands are run by bash, as an operator's shell would.

use std::path::{Path, PathBuf};

use super::page::Step;
use crate::support::{NOW, Project, legacy_copy};

/// Where a page's commands run.
pub(super) struct Session {
    project: Project,
    gpuaas: PathBuf,
    path: String,
}

impl Session {
    /// An empty repository, the built binary first in `PATH`, the standard legacy copy as `GPUAAS`, and the checkout of
    /// Fairway as `SOURCES`.
    pub(super) fn start() -> Self {
        let binary = Path::new(env!("CARGO_BIN_EXE_fairway")).parent().expect("a binary lies in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        Self {
            project: Project::repository(),
            gpuaas: legacy_copy::standard(),
            path: format!("{}:{path}", binary.display()),
        }
    }

    /// Runs one step; says what was wrong with it, after the line of the page.
    pub(super) fn run(&self, step: &Step) -> Result<(), String> {
        let output = self
            .project
            .command("bash", &self.project.root())
            .args(["-eu", "-o", "pipefail", "-c", &format!("exec 2>&1\n{}", step.script)])
            .env("PATH", &self.path)
            .env("GPUAAS", &self.gpuaas)
            .env("SOURCES", env!("CARGO_MANIFEST_DIR"))
            .env("FAIRWAY_NOW", NOW)
            .env("FAIRWAY_ACTOR", "you@your-host")
            .output()
            .map_err(|error| format!("{}: bash: {error}", step.line))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let fail = |why: String| {
            Err(format!("{}: {why}\n--- commands\n{}\n--- printed\n{printed}", step.line, step.script))
        };
        if output.status.code() != Some(step.exit) {
            return fail(format!("{}, and the page says exit {}", output.status, step.exit));
        }
        match missing(&step.expected, &printed) {
            Some(line) => fail(format!("the page says that this is printed, in its place:\n  {line}")),
            None => Ok(()),
        }
    }
}

/// The first expected line that is not printed after those before it.
fn missing<'a>(expected: &'a [String], printed: &str) -> Option<&'a str> {
    let mut lines = printed.lines().map(str::trim_end);
    expected.iter().map(|line| line.trim_end()).find(|wanted| !lines.any(|line| line == *wanted))
}

#[cfg(test)]
mod tests {
    use super::{Session, missing};
    use crate::runbooks::page::Step;

    fn step(script: &str, exit: i32, expected: &[&str]) -> Step {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        Step { line: 1, script: script.to_owned(), exit, expected }
    }

    #[test]
    fn notices_a_wrong_exit_and_a_wrong_line() {
        let session = Session::start();
        assert_eq!(session.run(&step("echo a; echo b >&2; exit 3", 3, &["a", "b"])), Ok(()));
        assert!(session.run(&step("false; true", 0, &[])).unwrap_err().contains("exit status: 1"));
        assert!(session.run(&step("true", 5, &[])).unwrap_err().contains("the page says exit 5"));
        assert!(session.run(&step("echo a", 0, &["b"])).unwrap_err().contains("in its place"));
    }

    #[test]
    fn wants_lines_in_their_order() {
        let expected = ["b".to_owned(), "a".to_owned()];
        assert_eq!(missing(&expected, "b\nx\na\n"), None);
        assert_eq!(missing(&expected, "a\nb\n"), Some("a"));
    }
}
