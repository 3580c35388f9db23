//! A plan as a file: a head, and the body that its digest is of.
//!
//! The head says what the file is, the digest of the rest, and where the sources were. Where they were is not part of the
//! digest: a plan that was made from a copy is the same plan.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::MovePlan;
use crate::migrate::MigrateError;
use crate::migrate::sources::SourceDigests;

/// The form of the file.
const SCHEMA: &str = "fairway-migration-plan/1";

/// A plan, ready to be written and shown.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct PlanFile {
    /// The form of the file.
    pub schema: String,
    /// SHA-256 of the file's text after the line with `from`.
    pub plan_sha256: String,
    /// Where the sources are: relative to the root of the project, or absolute.
    pub from: String,
    /// What it says.
    #[serde(flatten)]
    pub plan: MovePlan,
}

/// A plan that was read back.
#[derive(Debug, Clone)]
pub struct ReadPlan {
    /// The text of the file.
    pub text: String,
    /// Its digest.
    pub plan_sha256: String,
    /// Where the sources are: relative to the root of the project, or absolute.
    pub from: String,
    /// The mapping's name.
    pub adapter: String,
    /// The project of the store.
    pub project: String,
    /// The digest of what decides beside the sources.
    pub rules_sha256: String,
    /// The sources.
    pub sources: SourceDigests,
    /// What the import does.
    pub import: Value,
    /// All of it.
    pub body: Map<String, Value>,
}

/// The parts of a plan that are read.
#[derive(Deserialize)]
struct Parts {
    plan_sha256: String,
    from: String,
    adapter: String,
    project: String,
    rules_sha256: String,
    sources: SourceDigests,
    import: Value,
}

impl PlanFile {
    /// A plan with its head.
    pub fn new(plan: MovePlan, from: String) -> Self {
        let mut file = Self { schema: SCHEMA.to_owned(), plan_sha256: String::new(), from, plan };
        file.plan_sha256 = digest_of(&file.to_text()).unwrap_or_default();
        file
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        // Texts, numbers, lists and objects under text keys always serialise.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl ReadPlan {
    /// Reads a plan back, and checks that it is as it was written.
    ///
    /// # Errors
    /// When it cannot be read, is no plan, or was changed.
    pub fn read(path: &Path) -> Result<Self, MigrateError> {
        let not = |why: String| MigrateError::NotAPlan { path: path.to_owned(), why };
        let bytes = std::fs::read(path).map_err(MigrateError::file("read", path))?;
        let text = String::from_utf8(bytes).map_err(|_| not("it is not UTF-8".to_owned()))?;
        let body: Map<String, Value> = serde_json::from_str(&text).map_err(|error| not(error.to_string()))?;
        match body.get("schema").and_then(Value::as_str) {
            Some(SCHEMA) => {}
            Some(other) => {
                return Err(not(format!("its schema is {other:?}, this Fairway knows {SCHEMA:?}")));
            }
            None => return Err(not("it has no schema".to_owned())),
        }
        let parts: Parts = serde_json::from_str(&text).map_err(|error| not(error.to_string()))?;
        if digest_of(&text).as_ref() != Some(&parts.plan_sha256) {
            return Err(MigrateError::PlanEdited(path.to_owned()));
        }
        let Parts { plan_sha256, from, adapter, project, rules_sha256, sources, import } = parts;
        Ok(Self { text, plan_sha256, from, adapter, project, rules_sha256, sources, import, body })
    }
}

/// The digest of a plan's text after its head.
fn digest_of(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("\n  \"from\": ")?;
    let (_, body) = rest.split_once('\n')?;
    Some(crate::legacy::hex(&Sha256::digest(body)))
}
