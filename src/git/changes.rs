//! Which paths a commit or a branch changes.

use git2::{Commit, DiffOptions, Tree};

use super::{GitError, Repository};

impl Repository {
    /// The paths that a commit changes against its first parent, or all of its paths when it has none; sorted, each
    /// once. A rename is two paths.
    ///
    /// # Errors
    ///
    /// [`GitError::UnknownCommit`], or when objects cannot be read.
    pub fn changed_by(&self, rev: &str) -> Result<Vec<String>, GitError> {
        let commit = self.known_commit(rev)?;
        let failed = |source| GitError::failed(format!("compare {rev} with its parent"), source);
        let before = commit.parents().next().map(|parent| parent.tree()).transpose().map_err(failed)?;
        let after = commit.tree().map_err(failed)?;
        self.paths_between(before.as_ref(), &after).map_err(failed)
    }

    /// The paths that differ between `rev` and its merge base with `main`; sorted, each once.
    ///
    /// # Errors
    ///
    /// [`GitError::UnknownCommit`], [`GitError::NoMergeBase`], or when objects cannot be read.
    pub fn changed_since_base(&self, rev: &str, main: &str) -> Result<Vec<String>, GitError> {
        let (commit, main_commit) = (self.known_commit(rev)?, self.known_commit(main)?);
        let failed = |source| GitError::failed(format!("compare {rev} with {main}"), source);
        let base = match self.inner.merge_base(main_commit.id(), commit.id()) {
            Ok(base) => base,
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                return Err(GitError::NoMergeBase { rev: rev.to_owned(), main: main.to_owned() });
            }
            Err(source) => return Err(failed(source)),
        };
        let before = self.inner.find_commit(base).and_then(|base| base.tree()).map_err(failed)?;
        let after = commit.tree().map_err(failed)?;
        self.paths_between(Some(&before), &after).map_err(failed)
    }

    fn known_commit(&self, name: &str) -> Result<Commit<'_>, GitError> {
        let id = self.resolve(name)?.ok_or_else(|| GitError::UnknownCommit { name: name.to_owned() })?;
        self.inner.find_commit(id).map_err(|source| GitError::failed(format!("read {name}"), source))
    }

    fn paths_between(&self, before: Option<&Tree<'_>>, after: &Tree<'_>) -> Result<Vec<String>, git2::Error> {
        let mut options = DiffOptions::new();
        let diff = self.inner.diff_tree_to_tree(before, Some(after), Some(&mut options))?;
        let mut paths: Vec<String> = diff
            .deltas()
            .filter_map(|delta| delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes()))
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect();
        paths.dedup();
        Ok(paths)
    }
}

#[cfg(test)]
mod tests {
    use crate::git::sandbox::Sandbox;
    use crate::git::{GitError, Repository};

    fn write(sandbox: &Sandbox, path: &str, text: &str) {
        let path = sandbox.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn commit_all(sandbox: &Sandbox, message: &str) {
        sandbox.git(&["add", "-A"]);
        sandbox.git(&["commit", "-q", "-m", message]);
    }

    /// What git lists, for the same question.
    fn git_lists(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
        sandbox.git(words).split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn paths_are_those_that_git_lists_in_its_order() {
        let sandbox = Sandbox::with_commit();
        for path in ["a", "a.b/x", "b/c", "b-c", "deep/er/file", "link", "mode", "moved", "ü", "sp ace"] {
            write(&sandbox, path, "one");
        }
        commit_all(&sandbox, "many");
        sandbox.git(&["checkout", "-q", "-b", "work"]);
        std::fs::remove_file(sandbox.path().join("a")).unwrap();
        write(&sandbox, "a/b", "a file became a directory");
        std::fs::remove_file(sandbox.path().join("link")).unwrap();
        std::os::unix::fs::symlink("mode", sandbox.path().join("link")).unwrap();
        sandbox.git(&["mv", "moved", "moved-away"]);
        write(&sandbox, "b/c", "two");
        write(&sandbox, "b-c", "two");
        write(&sandbox, "ü", "two");
        write(&sandbox, "sp ace", "two");
        sandbox.git(&["add", "-A"]);
        sandbox.git(&["update-index", "--chmod=+x", "mode"]);
        sandbox.git(&["commit", "-q", "-m", "work"]);
        let repository = Repository::discover(sandbox.path()).unwrap();

        let names = ["--name-only", "--no-renames", "-z"];
        let diff = |range: &[&str]| git_lists(&sandbox, &[&["diff"], &names[..], range].concat());
        assert_eq!(repository.changed_by("work").unwrap(), diff(&["work^1", "work"]));
        assert_eq!(repository.changed_since_base("work", "trunk").unwrap(), diff(&["trunk...work"]));
        let root = sandbox.git(&["rev-list", "--max-parents=0", "HEAD"]);
        assert_eq!(repository.changed_by(&root).unwrap(), ["file"]);
    }

    #[test]
    fn a_branch_is_compared_with_its_merge_base() {
        let sandbox = Sandbox::with_commit();
        sandbox.git(&["checkout", "-q", "-b", "work"]);
        write(&sandbox, "mine", "x");
        commit_all(&sandbox, "mine");
        sandbox.git(&["checkout", "-q", "trunk"]);
        write(&sandbox, "theirs", "x");
        commit_all(&sandbox, "theirs");
        let repository = Repository::discover(sandbox.path()).unwrap();
        assert_eq!(repository.changed_since_base("work", "trunk").unwrap(), ["mine"]);
        assert_eq!(repository.changed_since_base("trunk", "trunk").unwrap(), Vec::<String>::new());

        sandbox.git(&["checkout", "-q", "--orphan", "alone"]);
        commit_all(&sandbox, "alone");
        let error = repository.changed_since_base("alone", "trunk").unwrap_err();
        assert!(matches!(error, GitError::NoMergeBase { .. }), "{error:?}");
        let error = repository.changed_by("nowhere").unwrap_err();
        assert!(matches!(error, GitError::UnknownCommit { name } if name == "nowhere"));
    }
}
