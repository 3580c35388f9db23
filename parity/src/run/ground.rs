//! The ground of a run: the base copy, the snapshot, and where each side stands.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use globset::GlobSetBuilder;

use crate::adapter::{Adapter, StartKind};
use crate::compare::Scope;
use crate::confine::{Confinement, Protection, Protections, prepare};
use crate::golden::{self, Against, GoldenError};
use crate::hex;
use crate::ledger;
use crate::library::Library;
use crate::observation::QueueState;
use crate::report::Subject;
use crate::sandbox::{self, Aside, Base, Fingerprint, Layout, Original, Workplace, workplace};
use crate::scenario::{Scenario, Start};
use crate::system::{self, CommandLine, Setting, SystemError};

use super::turn::{Role, Turn};
use super::{RunError, RunRequest, Trace};

/// Everything that all scenarios of a run share.
pub(super) struct Ground<'a> {
    pub(super) library: &'a Library,
    pub(super) out: &'a Path,
    /// Whether goldens take the reference's place.
    pub(super) replay: bool,
    pub(super) seed: u64,
    /// How often each side is run.
    pub(super) rounds: usize,
    reference: &'a Adapter,
    candidate: &'a Adapter,
    original: Original,
    before: Fingerprint,
    base: Base,
    work: PathBuf,
    temporary: Option<Workplace>,
    setting: Setting,
    confinement: Option<Confinement>,
    protections: Arc<Protections>,
    /// How many runs were played again in a copy.
    again: AtomicUsize,
}

/// What a sandbox may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Copying {
    /// As little as possible.
    Cheap,
    /// What it takes for everything in it to be as on any file system.
    Exact,
}

impl<'a> Ground<'a> {
    /// Copies the reference, and its database once more as the snapshot that the candidate is given. No sandbox will be
    /// cheaper than `cheapest`: only for cheap ones does an ordinary user's process enter a namespace, for good.
    pub(super) fn lay(
        request: &'a RunRequest,
        library: &'a Library,
        reference: &'a Adapter,
        candidate: &'a Adapter,
        cheapest: Copying,
    ) -> Result<Self, RunError> {
        let layout = Layout {
            database: reference.files.database.as_ref().map(PathBuf::from),
            private: reference.files.private.clone(),
        };
        let original = Original::open(&request.reference_dir, &layout)?;
        let before = original.fingerprint()?;
        fs::create_dir_all(&request.out).map_err(RunError::file(&request.out))?;
        let (work, temporary) = work_folder(request, &original)?;
        let mut base = Base::copy(&original, &work)?;
        // What is kept must be whole for whoever looks at it later.
        if !request.keep {
            if let (Copying::Cheap, Some(program)) = (cheapest, &request.keeper) {
                prepare(program);
            }
            base.share(request.keeper.is_some());
        }
        let snapshot = base.snapshot().map(Path::to_owned);
        let queue = reference.files.queue.clone().ok_or_else(|| RunError::NoQueue(reference.name.clone()))?;
        let setting = Setting {
            program: request.program.as_deref().map(absolute).transpose()?,
            queue,
            role_worktree: reference.files.role_worktree.clone(),
            aside: aside(reference, candidate)?,
            snapshot,
            config: request.config.as_deref().map(absolute).transpose()?,
            timeout: request.timeout,
        };
        let protections = Arc::new(Protections::default());
        let confinement = confinement(request, &original, &work, &protections)?;
        let (out, replay, seed) = (&request.out, request.replay, request.seed);
        Ok(Self {
            library,
            out,
            replay,
            seed,
            rounds: if request.once { 1 } else { 2 },
            reference,
            candidate,
            original,
            before,
            base,
            work,
            temporary,
            setting,
            confinement,
            protections,
            again: AtomicUsize::new(0),
        })
    }

    /// What kept both sides away from everything else, in all sandboxes so far.
    pub(super) fn protections(&self) -> Vec<Protection> {
        self.protections.told()
    }

    /// How far the two sides are comparable: a system that is held against itself has to be the same in everything.
    pub(super) fn scope(&self) -> Scope {
        if self.reference.name == self.candidate.name { Scope::OneSide } else { Scope::BothSides }
    }

    /// How sandboxes were made of the base copy.
    pub(super) fn sandboxes(&self) -> String {
        let name = self.base.sharing().name();
        match self.again.load(Ordering::Relaxed) {
            0 => name.to_owned(),
            count => format!("{name}, and copies for {count} run(s) that were to rename a folder"),
        }
    }

    /// Notes that a run is played again in a copy.
    pub(super) fn note_again(&self) {
        self.again.fetch_add(1, Ordering::Relaxed);
    }

    /// Why they are no overlays, where none can be had.
    pub(super) fn no_overlays(&self) -> Option<&str> {
        self.base.refused()
    }

    /// The checkout of the base copy.
    pub(super) fn base(&self) -> &Path {
        self.base.checkout()
    }

    /// The queue's state in the copied database. `None` when there is none.
    pub(super) fn copied_state(&self) -> Option<Result<QueueState, SystemError>> {
        let snapshot = self.setting.snapshot.as_deref()?;
        Some(system::state_of(self.base(), Some(snapshot), self.reference, &self.library.schema))
    }

    /// What the candidate is compared with.
    pub(super) fn subject(&self) -> Result<Subject, RunError> {
        let checkout = self.base();
        let queue = checkout.join(&self.setting.queue);
        let queue =
            if queue.exists() { fs::read(&queue).map_err(RunError::file(&queue))? } else { Vec::new() };
        let state = match self.copied_state() {
            // A database that cannot be read is compared as such; then it is no copy of anything.
            Some(state) => serde_json::to_vec(&state.ok()).unwrap_or_default(),
            None => Vec::new(),
        };
        let copy = hex::sha256([queue.as_slice(), b"\n", &state].concat());
        let scripts = ledger::scripts(self.reference, checkout).map_err(RunError::file(checkout))?;
        Ok(Subject { copy, scripts })
    }

    /// A fresh system for one run of a scenario. It has nothing of what only the other side may have.
    pub(super) fn system(
        &self,
        turn: Turn,
        scenario: &Scenario,
        copy: Copying,
    ) -> Result<CommandLine<'_>, NoSystem> {
        let (adapter, other) = match turn.role {
            Role::Reference => (self.reference, self.candidate),
            Role::Candidate => (self.candidate, self.reference),
        };
        let name = format!("{}-{}-{}", scenario.behaviour, scenario.name, turn.name());
        // A reference that is compared with itself shares its own files with the other side.
        let omit: Vec<String> = other
            .files
            .private
            .iter()
            .filter(|path| !adapter.files.private.contains(path))
            .cloned()
            .collect();
        let rooms = self.work.join("rooms");
        let sandbox = match copy {
            Copying::Cheap => self.base.sandbox(&rooms, &name, &omit),
            Copying::Exact => self.base.exact_sandbox(&rooms, &name, &omit),
        };
        let mut sandbox = sandbox.map_err(RunError::from)?;
        if self.temporary.is_none() {
            sandbox.keep();
        }
        match &self.confinement {
            Some(confinement) => sandbox.confine(confinement),
            None => self.protections.note_none("the run was given no program that carries the keeper"),
        }
        Ok(CommandLine::new(adapter, &self.library.schema, &self.setting, sandbox)?)
    }

    /// What the reference showed when its golden was recorded. A golden of another copy's queue is none of this one.
    pub(super) fn replayed(&self, scenario: &Scenario) -> Result<Trace, GoldenError> {
        let trace = golden::replayed(self.library, &self.reference.name, scenario)?;
        let copied = StartKind::Snapshot;
        let as_copied =
            self.reference.setup.iter().all(|setup| setup.when.is_some_and(|when| when != copied));
        if let (Start::Standard, true) = (&scenario.start, as_copied) {
            let snapshot = self.setting.snapshot.as_deref();
            let state = system::state_of(self.base(), snapshot, self.reference, &self.library.schema);
            let here = state.map_err(|error| GoldenError::Copy(error.to_string()))?;
            let here = golden::masked(self.library, scenario, here);
            if here != trace.start {
                return Err(golden::other_queue(&self.reference.name, scenario));
            }
        }
        Ok(trace)
    }

    /// What the golden of a living reference says of what that showed.
    pub(super) fn against(&self, scenario: &Scenario, shown: &Trace) -> Against {
        if self.replay {
            return Against::Same;
        }
        golden::against(self.library, &self.reference.name, scenario, shown)
    }

    /// What in the original is not as it was before the run.
    pub(super) fn changes_of_original(&self) -> Result<Vec<String>, RunError> {
        let after = self.original.fingerprint()?;
        Ok(self.before.differences(&after).iter().map(ToString::to_string).collect())
    }

    /// Removes what is not to be kept.
    pub(super) fn clear(&mut self) {
        drop(self.temporary.take());
    }
}

/// How the sandboxes are kept; `None` when nobody can be the keeper.
fn confinement(
    request: &RunRequest,
    original: &Original,
    work: &Path,
    protections: &Arc<Protections>,
) -> Result<Option<Confinement>, RunError> {
    let Some(program) = &request.keeper else { return Ok(None) };
    let mut visible = vec![work.to_owned()];
    for file in [&request.program, &request.config] {
        visible.extend(file.as_deref().map(absolute).transpose()?);
    }
    Ok(Some(sandbox::keep(original, program, visible, request.timeout, protections)?))
}

/// What neither side is compared on: what one of them has for itself, and where documents are.
fn aside(reference: &Adapter, candidate: &Adapter) -> Result<Aside, RunError> {
    let mut aside = Aside::default();
    let mut documents = GlobSetBuilder::new();
    for files in [&reference.files, &candidate.files] {
        aside.private.extend(files.private.iter().cloned());
        // Databases are compared by their rows.
        let database = files.database.iter();
        let parts =
            database.flat_map(|path| ["", "-wal", "-shm", "-journal"].map(|end| format!("{path}{end}")));
        aside.private.extend(parts);
        for glob in &files.documents {
            documents.add(glob.clone());
        }
    }
    aside.documents = documents.build()?;
    Ok(aside)
}

/// A system could not be made: the room failed, or what is put into it.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoSystem {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    System(#[from] SystemError),
}

/// Sandboxes that are kept lie where the results do; others where copies are cheap.
fn work_folder(request: &RunRequest, original: &Original) -> Result<(PathBuf, Option<Workplace>), RunError> {
    if request.keep {
        return Ok((request.out.join("sandboxes"), None));
    }
    let temporary = workplace(original)?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}

/// Commands run in folders of their own, where a relative path would lead nowhere.
fn absolute(path: &Path) -> Result<PathBuf, RunError> {
    std::path::absolute(path).map_err(RunError::file(path))
}
