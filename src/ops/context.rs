//! What every use case needs: the configuration, the store, the clock and who acts.

use super::{OpError, Result, claim};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{self, Config, ProjectPaths, Refresh, Role, States};
use crate::git::{GitError, Lane, Repository, role_at};
use crate::model::diagnostic::closest;
use crate::model::{Diagnostic, Task, Timestamp};
use crate::policy::holding::Caller;
use crate::policy::states::StateRules;
use crate::policy::{Reason, Refusal};
use crate::store::{Holder, Reader, Settings, Store, Writer};

/// What the caller's flags and environment say.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Where the project is.
    pub paths: ProjectPaths,
    /// `--db`.
    pub db: Option<PathBuf>,
    /// `FAIRWAY_NOW`, or the system's clock.
    pub now: Timestamp,
    /// `FAIRWAY_ACTOR`, else the session, else `<user>@<host>`.
    pub actor: String,
    /// `--as`, else `FAIRWAY_ROLE`.
    pub role: Option<String>,
    /// The claim under which the caller writes, and the session that they are, as far as they say.
    pub caller: Caller,
    /// `FAIRWAY_BUSY_MS`: how long to wait for another writer.
    pub busy_timeout: Duration,
}

/// A loaded project, ready for use cases.
#[derive(Debug)]
pub struct Context {
    /// Its configuration.
    pub config: Config,
    /// Where its files are.
    pub paths: ProjectPaths,
    /// Where its store is.
    pub db: PathBuf,
    /// The moment of this call.
    pub now: Timestamp,
    /// Who acts.
    pub actor: String,
    /// The role that was named, as opposed to found by the worktree.
    pub role: Option<String>,
    /// The claim under which the caller writes, and the session that they are, as far as they say.
    pub caller: Caller,
    /// How long to wait for another writer.
    pub busy_timeout: Duration,
    /// Whether the lanes that a verb changes have to be Fairway's: where the scripts are still in use.
    pub keeps_to_lanes: bool,
    /// Where the worktrees are, once somebody asked: a git setting may say so, and it is read once.
    worktree_folder: OnceCell<PathBuf>,
}

impl Context {
    /// Loads the configuration; what is odd about it comes along.
    ///
    /// # Errors
    /// When it is missing or has problems; all of them are in the error.
    pub fn load(origin: Origin) -> Result<(Self, Vec<Diagnostic>)> {
        let loaded = config::load(&origin.paths.config)?;
        Ok((Self::with_config(loaded.config, origin), loaded.warnings))
    }

    /// A project whose configuration is at hand.
    pub fn with_config(config: Config, origin: Origin) -> Self {
        let Origin { paths, db, now, actor, role, caller, busy_timeout } = origin;
        let db = db.unwrap_or_else(|| paths.root.join(&config.fairway.db_path));
        let keeps_to_lanes = config.legacy.is_some();
        let worktree_folder = OnceCell::new();
        Self { config, paths, db, now, actor, role, caller, busy_timeout, keeps_to_lanes, worktree_folder }
    }

    /// A configured role.
    ///
    /// # Errors
    /// A refusal of class `unknown-role`, with the nearest role as its hint.
    pub fn role(&self, name: &str) -> Result<&Role> {
        if let Some(role) = self.config.role(name) {
            return Ok(role);
        }
        let names: Vec<&str> = self.config.role_names().collect();
        let expected = if names.is_empty() {
            "no role is configured: add `[[roles]]` to .fairway/config.toml".to_owned()
        } else {
            format!("expected one of {}", names.join(", "))
        };
        let hint = match closest(name, names) {
            Some(near) => format!("did you mean `{near}`? {expected}"),
            None => expected,
        };
        Err(Refusal::new(Reason::UnknownRole, format!("unknown role `{name}`")).hint(hint).into())
    }

    /// The role that acts: the one that was named, else the one whose checkout this is.
    ///
    /// # Errors
    /// A refusal of class `usage` when there is neither, `unknown-role` when the named one is not configured.
    pub fn acting_role(&self) -> Result<&Role> {
        if let Some(name) = &self.role {
            return self.role(name);
        }
        self.role_here().ok_or_else(|| {
            Refusal::new(Reason::Usage, "no role acts here")
                .hint("give --as ROLE, set FAIRWAY_ROLE, or stand in a role's worktree")
                .into()
        })
    }

    /// The role that an answer is limited to: the one that was named, else, unless all are asked for, the one whose
    /// checkout this is.
    ///
    /// # Errors
    /// A refusal of class `unknown-role`.
    pub fn role_in_view(&self, named: Option<&str>, all_roles: bool) -> Result<Option<&Role>> {
        match named.or(self.role.as_deref()) {
            Some(name) => self.role(name).map(Some),
            None if all_roles => Ok(None),
            None => Ok(self.role_here()),
        }
    }

    /// The role whose checkout this is: by its branch, else by its place.
    pub fn role_here(&self) -> Option<&Role> {
        let repository = self.repository().ok()?;
        let (checkouts, head) = (repository.checkouts().ok()?, repository.head().ok()?);
        let branches: Vec<Cow<'_, str>> = self.config.roles.iter().map(Role::branch).collect();
        let lanes = self.config.roles.iter().zip(&branches).map(|(role, branch)| Lane {
            role: &role.name,
            branch,
            worktree: self.worktree(&role.name).ok().map(|worktree| self.paths.root.join(worktree)),
        });
        let name = role_at(&checkouts, &head, &lanes.collect::<Vec<_>>())?;
        self.config.role(name)
    }

    /// The repository, as seen from the checkout of this call.
    ///
    /// # Errors
    /// When there is none.
    pub fn repository(&self) -> std::result::Result<Repository, GitError> {
        Repository::discover(&self.paths.checkout)
    }

    /// The branch that a task's work happens on: the one it was claimed for, else its role's.
    ///
    /// # Errors
    /// A refusal of class `unknown-role` when it has neither.
    pub fn branch_of(&self, task: &Task) -> Result<String> {
        match &task.state.branch {
            Some(branch) => Ok(branch.clone()),
            None => Ok(self.role(&task.definition.role)?.branch().into_owned()),
        }
    }

    /// The worktree of a role as it is written down: relative to the root, unless the configuration says otherwise.
    /// It need not exist.
    ///
    /// # Errors
    /// When the git setting that says where the worktrees are cannot be read.
    pub fn worktree(&self, role: &str) -> std::result::Result<PathBuf, GitError> {
        Ok(self.worktree_folder()?.join(self.config.worktrees.name_of(&self.paths.root, role)))
    }

    fn worktree_folder(&self) -> std::result::Result<&Path, GitError> {
        if let Some(folder) = self.worktree_folder.get() {
            return Ok(folder);
        }
        let worktrees = &self.config.worktrees;
        let setting = match &worktrees.root_git_setting {
            Some(name) => self.repository()?.setting(name)?,
            None => None,
        };
        Ok(self.worktree_folder.get_or_init(|| setting.map_or_else(|| worktrees.root.clone(), PathBuf::from)))
    }

    /// Whether a worktree at this place, a path without `..`, is named as the configuration names those of roles.
    ///
    /// # Errors
    /// When the git setting that says where the worktrees are cannot be read.
    pub fn is_worktree_place(&self, place: &Path) -> std::result::Result<bool, GitError> {
        // A word that is in no path and no template tells where the role's name begins and ends.
        let mark = "\u{0}";
        let sample = self.paths.root.join(self.worktree(mark)?);
        let (Some(folder), Some(sample)) = (sample.parent(), sample.file_name()) else { return Ok(false) };
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let (Some(parent), Some(name)) = (place.parent(), place.file_name()) else { return Ok(false) };
        let (sample, name) = (sample.to_string_lossy(), name.to_string_lossy());
        let (before, after) = sample.split_once(mark).unwrap_or((&sample, ""));
        let named = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        Ok(parent == folder && named.is_some_and(|role| !role.is_empty()))
    }

    /// The branch on which a role reviews the work of others.
    pub fn review_branch(&self, role: &Role) -> String {
        let repo = self.paths.root.file_name().unwrap_or_default().to_string_lossy();
        self.config.worktrees.review_branch_naming.fill(&repo, &role.name)
    }

    /// The configured state machine.
    pub fn state_rules(&self) -> StateRules {
        let States { allowed, terminal, transitions } = &self.config.states;
        let pairs = transitions.iter().map(|pair| (pair.from.clone(), pair.to.clone())).collect();
        StateRules {
            allowed: allowed.clone(),
            terminal: terminal.clone(),
            transitions: (!transitions.is_empty()).then_some(pairs),
            require_blocked_reason: self.config.gates.require_blocked_reason,
        }
    }

    /// The parts of the configuration that the store has to know.
    pub fn store_settings(&self) -> Settings {
        Settings {
            project: self.config.fairway.name_in(&self.paths.root),
            terminal: self.config.states.terminal.clone(),
            busy_timeout: self.busy_timeout,
        }
    }

    /// Opens the store as it is.
    ///
    /// # Errors
    /// When it is missing, or not this project's at this schema.
    pub fn open_store(&self) -> Result<Store> {
        Ok(Store::open(&self.db, self.store_settings())?)
    }

    /// Opens the store as it stands now: its definitions read again when the configuration says so and the source
    /// changed, and the tasks freed whose lease ran out.
    ///
    /// # Errors
    /// When the store cannot be opened, or the source has errors (class `broken-queue`).
    pub fn open(&self) -> Result<Store> {
        let mut store = self.open_refreshed()?;
        claim::expire_now(&mut store, self.now, self.config.legacy.is_some())?;
        Ok(store)
    }

    fn open_refreshed(&self) -> Result<Store> {
        let mut store = self.open_store()?;
        if self.config.import.refresh == Refresh::OnChange {
            super::import::refresh(self, &mut store)?;
        }
        Ok(store)
    }

    /// Reads from one consistent view of the store.
    ///
    /// # Errors
    /// As [`Context::open`], and what `body` answers.
    pub fn read<T>(&self, body: impl FnOnce(Reader<'_>) -> Result<T>) -> Result<T> {
        self.open()?.read(body)
    }

    /// Looks at the store as it stands now, and writes nothing: where the source has changed or a lease ran out, the body
    /// sees a copy in memory.
    ///
    /// # Errors
    /// As [`Context::open`], and what `body` answers.
    pub fn look<T>(&self, body: impl FnOnce(Reader<'_>) -> Result<T>) -> Result<T> {
        let mut store = Store::open_to_look(&self.db, self.store_settings())?;
        let outdated =
            self.config.import.refresh == Refresh::OnChange && super::import::is_outdated(self, &store)?;
        if outdated || claim::ran_out(&store, self.now, self.config.legacy.is_some())? {
            store = store.in_memory()?;
            if outdated {
                super::import::refresh(self, &mut store)?;
            }
            claim::expire_now(&mut store, self.now, self.config.legacy.is_some())?;
        }
        store.read(body)
    }

    /// Changes the store in one transaction, with its audit event. The tasks whose lease ran out are freed in it first.
    ///
    /// # Errors
    /// As [`Context::open`], and what `body` answers, and a lane that is not Fairway's; then nothing was changed.
    pub fn write<T>(&self, operation: &str, body: impl FnOnce(&Writer<'_>) -> Result<T>) -> Result<T> {
        let mut store = self.open_refreshed()?;
        let scripts = self.config.legacy.is_some();
        if !scripts {
            return store.write(operation, &self.actor, self.now, |tx| {
                claim::expire_in(tx, scripts)?;
                body(tx)
            });
        }
        store.write(operation, &self.actor, self.now, |tx| {
            // To watch which lanes are touched costs more than a short change itself; where no lane is anybody else's, and the
            // scripts will not be told of what happens, there is nothing to watch for. Nobody takes a lane away while this
            // transaction lasts.
            if tx.holds_all(self.config.role_names())? && tx.pilots()?.is_empty() {
                claim::expire_in(tx, scripts)?;
                return body(tx);
            }
            tx.watch_lanes()?;
            claim::expire_in(tx, scripts)?;
            let answer = body(tx)?;
            if self.keeps_to_lanes {
                Self::check_lanes(tx)?;
            }
            tx.note_lane_events()?;
            Ok(answer)
        })
    }

    fn check_lanes(tx: &Writer<'_>) -> Result<()> {
        for lane in tx.touched_lanes()? {
            let holder = tx.lane_holder(&lane)?;
            if holder != Holder::Fairway {
                return Err(OpError::Lane { lane, holder });
            }
        }
        Ok(())
    }
}
