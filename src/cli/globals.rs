//! Flags that every verb takes, before or after it, and what the environment says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::CliError;
use crate::config::{self, Loaded, ProjectPaths};
use crate::model::Timestamp;
use crate::ops::{Context, OpError, Origin};
use crate::pilot::Project;
use crate::policy::arguments::whole_number;
use crate::policy::holding::Caller;
use crate::store::BUSY_TIMEOUT;
use crate::ui::{Color, Options, Ui};

/// Flags that every verb takes.
#[derive(Debug, Clone, Args)]
pub struct Globals {
    /// The configuration file, instead of FAIRWAY_CONFIG or the one found from here upwards.
    #[arg(long, global = true, value_name = "PATH", help_heading = "Global")]
    pub config: Option<PathBuf>,
    /// The store, instead of `[fairway] db_path`.
    #[arg(long, global = true, value_name = "PATH", help_heading = "Global")]
    pub db: Option<PathBuf>,
    /// The role that acts; without it the role whose checkout this is, by its branch or its place.
    // An id of its own: a verb has a --role of its own.
    #[arg(
        id = "acting_role",
        long = "as",
        global = true,
        env = "FAIRWAY_ROLE",
        value_name = "ROLE",
        hide_env_values = true,
        help_heading = "Global"
    )]
    pub role: Option<String>,
    /// The epoch of the claim under which the caller writes; once that claim is over, the write is refused.
    #[arg(
        long,
        global = true,
        env = "FAIRWAY_CLAIM_EPOCH",
        value_name = "N",
        hide_env_values = true,
        help_heading = "Global"
    )]
    pub claim_epoch: Option<String>,
    /// Print one JSON envelope instead of text.
    #[arg(long, global = true, help_heading = "Global")]
    pub json: bool,
    /// When to colour.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = "Global")]
    pub color: Color,
    /// No notes and no progress.
    #[arg(short, long, global = true, help_heading = "Global")]
    pub quiet: bool,
    /// More notes.
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Global")]
    pub verbose: bool,
}

/// What the process's environment says, read once in `main`.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The working directory.
    pub directory: PathBuf,
    /// `FAIRWAY_CONFIG`: the configuration file.
    pub config: Option<PathBuf>,
    /// `FAIRWAY_NOW`: the clock, for runs that must be repeatable.
    pub now: Option<String>,
    /// `FAIRWAY_ACTOR`: who acts.
    pub actor: Option<String>,
    /// `FAIRWAY_TASK_ID`: the task that is being worked on.
    pub task: Option<String>,
    /// `FAIRWAY_SESSION_ID`: the session that acts.
    pub session: Option<String>,
    /// `FAIRWAY_BUSY_MS`: how long to wait for another writer, in milliseconds.
    pub busy_ms: Option<String>,
    /// `FAIRWAY_SHADOWED`: whether this is a part of a call of the scripts that is shadowed.
    pub shadowed: bool,
    /// `<user>@<host>`, when nothing else names the actor.
    pub login: String,
}

/// One call: its flags, its environment, and its streams.
#[derive(Debug)]
pub struct Session {
    /// The streams.
    pub ui: Ui,
    /// The flags.
    pub globals: Globals,
    /// The environment.
    pub environment: Environment,
    /// The project's configuration, once it was read.
    loaded: Option<(ProjectPaths, Loaded)>,
    /// Whether the call was let through whatever lane it changes.
    pub(super) beyond_lanes: bool,
}

impl Session {
    pub(super) fn new(globals: Globals, environment: Environment) -> Self {
        let Globals { json, color, quiet, verbose, .. } = globals;
        Self {
            ui: Ui::new(Options { json, color, quiet, verbose }),
            globals,
            environment,
            loaded: None,
            beyond_lanes: false,
        }
    }

    /// The moment of this call.
    ///
    /// # Errors
    /// When `FAIRWAY_NOW` is no time.
    pub fn now(&self) -> Result<Timestamp, CliError> {
        match self.environment.now.as_deref() {
            None => Ok(Timestamp::now()),
            Some(text) => Timestamp::parse(text).ok_or_else(|| {
                CliError::usage(format!("FAIRWAY_NOW is no time: {text}"))
                    .hint("such as 2026-02-27T16:00:00Z")
            }),
        }
    }

    /// Who writes, as far as they say.
    fn caller(&self) -> Result<Caller, CliError> {
        let epoch = super::said(self.globals.claim_epoch.clone());
        let epoch = epoch.map(|text| whole_number("--claim-epoch", &text)).transpose()?;
        Ok(Caller {
            // A number that no claim can have is that of a claim which is not there.
            epoch: epoch.map(|number| i64::try_from(number).unwrap_or(i64::MAX)),
            session: super::said(self.environment.session.clone()),
        })
    }

    fn busy_timeout(&self) -> Result<Duration, CliError> {
        let Some(text) = self.environment.busy_ms.as_deref() else { return Ok(BUSY_TIMEOUT) };
        text.parse().map(Duration::from_millis).map_err(|_| {
            CliError::usage(format!("FAIRWAY_BUSY_MS is no number of milliseconds: {text}"))
                .hint("such as 10000")
        })
    }

    /// Who acts; never empty.
    pub fn actor(&self) -> String {
        let given = [&self.environment.actor, &self.environment.session];
        given
            .into_iter()
            .flatten()
            .find(|text| !text.trim().is_empty())
            .unwrap_or(&self.environment.login)
            .clone()
    }

    /// Where the project's files are.
    ///
    /// # Errors
    /// When there is no configuration from here upwards.
    pub fn paths(&self) -> Result<ProjectPaths, CliError> {
        let (flag, env) = (self.globals.config.as_deref(), self.environment.config.as_deref());
        Ok(config::find(&self.environment.directory, flag, env).map_err(OpError::from)?)
    }

    /// The project's scripts, when Fairway is to replace some.
    ///
    /// # Errors
    /// When its configuration is missing or has problems.
    pub fn legacy_project(&mut self) -> Result<Option<Project>, CliError> {
        let (paths, loaded) = self.take_loaded()?;
        let project = Project::of(&loaded.config, &paths);
        self.loaded = Some((paths, loaded));
        Ok(project?)
    }

    /// The project's configuration, which is read once for a call.
    fn take_loaded(&mut self) -> Result<(ProjectPaths, Loaded), CliError> {
        if let Some(loaded) = self.loaded.take() {
            return Ok(loaded);
        }
        let paths = self.paths()?;
        let loaded = config::load(&paths.config).map_err(OpError::from)?;
        Ok((paths, loaded))
    }

    /// The project, loaded.
    ///
    /// # Errors
    /// When its configuration is missing or has problems.
    pub fn context(&mut self) -> Result<Context, CliError> {
        let (paths, loaded) = self.take_loaded()?;
        let origin = Origin {
            paths,
            db: self.globals.db.as_ref().map(|path| self.path(path)),
            now: self.now()?,
            actor: self.actor(),
            role: super::said(self.globals.role.clone()),
            caller: self.caller()?,
            busy_timeout: self.busy_timeout()?,
        };
        for warning in &loaded.warnings {
            self.ui.warn_about(warning);
        }
        let mut context = Context::with_config(loaded.config, origin);
        context.keeps_to_lanes &= !self.beyond_lanes;
        Ok(context)
    }

    /// A path that the user gave, from where they stand.
    pub fn path(&self, given: &Path) -> PathBuf {
        self.environment.directory.join(given)
    }
}
