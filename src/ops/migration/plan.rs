//! Planning a migration: nothing is written, neither to the sources nor to the store.

use std::path::{Path, PathBuf};

use super::setting::{Setting, written};
use crate::git::Repository;
use crate::migrate::plan::{LaneFacts, LaneQuestion, PlanFile, Planning, lanes, make};
use crate::migrate::sources::Found;
use crate::migrate::{MigrateError, Watch};
use crate::ops::{Context, Result};
use crate::views::MigrationPlanned;

/// What is planned.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// The legacy checkout, or a queue file, or a database.
    pub from: PathBuf,
    /// The mapping that says where the sources are; without it the one that the configuration names, else
    /// the only one that finds a queue there.
    pub adapter: Option<String>,
    /// Where the plan is written.
    pub out: Option<PathBuf>,
}

/// Plans a migration.
///
/// # Errors
/// When there is no queue, when a source cannot be read or has errors, or when the plan cannot be written.
pub fn plan_migration(
    context: &Context,
    request: &PlanRequest,
    watch: &dyn Watch,
) -> Result<MigrationPlanned> {
    let setting = Setting::for_source(context, request.adapter.as_deref(), &request.from)?;
    let found = setting.find(context, &request.from)?;
    let (missing, lanes) = (found.missing.clone(), lanes_of(context, &setting, &found)?);
    let taken = setting.take(found, watch)?;
    let in_use = taken.snapshot.as_ref().is_some_and(|(_, snapshot)| snapshot.was_in_use());
    let store = context.open_store()?;
    let role_names: Vec<(String, String)> = setting.rules.role_names.clone();
    let planning = Planning {
        adapter: &setting.adapter,
        rules: &setting.decides,
        statuses: &context.config.states.allowed,
        role_names: &role_names,
        store: &store,
        settings: context.store_settings(),
        lanes,
        missing,
        watch,
    };
    let plan = make(&taken, planning, context.now)?;
    let file = PlanFile::new(plan, written(context, &request.from));
    if let Some(out) = &request.out {
        crate::ops::write_document(out, &file.to_text())?;
    }
    Ok(MigrationPlanned { file, out: request.out.clone(), in_use })
}

/// The branches of roles in the legacy's repository; none when the sources are in none, or the mapping names none.
fn lanes_of(context: &Context, setting: &Setting, found: &Found) -> Result<Vec<LaneFacts>> {
    let (Some(branch), Some(root)) = (&setting.mapping.sources.branch, &found.root) else {
        return Ok(Vec::new());
    };
    let Some(repository) = repository(root) else { return Ok(Vec::new()) };
    let theirs = |ours: &str| {
        let renamed = setting.rules.role_names.iter().find(|(_, name)| name == ours);
        renamed.map_or_else(|| ours.to_owned(), |(theirs, _)| theirs.clone())
    };
    let questions = context
        .config
        .role_names()
        .map(|role| LaneQuestion { role: role.to_owned(), branch: branch.replace("{role}", &theirs(role)) });
    Ok(lanes(&repository, questions.collect()).map_err(MigrateError::from)?)
}

fn repository(root: &Path) -> Option<Repository> {
    Repository::discover(root).ok()
}
