//! Setting a repository up.

use std::path::{Path, PathBuf};

use fairway_parity::Library;
use fairway_parity::adapter::Adapter;

use super::{Context, OpError, Origin, Result};
use crate::config::{self, PRESET_NAMES, ProjectPaths};
use crate::git::Repository;
use crate::model::Timestamp;
use crate::model::diagnostic::closest;
use crate::policy::holding::Caller;
use crate::policy::{Reason, Refusal};
use crate::store::{BUSY_TIMEOUT, Store};
use crate::views::{Initialised, Made};

/// What git shall not see: the store, its side files, and what Fairway writes beside it.
const IGNORED: &[&str] = &[
    "/.fairway/state.db*",
    "/.fairway/backups/",
    "/.fairway/migrations/",
    "/.fairway/pilots/",
    "/.fairway/legacy.lock",
    "/.fairway/legacy.calls",
    "/.fairway/parity/digests.json",
    "/.fairway/parity/grants/",
    "/.fairway/parity/runs/",
    "/.fairway/parity/shadow/",
];

/// What to set up.
#[derive(Debug)]
pub struct InitRequest {
    /// Where the caller stands.
    pub directory: PathBuf,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--db`.
    pub db: Option<PathBuf>,
    /// Which configuration to begin with: a preset, or the path of a file.
    pub preset: String,
    /// Whether the scripts are left out of it, though they are there.
    pub no_legacy: bool,
    /// The moment of this call.
    pub now: Timestamp,
    /// Who acts.
    pub actor: String,
}

/// Writes the configuration and creates the store; what is there already is kept.
///
/// # Errors
/// A refusal of class `usage` for an unknown preset; a file that cannot be written; a configuration that is there
/// and has problems.
pub fn init(request: &InitRequest) -> Result<Initialised> {
    let checkouts = Repository::discover(&request.directory).and_then(|found| found.checkouts()).ok();
    let root = checkouts
        .as_ref()
        .and_then(|found| found.main.clone().or_else(|| found.here.clone()))
        .unwrap_or_else(|| request.directory.clone());
    let config = request.config.clone().unwrap_or_else(|| root.join(".fairway/config.toml"));
    let name: String =
        root.file_name().map_or_else(|| "project".into(), |name| name.to_string_lossy().into_owned());

    let preset = preset(request, &name)?;
    let preset = if request.no_legacy { preset } else { with_scripts(preset, &root)? };

    let configuration = if config.exists() {
        Made::Kept
    } else {
        write(&config, &preset)?;
        Made::Created
    };
    let paths = ProjectPaths {
        config: config.clone(),
        root: root.clone(),
        checkout: checkouts.as_ref().and_then(|found| found.here.clone()).unwrap_or_else(|| root.clone()),
    };
    let origin = Origin {
        paths,
        db: request.db.clone(),
        now: request.now,
        actor: request.actor.clone(),
        role: None,
        caller: Caller::default(),
        busy_timeout: BUSY_TIMEOUT,
    };
    let (context, _) = Context::load(origin)?;
    let store = if context.db.exists() { Made::Kept } else { Made::Created };
    Store::create(&context.db, context.store_settings(), request.now)?;
    let ignore = root.join(".gitignore");
    // A configuration elsewhere has its store where it says.
    let ignored =
        if checkouts.is_some() && request.config.is_none() { ignore_state(&ignore)? } else { Made::Kept };
    Ok(Initialised {
        project: context.store_settings().project,
        preset: request.preset.clone(),
        config_path: config,
        config: configuration,
        db_path: context.db,
        store,
        gitignore: ignored,
    })
}

/// The text of the preset, or of the file that stands in for one.
fn preset(request: &InitRequest, name: &str) -> Result<String> {
    let given = Path::new(&request.preset);
    if given.components().count() < 2 {
        return config::preset(&request.preset, name).ok_or_else(|| unknown_preset(&request.preset));
    }
    let path = request.directory.join(given);
    std::fs::read_to_string(&path).map_err(|source| OpError::Unreadable { path, source })
}

/// A preset names the adapter of the scripts that it knows in a section that is commented out. Where these scripts are, the
/// section counts.
fn with_scripts(preset: String, root: &Path) -> Result<String> {
    let Some((before, section)) = preset.split_once("\n# [legacy]\n# adapter = ") else { return Ok(preset) };
    let (value, rest) = section.split_once('\n').unwrap_or((section, ""));
    let adapters = Library::systems(Some(root)).map_err(OpError::Adapters)?.adapters;
    let here = |adapter: &&Adapter| {
        let files = &adapter.requires.files;
        !files.is_empty() && files.iter().all(|file| root.join(file).exists())
    };
    let named = adapters.iter().filter(|adapter| format!("{:?}", adapter.name) == value);
    if named.filter(here).count() == 0 {
        return Ok(preset);
    }
    Ok(format!("{before}\n[legacy]\nadapter = {value}\n{rest}"))
}

fn unknown_preset(name: &str) -> OpError {
    let expected = format!("expected one of {}", PRESET_NAMES.join(", "));
    let hint = match closest(name, PRESET_NAMES.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {expected}"),
        None => expected,
    };
    Refusal::new(Reason::Usage, format!("unknown preset `{name}`")).hint(hint).into()
}

fn write(path: &Path, text: &str) -> Result<()> {
    let fail = |source| OpError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fail)?;
    }
    std::fs::write(path, text).map_err(fail)
}

/// Adds the lines that are missing; the file's other lines stay as they are.
fn ignore_state(path: &Path) -> Result<Made> {
    let fail = |source| OpError::File { path: path.to_owned(), source };
    let old = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(fail(error)),
    };
    let missing: Vec<&str> =
        IGNORED.iter().copied().filter(|line| !old.lines().any(|have| have.trim() == *line)).collect();
    if missing.is_empty() {
        return Ok(Made::Kept);
    }
    let separator = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    std::fs::write(path, format!("{old}{separator}{}\n", missing.join("\n"))).map_err(fail)?;
    Ok(Made::Created)
}
