//! The plan of a migration: what would be done, decided by doing it in a store that is thrown away.
//!
//! A plan is a file that people review and compare. It is the same, byte for byte, for equal sources, an equal
//! configuration and an equal store: it holds no time and no path of a copy.

mod file;
mod hazards;
mod lanes;
mod yaml;

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::import::{Import, ImportError, Plan};
use super::sources::{SourceDigests, Taken};
use super::{MigrateError, Watch};
use crate::model::Timestamp;
use crate::store::{Finding, HistoryCheck, OwnWork, Settings, Store};
pub use file::{PlanFile, ReadPlan};
pub use hazards::{Hazard, HazardWeight};
pub use lanes::{LaneFacts, LaneQuestion, lanes};
pub use yaml::{YamlGroup, YamlValue};

/// What the audit calls a migration that is applied.
pub const OPERATION: &str = "migrate-apply";

/// What a plan says.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct MovePlan {
    /// The mapping that says where the sources are and where their rows go.
    pub adapter: String,
    /// The project of the store.
    pub project: String,
    /// The digest of everything that decides beside the sources: configuration and mapping.
    pub rules_sha256: String,
    /// The sources.
    pub sources: SourceDigests,
    /// What was looked for and is not there.
    pub missing: Vec<String>,
    /// What the import does, row by row.
    pub import: Plan,
    /// Roles that are called otherwise in the store.
    pub renamed: Vec<Renamed>,
    /// Values of the queue file that a reader of YAML 1.2 takes for something else.
    pub yaml_versions: Vec<YamlGroup>,
    /// The branches and worktrees of roles; they stay where they are.
    pub lanes: Vec<LaneFacts>,
    /// How many packs the catalogue has; none when there is no catalogue.
    pub packs: Option<usize>,
    /// What was done in the store other than importing: `apply` refuses when there is any.
    pub own_work: Vec<OwnWork>,
    /// Tasks of earlier imports that the sources do not have: they give way to the whole queue.
    pub giving_way: Vec<String>,
    /// What is wrong with the store that the plan leads to: `apply` refuses when there is any.
    pub findings: Vec<Finding>,
    /// What to know before it is applied, the heaviest first.
    pub hazards: Vec<Hazard>,
}

/// A name that is another one in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Renamed {
    /// What it names.
    pub what: &'static str,
    /// In the sources.
    pub from: String,
    /// In the store.
    pub to: String,
    /// How many tasks have it.
    pub tasks: usize,
}

/// What a plan is made from, beside the sources.
pub struct Planning<'a> {
    /// The name of the mapping.
    pub adapter: &'a str,
    /// Configuration and mapping, as JSON: everything that decides beside the sources.
    pub rules: &'a serde_json::Value,
    /// The configured states.
    pub statuses: &'a [String],
    /// What the queue calls roles: theirs, ours.
    pub role_names: &'a [(String, String)],
    /// The store as it is.
    pub store: &'a Store,
    /// What the store knows of the configuration.
    pub settings: Settings,
    /// The branches and worktrees of roles.
    pub lanes: Vec<LaneFacts>,
    /// What was looked for and is not there.
    pub missing: Vec<String>,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

/// The import of the sources, as `plan` and `apply` run it.
pub fn import_of<'a>(taken: &'a Taken, statuses: &'a [String], watch: &'a dyn Watch) -> Import<'a> {
    Import {
        queue: &taken.document,
        stamp: &taken.stamp,
        snapshot: taken.snapshot.as_ref().map(|(_, snapshot)| snapshot),
        // What only the file knows of a task that the database does not have is the task's state.
        state_once: true,
        statuses,
        watch,
    }
}

/// Makes the plan.
///
/// # Errors
/// When the sources have errors: they are all in [`ImportError::Broken`]; when a copy or the store cannot be read or
/// written.
pub fn make(taken: &Taken, planning: Planning<'_>, now: Timestamp) -> Result<MovePlan, MigrateError> {
    let folder = tempfile::Builder::new()
        .prefix("fairway-plan-")
        .tempdir()
        .map_err(MigrateError::file("make", std::env::temp_dir()))?;
    let (queue, format) = (taken.queue.as_ref(), taken.document.format);
    let snapshot = taken.snapshot.as_ref().map(|(_, snapshot)| snapshot.again()).transpose();
    let snapshot = snapshot.map_err(ImportError::from)?;
    let (tried, yaml_versions) = std::thread::scope(|scope| {
        // What only names the sources: the digest of their rows, and what YAML 1.2 would make of the file.
        let naming = scope.spawn(move || {
            // It has the time of the whole trial, and what the trial waits for goes first. On Linux a thread is as nice as it says,
            // elsewhere its whole process would be.
            #[cfg(target_os = "linux")]
            let _ = rustix::process::nice(10);
            let digest = snapshot.map_or(Ok(()), |snapshot| snapshot.digest().map(|_| ()));
            digest.map(|()| yaml::groups(queue, format))
        });
        let tried = try_out(taken, &planning, folder.path(), now);
        (tried, naming.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let yaml_versions = yaml_versions.map_err(ImportError::from)?;
    let Tried { import, findings, gaps, giving_way } = tried?;
    let Planning { adapter, role_names, store, lanes, missing, .. } = planning;
    let mut plan = MovePlan {
        adapter: adapter.to_owned(),
        project: planning.settings.project.clone(),
        rules_sha256: rules_digest(planning.rules),
        sources: taken.digests()?,
        missing,
        renamed: renamed(role_names, taken),
        yaml_versions,
        lanes,
        packs: taken.packs.as_ref().and_then(|packs| packs.catalog.as_ref().ok()).map(|found| found.listed),
        own_work: store.read(|reader| reader.own_work())?,
        giving_way,
        findings,
        hazards: Vec::new(),
        import,
    };
    plan.hazards = hazards::of(&plan, taken, &gaps);
    Ok(plan)
}

/// What an import into an empty store comes to.
struct Tried {
    import: Plan,
    findings: Vec<Finding>,
    /// Where the legacy's history does not follow from itself.
    gaps: Vec<Finding>,
    /// Tasks of the store that the import does not bring.
    giving_way: Vec<String>,
}

/// Imports into a store that holds nothing, and checks what comes of it: a migration brings the whole queue, and what earlier
/// imports brought gives way to it.
fn try_out(
    taken: &Taken,
    planning: &Planning<'_>,
    folder: &Path,
    now: Timestamp,
) -> Result<Tried, MigrateError> {
    let path = folder.join("state.db");
    let mut target = Store::scratch(&path, planning.settings.clone(), now)?;
    let import = import_of(taken, planning.statuses, planning.watch);
    let plan = import.run(&mut target, OPERATION, "planner", now)?;
    planning.watch.stage("checking the result", 0);
    let settings = planning.settings.clone();
    let (findings, history) = std::thread::scope(|scope| {
        // The transitions are most of the rows, and are gone over beside the rest.
        let transitions = scope.spawn(|| Store::open(&path, settings)?.read(|reader| reader.check_history()));
        let findings = target.read(|reader| reader.check_rows(planning.statuses));
        (findings, transitions.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (mut findings, history): (Vec<Finding>, HistoryCheck) = (findings?, history?);
    findings.extend(history.findings);
    let mut giving_way: BTreeSet<String> = ids(planning.store)?.into_iter().collect();
    if !giving_way.is_empty() {
        ids(&target)?.iter().for_each(|id| _ = giving_way.remove(id));
    }
    let giving_way = giving_way.into_iter().collect();
    Ok(Tried { import: named_by_place(plan, taken), findings, gaps: history.imported_gaps, giving_way })
}

fn ids(store: &Store) -> Result<Vec<String>, MigrateError> {
    Ok(store.read(|reader| reader.task_ids())?.into_iter().map(|(id, _)| id).collect())
}

/// The import's plan with its sources named by their places, wherever the checkout is.
pub fn named_by_place(mut plan: Plan, taken: &Taken) -> Plan {
    plan.source.path = taken.queue.as_ref().map_or_else(String::new, |file| file.place.name.clone());
    if let (Some(facts), Some((place, _))) = (&mut plan.snapshot, &taken.snapshot) {
        facts.path.clone_from(&place.name);
    }
    plan
}

/// The digest of what decides beside the sources.
pub fn rules_digest(rules: &serde_json::Value) -> String {
    crate::legacy::hex(&Sha256::digest(rules.to_string()))
}

fn renamed(role_names: &[(String, String)], taken: &Taken) -> Vec<Renamed> {
    let named = |ours: &str| taken.document.tasks.iter().filter(|task| &*task.role == ours).count();
    let rename = |(from, to): &(String, String)| Renamed {
        what: "role",
        from: from.clone(),
        to: to.clone(),
        tasks: named(to),
    };
    role_names.iter().map(rename).collect()
}
