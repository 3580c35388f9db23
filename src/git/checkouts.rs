//! A repository, its main checkout, and the checkout that a directory is in.

use std::path::{Path, PathBuf};

use git2::{BranchType, ErrorCode, RepositoryOpenFlags};

use super::GitError;

/// A repository as seen from one directory in it.
pub struct Repository {
    pub(super) inner: git2::Repository,
}

/// Where a repository keeps its files. Paths are absolute and without symbolic links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkouts {
    /// The root of the checkout that was asked from; `None` inside a bare repository.
    pub here: Option<PathBuf>,
    /// The root of the main checkout, which may be the same; `None` when the repository is bare, or keeps its
    /// git directory apart from the checkout.
    pub main: Option<PathBuf>,
    /// The git directory that all checkouts share.
    pub common_dir: PathBuf,
}

/// What a checkout stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// A branch, by its short name. It may have no commit yet.
    Branch(String),
    /// A commit and no branch, by its full id.
    Detached(String),
}

impl Head {
    /// The branch, unless the head is detached.
    pub fn branch(&self) -> Option<&str> {
        match self {
            Self::Branch(name) => Some(name),
            Self::Detached(_) => None,
        }
    }
}

impl Repository {
    /// Finds the repository that a directory is in, looking upwards.
    ///
    /// # Errors
    ///
    /// [`GitError::NotARepository`], [`GitError::NotOurs`], or what libgit2 reports.
    pub fn discover(dir: &Path) -> Result<Self, GitError> {
        // Opened from where it is found: from its git directory alone, the checkout would be a guess.
        let no_ceiling: [&Path; 0] = [];
        git2::Repository::open_ext(dir, RepositoryOpenFlags::CROSS_FS, no_ceiling)
            .map(|inner| Self { inner })
            .map_err(|source| GitError::opening(dir, source))
    }

    /// Where the repository keeps its files.
    ///
    /// # Errors
    ///
    /// When the main checkout of a linked worktree cannot be opened.
    pub fn checkouts(&self) -> Result<Checkouts, GitError> {
        let here = self.inner.workdir().map(plain);
        let common_dir = plain(self.inner.commondir());
        let main = if self.inner.is_worktree() {
            let main = git2::Repository::open(&common_dir)
                .map_err(|source| GitError::opening(&common_dir, source))?;
            // A git directory that is kept apart does not say where the checkout is.
            main.workdir().map(plain).filter(|root| root.join(".git").exists())
        } else {
            here.clone()
        };
        Ok(Checkouts { here, main, common_dir })
    }

    /// What this checkout stands on.
    ///
    /// # Errors
    ///
    /// When `HEAD` cannot be read.
    pub fn head(&self) -> Result<Head, GitError> {
        let failed = |source| GitError::failed("read HEAD", source);
        let head = self.inner.find_reference("HEAD").map_err(failed)?;
        if let Some(target) = head.symbolic_target().map_err(failed)? {
            return Ok(Head::Branch(target.strip_prefix("refs/heads/").unwrap_or(target).to_owned()));
        }
        let commit = head.peel_to_commit().map_err(failed)?;
        Ok(Head::Detached(commit.id().to_string()))
    }

    /// A setting of this repository or of the user, such as `user.name`.
    ///
    /// # Errors
    ///
    /// When the settings cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, GitError> {
        let failed = |source| GitError::failed(format!("read the setting {name}"), source);
        match self.inner.config().and_then(|mut config| config.snapshot()?.get_string(name)) {
            Ok(value) => Ok(Some(value)),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(source) => Err(failed(source)),
        }
    }

    /// Whether there is a local branch of that name.
    ///
    /// # Errors
    ///
    /// When the branches cannot be read.
    pub fn has_branch(&self, name: &str) -> Result<bool, GitError> {
        match self.inner.find_branch(name, BranchType::Local) {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(false),
            Err(source) => Err(GitError::failed(format!("look for the branch {name}"), source)),
        }
    }
}

/// The path without the trailing slash that libgit2 puts on directories.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

#[cfg(test)]
mod tests {
    use super::{Head, Repository};
    use crate::git::GitError;
    use crate::git::sandbox::Sandbox;

    #[test]
    fn a_linked_worktree_knows_the_main_checkout() {
        let sandbox = Sandbox::with_commit();
        let elsewhere = Sandbox::empty();
        let linked = elsewhere.path().join("linked");
        sandbox.git(&["worktree", "add", "-q", "-b", "agent/x", linked.to_str().unwrap()]);
        std::fs::create_dir(linked.join("deep")).unwrap();

        let from_linked = Repository::discover(&linked.join("deep")).unwrap().checkouts().unwrap();
        assert_eq!(from_linked.here.as_deref(), Some(linked.as_path()));
        assert_eq!(from_linked.main.as_deref(), Some(sandbox.path()));
        assert_eq!(from_linked.common_dir, sandbox.path().join(".git"));

        let from_main = Repository::discover(sandbox.path()).unwrap().checkouts().unwrap();
        assert_eq!(from_main.here, from_main.main);
        assert_eq!(from_main.common_dir, from_linked.common_dir);
    }

    #[test]
    fn worktrees_of_a_bare_repository_have_no_main_checkout() {
        let sandbox = Sandbox::with_commit();
        let elsewhere = Sandbox::empty();
        let (bare, linked) = (elsewhere.path().join("bare.git"), elsewhere.path().join("linked"));
        sandbox.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
        sandbox.git(&[
            "--git-dir",
            bare.to_str().unwrap(),
            "worktree",
            "add",
            "-q",
            linked.to_str().unwrap(),
        ]);

        let checkouts = Repository::discover(&linked).unwrap().checkouts().unwrap();
        assert_eq!((checkouts.here, checkouts.main), (Some(linked), None));
        assert_eq!(Repository::discover(&bare).unwrap().checkouts().unwrap().here, None);
    }

    #[test]
    fn a_git_directory_that_is_kept_apart_is_followed_from_its_checkout_only() {
        let sandbox = Sandbox::empty();
        let (apart, root) = (sandbox.path().join("apart/git"), sandbox.path().join("root"));
        std::fs::create_dir_all(apart.parent().unwrap()).unwrap();
        sandbox.git(&["init", "-q", "--separate-git-dir", apart.to_str().unwrap(), root.to_str().unwrap()]);
        let checkouts = Repository::discover(&root).unwrap().checkouts().unwrap();
        assert_eq!(checkouts.main.as_deref(), Some(root.as_path()));
        assert_eq!(checkouts.common_dir, apart);
    }

    #[test]
    fn outside_of_a_repository_is_an_error_of_its_own() {
        let sandbox = Sandbox::empty();
        let error = Repository::discover(sandbox.path()).err().unwrap();
        assert!(matches!(error, GitError::NotARepository { .. }), "{error:?}");
    }

    #[test]
    fn a_head_is_a_branch_or_a_commit() {
        let sandbox = Sandbox::empty();
        sandbox.git(&["init", "-q", "-b", "trunk"]);
        let head = || Repository::discover(sandbox.path()).unwrap().head().unwrap();
        assert_eq!(head(), Head::Branch("trunk".into()), "a branch without a commit is one");

        let commit = sandbox.commit("first");
        sandbox.git(&["checkout", "-q", "-b", "agent/A-backend"]);
        assert_eq!(head().branch(), Some("agent/A-backend"));
        sandbox.git(&["checkout", "-q", "--detach"]);
        assert_eq!(head(), Head::Detached(commit));
    }

    #[test]
    fn branches_are_local_ones() {
        let sandbox = Sandbox::with_commit();
        sandbox.git(&["branch", "agent/A-backend"]);
        sandbox.git(&["update-ref", "refs/remotes/origin/far", "HEAD"]);
        sandbox.git(&["tag", "v1"]);
        let repository = Repository::discover(sandbox.path()).unwrap();
        let known = ["agent/A-backend", "trunk", "agent", "origin/far", "v1", "", "a..b", "HEAD"]
            .map(|name| repository.has_branch(name).unwrap());
        assert_eq!(known, [true, true, false, false, false, false, false, false]);
    }
}
