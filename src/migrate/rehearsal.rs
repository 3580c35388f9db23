//! That a plan was rehearsed: `rehearsals/<plan>.json` beside the migrations. `apply` asks for it.

use serde::{Deserialize, Serialize};

use super::{MigrateError, Migrations};

/// The form of the file.
const SCHEMA: &str = "fairway-rehearsal/1";

/// A rehearsal of a plan, as it is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Rehearsal {
    /// The form of this file.
    pub schema: String,
    /// The digest of the plan.
    pub plan_sha256: String,
    /// Whether everything went as it should.
    pub passed: bool,
    /// When it was.
    pub at: String,
    /// Who rehearsed.
    pub actor: String,
    /// What came of it, in one sentence.
    pub summary: String,
    /// Its steps, with what each found.
    #[serde(default)]
    pub steps: serde_json::Value,
}

impl Rehearsal {
    /// A rehearsal that is not recorded yet.
    pub fn new(plan_sha256: &str, passed: bool, at: String, actor: &str, summary: String) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            plan_sha256: plan_sha256.to_owned(),
            passed,
            at,
            actor: actor.to_owned(),
            summary,
            steps: serde_json::Value::Null,
        }
    }

    /// Records it, in the place of an earlier one of the same plan.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record(&self, migrations: &Migrations) -> Result<(), MigrateError> {
        migrations.make()?;
        let path = migrations.rehearsal(&self.plan_sha256);
        let folder = path.parent().unwrap_or(migrations.root()).to_owned();
        std::fs::create_dir_all(&folder).map_err(MigrateError::file("make", &folder))?;
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            std::io::Write::write_all(&mut file, text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)
        };
        write().map(|_| ()).map_err(MigrateError::file("write", &path))
    }

    /// The recorded rehearsal of a plan; none when there is none, or what is there is none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(migrations: &Migrations, plan_sha256: &str) -> Result<Option<Self>, MigrateError> {
        let path = migrations.rehearsal(plan_sha256);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let read = serde_json::from_slice::<Self>(&bytes).ok();
                Ok(read.filter(|found| found.schema == SCHEMA && found.plan_sha256 == plan_sha256))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(MigrateError::file("read", &path)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_is_found_by_its_plan() {
        let folder = tempfile::tempdir().unwrap();
        let migrations = Migrations::of_store(&folder.path().join("state.db"));
        let digest = "ab".repeat(32);
        assert_eq!(Rehearsal::of(&migrations, &digest).unwrap(), None);
        let made =
            Rehearsal::new(&digest, true, "2026-02-27T16:00:00.000Z".to_owned(), "me", "fine".to_owned());
        made.record(&migrations).unwrap();
        assert_eq!(Rehearsal::of(&migrations, &digest).unwrap(), Some(made));
        std::fs::write(migrations.rehearsal(&digest), "{}").unwrap();
        assert_eq!(Rehearsal::of(&migrations, &digest).unwrap(), None);
    }
}
