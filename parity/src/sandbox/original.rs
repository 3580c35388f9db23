//! The checkout that is compared against: read, never run, never written.

use std::fs;
use std::path::{Path, PathBuf};

use super::database::Database;
use super::tree::{Tree, git_link_target, inner};
use super::{Fingerprint, SandboxError, Worktree};

/// What the harness has to know of a checkout besides git.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// The queue database, relative to the checkout. It need not exist: a queue may not have been started yet.
    pub database: Option<PathBuf>,
    /// Paths relative to the checkout that only the reference side may see; the caller gives them to
    /// [`Base::sandbox`](super::Base::sandbox) as what to omit.
    pub private: Vec<String>,
}

/// A main checkout with its linked worktrees, wherever they lie.
#[derive(Debug, Clone)]
pub struct Original {
    pub(super) tree: Tree,
    pub(super) database: Option<Database>,
    layout: Layout,
}

impl Original {
    /// Looks at the main checkout `dir` and finds its worktrees. Those that are registered and gone are kept
    /// in mind as such.
    ///
    /// # Errors
    ///
    /// When `dir` is not the top of a main checkout, when its git folder or its database lies behind a symbolic
    /// link out of it, or when it cannot be read.
    pub fn open(dir: &Path, layout: &Layout) -> Result<Self, SandboxError> {
        let checkout = dir.canonicalize().map_err(SandboxError::io("read", dir))?;
        let git = checkout.join(".git");
        if let Some(git_dir) = git_link_target(&git)? {
            return Err(SandboxError::LinkedWorktree { path: checkout, git_dir });
        }
        if !git.join("HEAD").exists() {
            return Err(SandboxError::NotACheckout { path: checkout });
        }
        for path in &layout.private {
            inner(Path::new(path))?;
        }
        let database = match &layout.database {
            Some(path) => Some(checkout.join(inner(path)?)),
            None => None,
        };
        for path in [Some(&git), database.as_ref()].into_iter().flatten() {
            if let Ok(target) = path.canonicalize()
                && target != *path
            {
                return Err(SandboxError::Elsewhere { path: path.clone(), target });
            }
        }
        Ok(Self {
            tree: Tree::read(&checkout)?,
            database: database.map(Database::at),
            layout: layout.clone(),
        })
    }

    /// The checkout, without symbolic links.
    pub fn checkout(&self) -> &Path {
        &self.tree.checkout
    }

    /// Its linked worktrees, by name.
    pub fn worktrees(&self) -> &[Worktree] {
        &self.tree.worktrees
    }

    /// Every folder that must not change: checkout, worktrees, and where its git folder borrows objects.
    ///
    /// # Errors
    ///
    /// When the git folder cannot be read.
    pub fn folders(&self) -> Result<Vec<PathBuf>, SandboxError> {
        let mut folders: Vec<PathBuf> = self.tree.present().map(Path::to_owned).collect();
        folders.extend(borrowed(&self.tree.checkout.join(".git/objects"))?);
        Ok(folders)
    }

    /// The layout it was opened with.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Everything the original is made of at this moment, without writing to it.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or the database is not one or stays locked.
    pub fn fingerprint(&self) -> Result<Fingerprint, SandboxError> {
        Fingerprint::take(self)
    }

    /// Refuses a place for copies that lies inside of what is copied.
    pub(super) fn must_not_hold(&self, under: &Path) -> Result<(), SandboxError> {
        let settled =
            super::tree::settle(&std::path::absolute(under).map_err(SandboxError::io("read", under))?);
        match self.tree.holder(&settled) {
            Some(original) => {
                Err(SandboxError::Inside { under: settled.clone(), original: original.to_owned() })
            }
            None => Ok(()),
        }
    }
}

/// The object folders that `objects` borrows from, directly or not (gitrepository-layout(5), alternates).
fn borrowed(objects: &Path) -> Result<Vec<PathBuf>, SandboxError> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut open = vec![objects.to_owned()];
    while let Some(objects) = open.pop() {
        let list = objects.join("info/alternates");
        let text = match fs::read_to_string(&list) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(SandboxError::io("read", &list)(error)),
        };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let folder = super::tree::settle(&objects.join(line));
            if !found.contains(&folder) {
                found.push(folder.clone());
                open.push(folder);
            }
        }
    }
    Ok(found)
}
