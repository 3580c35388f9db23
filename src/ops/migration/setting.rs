//! What every step of a migration takes from the configuration: the mapping, the rules, the digest of both.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::legacy::snapshot::Mapping;
use crate::migrate::sources::{self, Found, Reading, Taken};
use crate::migrate::{MigrateError, Watch};
use crate::ops::import::rules;
use crate::ops::mapping::{configured, mapping};
use crate::ops::{Context, Result};
use crate::policy::definitions::ImportRules;

/// What decides beside the sources.
pub(super) struct Setting {
    /// The mapping's name.
    pub(super) adapter: String,
    /// The mapping, with roles renamed as the configuration says.
    pub(super) mapping: Mapping,
    /// What the configuration demands of a queue file.
    pub(super) rules: ImportRules,
    /// All of it, as JSON.
    pub(super) decides: Value,
}

impl Setting {
    /// The setting with that mapping; else with the one that the configuration names; else with the only one that finds a
    /// queue at `from`.
    pub(super) fn for_source(context: &Context, adapter: Option<&str>, from: &Path) -> Result<Self> {
        let named = adapter.map(str::to_owned).or_else(|| configured(context));
        let only = || match found_by(context, from).as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        Self::new(context, named.or_else(only).as_deref())
    }

    /// The setting with that mapping, else with the one that the configuration names.
    pub(super) fn new(context: &Context, adapter: Option<&str>) -> Result<Self> {
        let config = &context.config;
        let (adapter, mapping) = mapping(context, adapter).map_err(MigrateError::from)?;
        let decides = json!({
            "mapping": mapping,
            "import": config.import,
            "states": config.states,
            "roles": config.role_names().collect::<Vec<_>>(),
            "task_id_pattern": config.fairway.task_id_pattern,
        });
        Ok(Self { adapter, mapping, rules: rules(context), decides })
    }

    /// Finds the sources of a checkout.
    pub(super) fn find(&self, context: &Context, from: &Path) -> Result<Found> {
        let found = sources::find(from, &self.mapping.sources)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let looked = match found.missing.as_slice() {
            [] => "it says of no place where one would be".to_owned(),
            missing => format!("it has no {}", missing.join(", no ")),
        };
        Err(MigrateError::NoQueue {
            from: from.to_owned(),
            adapter: self.adapter.clone(),
            looked,
            others: found_by(context, from),
        }
        .into())
    }

    /// Copies and reads the sources.
    pub(super) fn take(&self, found: Found, watch: &dyn Watch) -> Result<Taken> {
        Ok(found.take(Reading { mapping: &self.mapping, rules: &self.rules, watch })?)
    }
}

/// The mappings that find a queue in a checkout, by name. A file that is named by itself is found by none of them.
fn found_by(context: &Context, from: &Path) -> Vec<String> {
    let has = |name: &String| {
        let mapping = Mapping::named(name, &context.paths.root).ok()?;
        let found = sources::find(from, &mapping.sources).ok()?;
        (!found.is_empty() && found.root.is_some()).then_some(())
    };
    let mut names = Mapping::names(&context.paths.root);
    names.retain(|name| has(name).is_some());
    names
}

/// Where sources are, as a plan writes it down: relative to the project's root when they are in it.
pub(super) fn written(context: &Context, from: &Path) -> String {
    let plain = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (root, from) = (plain(&context.paths.root), plain(from));
    match from.strip_prefix(&root) {
        Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
        Ok(inside) => inside.display().to_string(),
        Err(_) => from.display().to_string(),
    }
}

/// Where a plan says that its sources are.
pub(super) fn resolved(context: &Context, from: &str) -> PathBuf {
    let path = context.paths.root.join(from);
    path.canonicalize().unwrap_or(path)
}
