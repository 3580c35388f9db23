//! The open differences of one scenario of a recorded run.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::CliError;

/// A scenario of a recorded run.
pub(super) struct OpenScenario {
    /// The behaviour.
    pub(super) behaviour: String,
    /// The scenario.
    pub(super) name: String,
    /// Every difference that no waiver accepted.
    pub(super) open: Vec<Open>,
}

/// A difference that nobody accepted.
pub(super) struct Open {
    pub(super) place: String,
    pub(super) reference: Option<Value>,
    pub(super) candidate: Option<Value>,
}

impl Open {
    /// Both values, in one line.
    pub(super) fn shown(&self) -> String {
        let show = |value: &Option<Value>| {
            let text = value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
            if text.chars().count() <= 60 { text } else { text.chars().take(57).collect::<String>() + "..." }
        };
        format!("{} -> {}", show(&self.reference), show(&self.candidate))
    }
}

impl OpenScenario {
    /// Finds a scenario, by `behaviour/name` or its name alone, in the run that `given` names.
    pub(super) fn find(path: &Path, given: &str, root: &Path, scenario: &str) -> Result<Self, CliError> {
        let folder = folder(path, given, &root.join(".fairway/parity"))?;
        let file = folder.join("result.json");
        let failed = |source| CliError::File { message: format!("cannot read {}", file.display()), source };
        let text = std::fs::read_to_string(&file).map_err(failed)?;
        let result: Value = serde_json::from_str(&text).map_err(|error| {
            CliError::usage(format!("{}: not the result of a run: {error}", file.display()))
        })?;
        let all = result["scenarios"].as_array().cloned().unwrap_or_default();
        let name = |one: &Value| one["name"].as_str().unwrap_or_default().to_owned();
        let id = |one: &Value| format!("{}/{}", one["behaviour"].as_str().unwrap_or_default(), name(one));
        let named: Vec<&Value> =
            all.iter().filter(|one| id(one) == scenario || name(one) == scenario).collect();
        match named.as_slice() {
            [one] => Ok(Self {
                behaviour: one["behaviour"].as_str().unwrap_or_default().to_owned(),
                name: name(one),
                open: one["differences"].as_array().into_iter().flatten().filter_map(open).collect(),
            }),
            [] => {
                let differ: Vec<String> =
                    all.iter().filter(|one| one["verdict"] == "mismatched").map(id).collect();
                Err(CliError::usage(format!("that run has no scenario `{scenario}`"))
                    .hint(format!("mismatched are: {}", differ.join(", "))))
            }
            several => {
                let names: Vec<String> = several.iter().map(|one| id(one)).collect();
                Err(CliError::usage(format!("several scenarios are called `{scenario}`"))
                    .hint(format!("say which: {}", names.join(", "))))
            }
        }
    }
}

fn open(difference: &Value) -> Option<Open> {
    let value = |key: &str| difference.get(key).filter(|value| !value.is_null()).cloned();
    if difference.get("waiver").is_some_and(|waiver| !waiver.is_null()) {
        return None;
    }
    let place = difference["place"].as_str()?.to_owned();
    Some(Open { place, reference: value("reference"), candidate: value("candidate") })
}

/// The folder of a run: one that is there, or one of the project's.
fn folder(path: &Path, given: &str, runs: &Path) -> Result<PathBuf, CliError> {
    if path.is_dir() {
        return Ok(path.to_owned());
    }
    let has_result = |path: &PathBuf| path.join("result.json").is_file();
    let found = if given == "latest" {
        let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(has_result).max()
    } else {
        Some(runs.join(given)).filter(has_result)
    };
    found.ok_or_else(|| {
        CliError::usage(format!("there is no run `{given}`"))
            .hint("`fairway parity run` records one; give its id, or the folder that its --out named")
    })
}
