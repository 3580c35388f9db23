//! Reads what an earlier run wrote.

use std::fs;
use std::path::{Path, PathBuf};

use super::{RunResult, SCHEMA};

/// The file that a run leaves in its folder.
const FILE: &str = "result.json";

/// The results of a run cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such run.
    #[error("there is no run at {}", .0.display())]
    Missing(PathBuf),
    /// No run was recorded in the folder of runs.
    #[error("no run is recorded under {}", .0.display())]
    None(PathBuf),
    /// The file cannot be read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no result of a run.
    #[error("{path}: not the result of a run: {source}", path = path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The file is of a form that a later Fairway writes.
    #[error("{path} is of the form `{schema}`; this program reads {SCHEMA}", path = path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its form.
        schema: String,
    },
}

/// The run in a folder. Fields that older runs have not are empty.
///
/// # Errors
/// There is none, or its result cannot be read.
pub fn read(folder: &Path) -> Result<RunResult, ReadError> {
    let path = folder.join(FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(ReadError::Missing(folder.to_owned()));
        }
        Err(source) => return Err(ReadError::File { path, source }),
    };
    let broken = |source| ReadError::Broken { path: path.clone(), source };
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(broken)?;
    if let Some(schema) = value["schema"].as_str().filter(|schema| *schema != SCHEMA) {
        return Err(ReadError::Newer { path, schema: schema.to_owned() });
    }
    serde_json::from_value(value).map_err(broken)
}

/// The folder of the latest run below the folder of runs. The names of runs begin with their time.
///
/// # Errors
/// There is none.
pub fn latest(runs: &Path) -> Result<PathBuf, ReadError> {
    let entries = fs::read_dir(runs).map_err(|_| ReadError::None(runs.to_owned()))?;
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    folders.filter(|path| path.join(FILE).is_file()).max().ok_or_else(|| ReadError::None(runs.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the first version wrote: no form, no times of scenarios, no waivers.
    const OLD: &str = r#"{"run_id":"r","verdict":"matched","counts":{"matched":1,"waived":0,"mismatched":0,"unstable":0,
        "errored":0},"behaviours":[],"reference":{"adapter":"a","digest":"1"},"candidate":{"adapter":"b","digest":"2"},
        "original_untouched":true,"original_changes":[],"time":{"wall_seconds":1.0,"children_seconds":0.5,
        "own_seconds":0.5,"own_share":0.5},"unused_waivers":[],"scenarios":[{"behaviour":"x","name":"y","summary":"s",
        "verdict":"matched","steps":1,"unmet_guards":[],"differences":[],"diffs":[],"masked":{}}]}"#;

    #[test]
    fn a_run_of_an_older_version_is_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), OLD).unwrap();
        let result = read(folder.path()).unwrap();
        assert_eq!((result.schema.as_str(), result.scenarios[0].seconds), (SCHEMA, 0.0));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), OLD).unwrap();
        let result = read(folder.path()).unwrap();
        fs::write(folder.path().join(FILE), serde_json::to_string(&result).unwrap()).unwrap();
        assert_eq!(read(folder.path()).unwrap(), result);
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let said = |text: &str| {
            fs::write(folder.path().join(FILE), text).unwrap();
            read(folder.path()).unwrap_err().to_string()
        };
        assert!(said("{").contains("result.json: not the result of a run: EOF"), "{}", said("{"));
        assert!(
            said("{\"schema\":\"fairway-parity-result/2\"}")
                .contains("of the form `fairway-parity-result/2`")
        );
        assert!(matches!(read(Path::new("/nowhere")), Err(ReadError::Missing(_))));
    }

    #[test]
    fn the_latest_run_is_the_last_by_name_that_has_a_result() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(latest(folder.path()), Err(ReadError::None(_))));
        for (name, file) in [("20260101T", FILE), ("20260301T", "other"), ("20260201T", FILE)] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join(file), "").unwrap();
        }
        assert!(latest(folder.path()).unwrap().ends_with("20260201T"));
    }
}
