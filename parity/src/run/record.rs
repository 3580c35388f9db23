//! Writes what a run saw: everything raw, everything canonical, and the result.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Serialize;

use crate::report::{Format, RunResult};
use crate::scenario::Scenario;
use crate::system::Raw;

use super::RunError;
use super::turn::Turn;

/// How much is kept of each output of a command that printed too much, in bytes.
const KEPT: usize = 1 << 20;

/// Writes `raw/<behaviour>/<scenario>/<side>-<run>/<step>.{stdout,stderr,json}`.
pub(super) struct Recorder {
    folder: PathBuf,
}

impl Recorder {
    /// A recorder for one run of a scenario. Nothing stays of an earlier try of that run, which may have gone further.
    pub(super) fn new(out: &Path, scenario: &Scenario, turn: Turn) -> Result<Self, RunError> {
        let folder = out.join("raw").join(&scenario.behaviour).join(&scenario.name).join(turn.name());
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(RunError::file(&folder)(error));
            }
            _ => fs::create_dir_all(&folder).map_err(RunError::file(&folder))?,
        }
        Ok(Self { folder })
    }

    /// Writes what the commands of a step printed. Of several commands, all but the last are numbered.
    pub(super) fn raw(&self, step: &str, raw: &[Raw]) -> Result<(), RunError> {
        for (index, raw) in raw.iter().enumerate() {
            let name = if step == "start" { format!("setup-{}", index + 1) } else { step.to_owned() };
            // Of what printed without an end, the beginning says what it was.
            let kept = if raw.overflow { KEPT } else { usize::MAX };
            let cut = |bytes: &'_ [u8]| bytes.len().min(kept);
            self.write(&format!("{name}.stdout"), &raw.stdout[..cut(&raw.stdout)])?;
            self.write(&format!("{name}.stderr"), &raw.stderr[..cut(&raw.stderr)])?;
            let mut command = serde_json::json!({ "argv": raw.argv, "ending": raw.ending });
            if raw.overflow {
                command["kept_bytes"] = KEPT.into();
            }
            if !raw.left.is_empty() {
                command["left_running"] = raw.left.clone().into();
            }
            self.write(&format!("{name}.command"), format!("{command:#}\n").as_bytes())?;
        }
        Ok(())
    }

    /// Writes the canonical form of a step.
    pub(super) fn canonical(&self, step: &str, value: &impl Serialize) -> Result<(), RunError> {
        self.write(&format!("{step}.json"), &pretty(value))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), RunError> {
        let path = self.folder.join(name);
        fs::write(&path, bytes).map_err(RunError::file(&path))
    }
}

/// Writes `result.json`, and the reports that are made of it.
pub(super) fn write_result(out: &Path, result: &RunResult) -> Result<(), RunError> {
    Format::write_all(out, result).map_err(RunError::file(out))
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::turn::Role;
    use super::*;
    use crate::Library;

    #[test]
    fn a_run_that_is_played_again_keeps_nothing_of_the_first_try() {
        let library = Library::load(None).unwrap();
        let (scenario, turn) = (&library.scenarios[0], Turn { role: Role::Reference, attempt: 1 });
        let out = tempfile::tempdir().unwrap();
        let names = |recorder: &Recorder| {
            fs::read_dir(&recorder.folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .collect::<Vec<_>>()
        };
        let first = Recorder::new(out.path(), scenario, turn).unwrap();
        for step in ["1", "2"] {
            first.canonical(step, &"first").unwrap();
        }
        assert_eq!(names(&first).len(), 2);
        let other = Recorder::new(out.path(), scenario, Turn { attempt: 2, ..turn }).unwrap();
        other.canonical("1", &"other").unwrap();

        let second = Recorder::new(out.path(), scenario, turn).unwrap();
        second.canonical("1", &"second").unwrap();
        assert_eq!(names(&second), ["1.json"]);
        assert_eq!(names(&other), ["1.json"], "another run's are its own");
    }
}
