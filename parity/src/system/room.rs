//! The room in which a system's commands run: its checkouts, its placeholders, its environment.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::adapter::{Adapter, Placeholders, SearchPath, Template};
use crate::process::hermetic_environment;
use crate::sandbox::{Aside, Sandbox};

use super::{SystemError, search_path};

/// What a system of a run is given beyond its adapter.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The program under test, for `{program}`.
    pub program: Option<PathBuf>,
    /// The queue file, relative to a checkout.
    pub queue: String,
    /// The branch of a role.
    pub role_worktree: Option<Template>,
    /// What a survey leaves out.
    pub aside: Aside,
    /// A copy of the reference's database as it stands at the start.
    pub snapshot: Option<PathBuf>,
    /// The configuration under test, for `{config}`.
    pub config: Option<PathBuf>,
    /// How long one command may take.
    pub timeout: Duration,
}

/// A sandbox, seen through an adapter.
pub(super) struct Room<'a> {
    pub(super) adapter: &'a Adapter,
    pub(super) setting: &'a Setting,
    pub(super) sandbox: Sandbox,
}

impl Room<'_> {
    /// The main checkout, or the worktree of a role.
    pub(super) fn checkout(&self, role: Option<&str>) -> Result<PathBuf, SystemError> {
        let Some(role) = role else { return Ok(self.sandbox.checkout().to_owned()) };
        let template =
            self.setting.role_worktree.as_ref().ok_or(SystemError::NotSaid("the branch of a role"))?;
        let values = Placeholders { role: Some(role.to_owned()), ..Placeholders::default() };
        let branch = template.fill(&values)?;
        let worktree = self.sandbox.worktree(&branch).map(Path::to_owned);
        worktree.ok_or_else(|| SystemError::NoWorktree { role: role.to_owned(), branch })
    }

    /// What placeholders stand for in a command that runs in `checkout`.
    pub(super) fn placeholders(
        &self,
        checkout: &Path,
        role: Option<&str>,
        now: &str,
        actor: &str,
    ) -> Placeholders {
        let text = |path: &Path| Some(path.to_string_lossy().into_owned());
        let format = self.adapter.environment.clock.format.as_deref();
        let at = now.parse::<Timestamp>().ok();
        let clock = at.zip(format).map(|(at, format)| at.strftime(format).to_string());
        Placeholders {
            now: Some(clock.unwrap_or_else(|| now.to_owned())),
            actor: Some(actor.to_owned()),
            home: text(self.sandbox.home()),
            program: self.setting.program.as_deref().and_then(text),
            checkout: text(checkout),
            queue: text(&checkout.join(&self.setting.queue)),
            snapshot: self.setting.snapshot.as_deref().and_then(text),
            role: role.map(str::to_owned),
            config: self.setting.config.as_deref().and_then(text),
        }
    }

    /// The whole environment: what makes a run repeatable, then the adapter's, then the operation's.
    pub(super) fn environment(
        &self,
        more: &[(String, Template)],
        values: &Placeholders,
        now: &str,
    ) -> Result<Vec<(String, String)>, SystemError> {
        let path = match self.adapter.environment.search_path {
            SearchPath::Inherit => search_path::inherited(),
            SearchPath::Listed => self.sandbox.bin().to_string_lossy().into_owned(),
        };
        let mut all = dates(now);
        let clock = &self.adapter.environment.clock.variable;
        all.push((clock.clone(), values.now.clone().unwrap_or_default()));
        for (name, template) in self.adapter.environment.variables.iter().chain(more) {
            if template.mentions("role") && values.role.is_none() {
                continue;
            }
            let value = template.fill(values)?;
            all.retain(|(known, _)| known != name);
            all.push((name.clone(), value));
        }
        Ok(hermetic_environment(&self.sandbox, &path, &all))
    }

    /// The environment of commands that are no system's own, such as git.
    pub(super) fn plain_environment(&self, now: &str) -> Vec<(String, String)> {
        hermetic_environment(&self.sandbox, &search_path::inherited(), &dates(now))
    }
}

/// Commits get the clock of the scenario.
fn dates(now: &str) -> Vec<(String, String)> {
    ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name.to_owned(), now.to_owned())).into()
}
