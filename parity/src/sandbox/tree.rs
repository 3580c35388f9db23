//! A checkout and its linked worktrees as they lie on the disk, and where the same would lie elsewhere.
//!
//! Git's layout is read from its files (gitrepository-layout(5), git-worktree(1)): `.git/worktrees/NAME/gitdir`
//! names the `.git` file of a worktree, which names that folder in turn. Either may be relative.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::SandboxError;

/// A linked worktree that git knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktree {
    /// Its name under `.git/worktrees`.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// The branch it has checked out, without `refs/heads/`; `None` when detached.
    pub branch: Option<String>,
    /// Whether the folder is there and leads back to this repository. Git lists a worktree whose folder was
    /// deleted until it is pruned.
    pub present: bool,
}

/// A checkout, its worktrees, and the nearest folder that holds them all.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub root: PathBuf,
    pub checkout: PathBuf,
    pub worktrees: Vec<Worktree>,
}

impl Tree {
    /// Reads the layout of a main checkout. `checkout` is canonical.
    pub(super) fn read(checkout: &Path) -> Result<Self, SandboxError> {
        let registry = checkout.join(".git/worktrees");
        let mut worktrees = Vec::new();
        match fs::read_dir(&registry) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(SandboxError::io("read", &registry))?;
                    worktrees
                        .extend(registered(&entry.path(), entry.file_name().to_string_lossy().as_ref())?);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(SandboxError::io("read", &registry)(error)),
        }
        worktrees.sort_by(|a, b| a.name.cmp(&b.name));
        let root = worktrees.iter().fold(parent(checkout), |root, worktree| {
            root.ancestors()
                .find(|folder| worktree.path.parent().is_some_and(|p| p.starts_with(folder)))
                .unwrap_or(Path::new("/"))
                .to_owned()
        });
        Ok(Self { root, checkout: checkout.to_owned(), worktrees })
    }

    /// The same layout below another root.
    pub(super) fn at(&self, root: &Path) -> Self {
        let moved = |path: &Path| {
            path.strip_prefix(&self.root).map_or_else(|_| path.to_owned(), |rest| root.join(rest))
        };
        Self {
            root: root.to_owned(),
            checkout: moved(&self.checkout),
            worktrees: self
                .worktrees
                .iter()
                .map(|worktree| Worktree { path: moved(&worktree.path), ..worktree.clone() })
                .collect(),
        }
    }

    /// Where a path of this tree is in `other`, the same layout elsewhere. `None` when it is in neither the
    /// checkout nor a worktree.
    pub(super) fn relocate(&self, path: &Path, other: &Self) -> Option<PathBuf> {
        self.holder(path)?;
        path.strip_prefix(&self.root).ok().map(|rest| other.root.join(rest))
    }

    /// The checkout or worktree that holds `path`.
    pub(super) fn holder(&self, path: &Path) -> Option<&Path> {
        self.folders().find(|folder| path.starts_with(folder))
    }

    /// The checkout and every registered worktree, there or not.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.checkout.as_path()).chain(self.worktrees.iter().map(|w| w.path.as_path()))
    }

    /// The checkout and every worktree that is there.
    pub(super) fn present(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.checkout.as_path())
            .chain(self.worktrees.iter().filter(|w| w.present).map(|w| w.path.as_path()))
    }

    /// What has to be walked to see all that is there: [`present`](Self::present) without what lies in another.
    pub(super) fn grounds(&self) -> Vec<&Path> {
        let inside = |folder: &Path| self.present().any(|other| other != folder && folder.starts_with(other));
        self.present().filter(|folder| !inside(folder)).collect()
    }
}

/// A folder's parent; the root of the file system is its own.
fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

/// Reads one folder of `.git/worktrees`. `None` when it names no worktree, as git treats it too.
fn registered(admin: &Path, name: &str) -> Result<Option<Worktree>, SandboxError> {
    let Some(link) = first_line(&admin.join("gitdir"))? else { return Ok(None) };
    let link = settle(&admin.join(link));
    let Some(path) = link.parent().map(Path::to_owned) else { return Ok(None) };
    let branch = first_line(&admin.join("HEAD"))?
        .and_then(|head| head.strip_prefix("ref: refs/heads/").map(str::to_owned));
    let present = git_link_target(&link)?.is_some_and(|target| target == settle(admin));
    Ok(Some(Worktree { name: name.to_owned(), path, branch, present }))
}

/// Where a `.git` file leads, settled. `None` when there is no such file or it says something else.
pub(super) fn git_link_target(file: &Path) -> Result<Option<PathBuf>, SandboxError> {
    if !file.is_file() {
        return Ok(None);
    }
    let line = first_line(file)?.unwrap_or_default();
    Ok(line.strip_prefix("gitdir: ").map(|target| settle(&parent(file).join(target))))
}

/// The first line of a small text file; `None` when there is no file or nothing in it.
pub(super) fn first_line(path: &Path) -> Result<Option<String>, SandboxError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().next().filter(|line| !line.is_empty()).map(str::to_owned)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(SandboxError::io("read", path)(error)),
    }
}

/// A path without symbolic links as far as it exists, and without `.` and `..` beyond that.
pub(crate) fn settle(path: &Path) -> PathBuf {
    let plain = plain(path);
    for folder in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (folder.canonicalize(), path.strip_prefix(folder)) {
            return self::plain(&real.join(rest));
        }
    }
    plain
}

/// A path without `.` and `..`, worked out from its text alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// A path given relative to the checkout, checked to stay inside of it.
pub(super) fn inner(path: &Path) -> Result<PathBuf, SandboxError> {
    let refused = || SandboxError::NotInside { path: path.display().to_string() };
    let mut inner = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => inner.push(part),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(refused()),
        }
    }
    if inner.as_os_str().is_empty() { Err(refused()) } else { Ok(inner) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(checkout: &str, worktrees: &[(&str, bool)]) -> Tree {
        Tree {
            root: PathBuf::from("/srv"),
            checkout: PathBuf::from(checkout),
            worktrees: worktrees
                .iter()
                .map(|&(path, present)| Worktree {
                    name: path.replace('/', "-"),
                    path: PathBuf::from(path),
                    branch: None,
                    present,
                })
                .collect(),
        }
    }

    #[test]
    fn keeps_the_relation_of_checkout_and_worktrees() {
        let here = tree("/srv/queue", &[("/srv/queue-ui", true), ("/srv/queue/.worktrees/ops", true)]);
        let there = here.at(Path::new("/copy/tree"));
        assert_eq!(there.checkout, Path::new("/copy/tree/queue"));
        assert_eq!(there.worktrees[0].path, Path::new("/copy/tree/queue-ui"));
        assert_eq!(there.worktrees[1].path, Path::new("/copy/tree/queue/.worktrees/ops"));
        let moved = |path: &str| here.relocate(Path::new(path), &there);
        assert_eq!(moved("/srv/queue-ui/a/b"), Some(PathBuf::from("/copy/tree/queue-ui/a/b")));
        assert_eq!(moved("/srv/queue"), Some(PathBuf::from("/copy/tree/queue")));
        assert_eq!(moved("/srv/queue-other"), None);
        assert_eq!(moved("/srv"), None);
    }

    #[test]
    fn walks_nothing_twice_and_nothing_that_is_gone() {
        let here = tree(
            "/srv/queue",
            &[("/srv/queue/.worktrees/ops", true), ("/srv/ui", true), ("/srv/gone", false)],
        );
        assert_eq!(here.grounds(), [Path::new("/srv/queue"), Path::new("/srv/ui")]);
    }

    #[test]
    fn refuses_paths_that_leave_the_checkout() {
        assert_eq!(inner(Path::new("./scripts/ops/")).unwrap(), Path::new("scripts/ops"));
        for path in ["", ".", "..", "a/../../b", "/etc"] {
            assert!(inner(Path::new(path)).is_err(), "{path}");
        }
    }
}
