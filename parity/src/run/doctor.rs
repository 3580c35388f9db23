//! Checks what both adapters require, and says of all that is missing how to get it.

use std::env;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::adapter::{Adapter, Program};
use crate::process::{self, Call, Ending};
use crate::system::find_program;

use super::digest::mentions_program;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// The adapter that requires it.
    pub adapter: String,
    /// What it is.
    pub what: String,
    /// Whether it is there and fit.
    pub ok: bool,
    /// What was found.
    pub found: String,
    /// How to get it; only where it is not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Examination {
    /// All checks, the reference's first.
    pub checks: Vec<Check>,
}

impl Examination {
    /// Whether nothing is missing.
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }

    /// One line for each thing that is missing, with its remedy.
    pub fn missing(&self) -> String {
        let mut text = String::new();
        for check in self.checks.iter().filter(|check| !check.ok) {
            let _ = write!(text, "  {} ({}): {}", check.what, check.adapter, check.found);
            if let Some(remedy) = &check.remedy {
                let _ = write!(text, "; {remedy}");
            }
            text.push('\n');
        }
        text.trim_end().to_owned()
    }
}

/// Looks at everything that a run of these two adapters requires.
pub fn doctor(
    reference_dir: &Path,
    reference: &Adapter,
    candidate: &Adapter,
    program: Option<&Path>,
) -> Examination {
    let mut checks = programs(reference, program);
    checks.extend(programs(candidate, program));
    checks.extend(files(reference, reference_dir, &reference.requires.files));
    Examination { checks }
}

/// Looks at what a replay requires: the candidate, and the queue that the goldens begin with. None of the
/// reference's programs and scripts is run, so none has to be there.
pub fn doctor_of_replay(
    reference_dir: &Path,
    reference: &Adapter,
    candidate: &Adapter,
    program: Option<&Path>,
) -> Examination {
    let mut checks = programs(candidate, program);
    checks.extend(files(reference, reference_dir, &[]));
    Examination { checks }
}

/// Looks at what the reference alone requires.
pub(super) fn of_reference(reference_dir: &Path, reference: &Adapter) -> Examination {
    let mut checks = programs(reference, None);
    checks.extend(files(reference, reference_dir, &reference.requires.files));
    Examination { checks }
}

fn programs(adapter: &Adapter, program: Option<&Path>) -> Vec<Check> {
    let tools = adapter.requires.programs.iter().map(|program| tool(adapter, program));
    tools.chain(mentions_program(adapter).then(|| under_test(adapter, program))).collect()
}

/// The files that are needed of the reference: `scripts`, and its queue.
fn files(reference: &Adapter, reference_dir: &Path, scripts: &[String]) -> Vec<Check> {
    let queue = reference.files.queue.iter();
    let database = reference.files.database.iter().filter(|_| reference.requires.database);
    let mut files: Vec<&String> = scripts.iter().chain(queue).chain(database).collect();
    files.dedup();
    files.into_iter().map(|path| file(reference, reference_dir, path)).collect()
}

fn check(adapter: &Adapter, what: &str, result: Result<String, (String, String)>) -> Check {
    let (ok, found, remedy) = match result {
        Ok(found) => (true, found, None),
        Err((found, remedy)) => (false, found, Some(remedy)),
    };
    Check { adapter: adapter.name.clone(), what: what.to_owned(), ok, found, remedy }
}

fn under_test(adapter: &Adapter, program: Option<&Path>) -> Check {
    let remedy = || "give the path of the program under test".to_owned();
    let result = match program {
        Some(path) if path.is_file() => Ok(path.display().to_string()),
        Some(path) => Err((format!("{} is not a file", path.display()), remedy())),
        None => Err(("no program was given".to_owned(), remedy())),
    };
    check(adapter, "program under test", result)
}

fn file(adapter: &Adapter, reference_dir: &Path, path: &str) -> Check {
    let result = if reference_dir.join(path).exists() {
        Ok("there".to_owned())
    } else {
        let found = format!("not in {}", reference_dir.display());
        Err((found, "copy the whole checkout, with its git folder and its database".to_owned()))
    };
    check(adapter, path, result)
}

fn tool(adapter: &Adapter, program: &Program) -> Check {
    let result = version(program).map_err(|found| (found, program.install.clone()));
    check(adapter, &program.name, result)
}

/// The version of a program, or what is wrong with it.
fn version(program: &Program) -> Result<String, String> {
    if program.check.is_empty() {
        return find_program(&program.name).map(|path| path.display().to_string()).map_err(|e| e.to_string());
    }
    let call = Call {
        argv: program.check.clone(),
        cwd: env::temp_dir(),
        env: vec![
            ("PATH".to_owned(), env::var("PATH").unwrap_or_default()),
            ("LC_ALL".to_owned(), "C.UTF-8".to_owned()),
        ],
        stdin: Vec::new(),
        timeout: Duration::from_secs(30),
        output_limit: 1 << 20,
        mark: None,
    };
    let finished = process::run(&call).map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&finished.stdout).into_owned();
    if finished.ending != Ending::Exit(0) {
        let error = String::from_utf8_lossy(&finished.stderr).into_owned();
        let line = error.lines().last().unwrap_or("it failed without a word").to_owned();
        return Err(format!("`{}`: {line}", program.check.join(" ")));
    }
    let Some(pattern) = &program.pattern else { return Ok("there".to_owned()) };
    let found = pattern.captures(&printed).and_then(|found| Some(found.get(1)?.as_str().to_owned()));
    let version = found.ok_or_else(|| format!("no version in: {}", printed.trim()))?;
    if program.accepts(&version) {
        return Ok(version);
    }
    Err(format!("version {version} is older than {}", program.minimum.as_deref().unwrap_or_default()))
}
