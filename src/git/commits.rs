//! Which commit a name stands for, and how far apart two commits are.

use git2::{ErrorCode, ObjectType, Oid};

use super::{GitError, Repository};

/// How many letters of an id git takes for one.
const SHORTEST_ID: usize = 4;

impl Repository {
    /// The full id of the commit that a name stands for, as `git rev-parse --verify NAME^{commit}` has it;
    /// `None` when it stands for none.
    ///
    /// # Errors
    ///
    /// When the objects cannot be read.
    pub fn commit(&self, name: &str) -> Result<Option<String>, GitError> {
        Ok(self.resolve(name)?.map(|id| id.to_string()))
    }

    /// How many commits `main` has that `rev` lacks. Both are names as for [`Repository::commit`].
    ///
    /// # Errors
    ///
    /// [`GitError::UnknownCommit`] when one of them stands for no commit.
    pub fn behind(&self, rev: &str, main: &str) -> Result<usize, GitError> {
        let known =
            |name: &str| self.resolve(name)?.ok_or_else(|| GitError::UnknownCommit { name: name.to_owned() });
        let (rev_id, main_id) = (known(rev)?, known(main)?);
        self.inner
            .graph_ahead_behind(rev_id, main_id)
            .map(|(_ahead, behind)| behind)
            .map_err(|source| GitError::failed(format!("compare {rev} with {main}"), source))
    }

    pub(super) fn resolve(&self, name: &str) -> Result<Option<Oid>, GitError> {
        if name.is_empty() || name.contains('\0') {
            return Ok(None);
        }
        match self.inner.revparse_single(&format!("{name}^{{commit}}")) {
            Ok(object) => Ok(Some(object.id())),
            Err(error) if error.code() == ErrorCode::Ambiguous => self.only_commit_of(name),
            Err(error) if stands_for_nothing(&error) => Ok(None),
            Err(source) => Err(GitError::failed(format!("resolve {name}"), source)),
        }
    }

    /// The one commit whose id begins like this. Where a commit is wanted, git ignores other objects with the
    /// same beginning, and libgit2 does not. What is too short to be the beginning of an id is none to git, and ambiguous
    /// to libgit2.
    fn only_commit_of(&self, prefix: &str) -> Result<Option<Oid>, GitError> {
        if prefix.len() < SHORTEST_ID {
            return Ok(None);
        }
        let failed = |source| GitError::failed("list the objects of the repository", source);
        let odb = self.inner.odb().map_err(failed)?;
        let prefix = prefix.to_ascii_lowercase();
        let mut found = Vec::new();
        odb.foreach(|id| {
            let is_commit = || odb.read_header(*id).is_ok_and(|(_, kind)| kind == ObjectType::Commit);
            if id.to_string().starts_with(&prefix) && is_commit() {
                found.push(*id);
            }
            true
        })
        .map_err(failed)?;
        found.sort_unstable();
        found.dedup();
        Ok(if let [only] = found[..] { Some(only) } else { None })
    }
}

/// Whether an error says that the name is none of a commit, rather than that something is broken.
fn stands_for_nothing(error: &git2::Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::Peel | ErrorCode::UnbornBranch
    )
}

#[cfg(test)]
mod tests {
    use crate::git::sandbox::Sandbox;
    use crate::git::{GitError, Repository};

    #[test]
    fn names_mean_what_git_takes_them_for() {
        let sandbox = Sandbox::with_commit();
        let first = sandbox.commit("first");
        sandbox.git(&["branch", "agent/A-backend"]);
        sandbox.git(&["tag", "-a", "-m", "one", "v1"]);
        sandbox.git(&["branch", "deadbeef"]);
        let second = sandbox.commit("second");
        let repository = Repository::discover(sandbox.path()).unwrap();

        let names = [
            "HEAD",
            "HEAD~1",
            "HEAD^2",
            "@",
            "trunk",
            "agent/A-backend",
            "refs/heads/trunk",
            "v1",
            "v1^{}",
            "deadbeef",
            "nothing",
            "",
            " ",
            "-q",
            "--all",
            "HEAD^{tree}",
            "HEAD:file",
            "trunk..HEAD",
            "ffffffff",
            "abc",
            "HEAD@{0}",
            ":/second",
            "a b",
            "HEAD~99",
        ];
        let shortened = [&first[..7], &first[..4], &second[..12], &second, &first.to_uppercase()[..10]];
        for name in names.into_iter().chain(shortened) {
            let git = sandbox.rev_parse(name);
            assert_eq!(repository.commit(name).unwrap(), git, "git and libgit2 differ on {name:?}");
        }
        assert_eq!(repository.commit("v1").unwrap(), Some(first));
    }

    #[test]
    fn a_short_id_means_the_commit_among_its_namesakes() {
        let sandbox = Sandbox::with_commit();
        let commit = sandbox.commit("first");
        let (prefix, _) = sandbox.blob_like(&commit[..4]);
        let repository = Repository::discover(sandbox.path()).unwrap();
        assert_eq!(sandbox.rev_parse(&prefix).as_deref(), Some(commit.as_str()), "git decides so");
        assert_eq!(repository.commit(&prefix).unwrap().as_deref(), Some(commit.as_str()));
    }

    #[test]
    fn behind_counts_what_the_branch_lacks() {
        let sandbox = Sandbox::with_commit();
        sandbox.git(&["branch", "agent/x"]);
        sandbox.commit("second");
        sandbox.commit("third");
        sandbox.git(&["checkout", "-q", "agent/x"]);
        sandbox.commit("own work");
        let repository = Repository::discover(sandbox.path()).unwrap();
        assert_eq!(repository.behind("agent/x", "trunk").unwrap(), 2);
        assert_eq!(repository.behind("HEAD", "trunk").unwrap(), 2);
        assert_eq!(repository.behind("trunk", "agent/x").unwrap(), 1);
        assert_eq!(repository.behind("trunk", "trunk").unwrap(), 0);
        let error = repository.behind("agent/y", "trunk").unwrap_err();
        assert!(matches!(error, GitError::UnknownCommit { name } if name == "agent/y"));
    }
}
