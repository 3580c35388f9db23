//! Which configuration and which store belong to a directory.
//!
//! A repository has one of each, in the `.fairway` directory of its main checkout, so that every linked worktree,
//! anywhere on the disk, works on the same queue. A copy of the configuration that is checked out in a linked
//! worktree is not looked at as long as the main checkout has one.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::schema::Config;
use crate::git::{Checkouts, GitError, Repository};

/// The directory of a project that holds its configuration and its store.
const DIRECTORY: &str = ".fairway";
/// The configuration in it.
const FILE: &str = "config.toml";

/// Where a project is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectPaths {
    /// The configuration file.
    pub config: PathBuf,
    /// The project's root: paths in the configuration are relative to it. The main checkout, when there is one.
    pub root: PathBuf,
    /// The checkout that was asked from; the root, outside of a repository.
    pub checkout: PathBuf,
}

impl ProjectPaths {
    /// The store: what `--db` names, else what the configuration names.
    pub fn db(&self, config: &Config, flag: Option<&Path>) -> PathBuf {
        flag.map_or_else(|| self.root.join(&config.fairway.db_path), Path::to_owned)
    }
}

/// Why there is no project.
#[derive(Debug, Error)]
pub enum FindError {
    /// Neither here, nor above, nor in the main checkout.
    #[error("no {DIRECTORY}/{FILE} in {} or above it", start.display())]
    NotFound {
        /// The directory that was asked about.
        start: PathBuf,
    },
    /// The file that was named does not exist.
    #[error("{source_name} names {}, which is not a file", path.display())]
    NoSuchFile {
        /// `--config` or `FAIRWAY_CONFIG`.
        source_name: &'static str,
        /// The file as it was named.
        path: PathBuf,
    },
    /// The repository cannot be read.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl FindError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => {
                Some("run `fairway init` in the root of the project, or name a file with --config".to_owned())
            }
            Self::NoSuchFile { source_name, .. } => {
                Some(format!("correct {source_name}, or leave it out to have the file found"))
            }
            Self::Git(error) => error.hint(),
        }
    }
}

/// Finds the project of a directory: the file that `flag` names (`--config`), else the one that `env` names
/// (`FAIRWAY_CONFIG`), else the nearest one here or above, where a directory of a linked worktree stands for the same
/// directory of the main checkout.
///
/// # Errors
///
/// A file that was named does not exist, there is no configuration, or the repository cannot be read.
pub fn find(start: &Path, flag: Option<&Path>, env: Option<&Path>) -> Result<ProjectPaths, FindError> {
    // Without symbolic links, as git names its directories.
    let start = start.canonicalize().unwrap_or_else(|_| start.to_owned());
    let checkouts = checkouts_at(&start)?;
    let env = env.filter(|path| !path.as_os_str().is_empty());
    let named = flag.map(|path| ("--config", path)).or_else(|| env.map(|path| ("FAIRWAY_CONFIG", path)));
    if let Some((source_name, path)) = named {
        let config = start.join(path);
        if !config.is_file() {
            return Err(FindError::NoSuchFile { source_name, path: path.to_owned() });
        }
        let root = root_of_named(&config, &start, checkouts.as_ref());
        return Ok(paths(config, root, checkouts));
    }
    for dir in start.ancestors() {
        let root = in_main(dir, checkouts.as_ref());
        let candidates = [config_in(&root), config_in(dir)];
        if let Some(config) = candidates.into_iter().find(|config| config.is_file()) {
            return Ok(paths(config, root, checkouts));
        }
    }
    Err(FindError::NotFound { start })
}

/// The checkouts of the repository that a directory is in, if it is in one.
fn checkouts_at(start: &Path) -> Result<Option<Checkouts>, GitError> {
    match Repository::discover(start) {
        Ok(repository) => repository.checkouts().map(Some),
        Err(GitError::NotARepository { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The root that goes with a file that was named: around its `.fairway`, else the repository, else here.
fn root_of_named(config: &Path, start: &Path, checkouts: Option<&Checkouts>) -> PathBuf {
    let directory = config.parent().filter(|parent| parent.ends_with(DIRECTORY));
    match (directory.and_then(Path::parent), checkouts) {
        (Some(holder), checkouts) => in_main(holder, checkouts),
        (None, Some(Checkouts { main: Some(main), .. })) => main.clone(),
        (None, Some(Checkouts { here: Some(here), .. })) => here.clone(),
        (None, _) => start.to_owned(),
    }
}

/// The same directory in the main checkout, for one in a linked worktree.
fn in_main(dir: &Path, checkouts: Option<&Checkouts>) -> PathBuf {
    let mapped = checkouts.and_then(|checkouts| {
        let (here, main) = (checkouts.here.as_deref()?, checkouts.main.as_deref()?);
        let dir = dir.canonicalize().ok()?;
        dir.strip_prefix(here)
            .ok()
            .map(|below| if below.as_os_str().is_empty() { main.to_owned() } else { main.join(below) })
    });
    mapped.unwrap_or_else(|| dir.to_owned())
}

fn paths(config: PathBuf, root: PathBuf, checkouts: Option<Checkouts>) -> ProjectPaths {
    let checkout = checkouts.and_then(|checkouts| checkouts.here).unwrap_or_else(|| root.clone());
    ProjectPaths { config, root, checkout }
}

fn config_in(dir: &Path) -> PathBuf {
    dir.join(DIRECTORY).join(FILE)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{FindError, find};
    use crate::config::Config;
    use crate::git::sandbox::Sandbox;

    fn configure(dir: &Path) {
        fs::create_dir_all(dir.join(".fairway")).unwrap();
        fs::write(dir.join(".fairway/config.toml"), "").unwrap();
    }

    #[test]
    fn a_linked_worktree_anywhere_reaches_the_main_checkout() {
        let (main, elsewhere) = (Sandbox::with_commit(), Sandbox::empty());
        configure(main.path());
        let linked = elsewhere.path().join("linked");
        main.git(&["worktree", "add", "-q", "-b", "agent/x", linked.to_str().unwrap()]);
        fs::create_dir(linked.join("deep")).unwrap();

        let paths = find(&linked.join("deep"), None, None).unwrap();
        assert_eq!(paths.config, main.path().join(".fairway/config.toml"));
        assert_eq!((paths.root.as_path(), paths.checkout.as_path()), (main.path(), linked.as_path()));
        assert_eq!(paths.db(&Config::default(), None), main.path().join(".fairway/state.db"));
        assert_eq!(paths.db(&Config::default(), Some(Path::new("x.db"))), Path::new("x.db"));
    }

    #[test]
    fn a_copy_that_is_checked_out_in_a_worktree_does_not_make_a_second_store() {
        let (main, elsewhere) = (Sandbox::with_commit(), Sandbox::empty());
        let linked = elsewhere.path().join("linked");
        main.git(&["worktree", "add", "-q", "-b", "agent/x", linked.to_str().unwrap()]);
        configure(&linked);
        let alone = find(&linked, None, None).unwrap();
        assert_eq!(alone.config, linked.join(".fairway/config.toml"), "the only one there is");
        assert_eq!(alone.root, main.path());

        configure(main.path());
        let paths = find(&linked, None, None).unwrap();
        assert_eq!(paths.config, main.path().join(".fairway/config.toml"));
        assert_eq!(paths.root, main.path());
    }

    #[test]
    fn a_worktree_inside_of_another_project_keeps_to_its_own_repository() {
        let (main, other) = (Sandbox::with_commit(), Sandbox::empty());
        configure(main.path());
        configure(other.path());
        let linked = other.path().join("linked");
        main.git(&["worktree", "add", "-q", "-b", "agent/x", linked.to_str().unwrap()]);
        assert_eq!(find(&linked, None, None).unwrap().root, main.path());
        assert_eq!(find(other.path(), None, None).unwrap().root, other.path());
    }

    #[test]
    fn a_project_may_be_a_directory_of_a_repository() {
        let (main, elsewhere) = (Sandbox::with_commit(), Sandbox::empty());
        configure(&main.path().join("sub"));
        let linked = elsewhere.path().join("linked");
        main.git(&["worktree", "add", "-q", "-b", "agent/x", linked.to_str().unwrap()]);
        fs::create_dir_all(linked.join("sub/deep")).unwrap();
        assert_eq!(find(&linked.join("sub/deep"), None, None).unwrap().root, main.path().join("sub"));
        assert!(matches!(find(&linked, None, None), Err(FindError::NotFound { .. })));
    }

    #[test]
    fn without_a_repository_the_directory_above_counts() {
        let sandbox = Sandbox::empty();
        configure(sandbox.path());
        let deep = sandbox.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        let paths = find(&deep, None, None).unwrap();
        assert_eq!((paths.root.as_path(), paths.checkout.as_path()), (sandbox.path(), sandbox.path()));
    }

    #[test]
    fn a_flag_beats_the_environment_and_both_beat_the_search() {
        let sandbox = Sandbox::with_commit();
        configure(sandbox.path());
        fs::write(sandbox.path().join("one.toml"), "").unwrap();
        fs::write(sandbox.path().join("two.toml"), "").unwrap();
        let (one, two) = (Path::new("one.toml"), Path::new("two.toml"));
        let config = |flag, env| find(sandbox.path(), flag, env).unwrap().config;
        assert_eq!(config(Some(one), Some(two)), sandbox.path().join("one.toml"));
        assert_eq!(config(None, Some(two)), sandbox.path().join("two.toml"));
        assert_eq!(config(None, Some(Path::new(""))), sandbox.path().join(".fairway/config.toml"));
        assert_eq!(find(sandbox.path(), Some(one), None).unwrap().root, sandbox.path());

        let error = find(sandbox.path(), None, Some(Path::new("three.toml"))).unwrap_err();
        assert_eq!(error.to_string(), "FAIRWAY_CONFIG names three.toml, which is not a file");
    }

    #[test]
    fn nothing_found_says_what_to_do() {
        let sandbox = Sandbox::with_commit();
        let error = find(sandbox.path(), None, None).unwrap_err();
        assert!(matches!(error, FindError::NotFound { .. }));
        assert!(error.hint().unwrap().contains("fairway init"));
    }
}
