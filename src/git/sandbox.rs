//! Real repositories for tests, made with the git command line in an environment of their own.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A temporary directory, usually with a repository in it. Its path has no symbolic links.
pub(crate) struct Sandbox {
    _dir: TempDir,
    root: PathBuf,
}

impl Sandbox {
    /// A directory without a repository.
    pub(crate) fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        Self { _dir: dir, root }
    }

    /// A repository with one commit on the branch `trunk`.
    pub(crate) fn with_commit() -> Self {
        let sandbox = Self::empty();
        sandbox.git(&["init", "-q", "-b", "trunk"]);
        sandbox.commit("root");
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    /// Runs git here and answers what it prints; a failure fails the test.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.expression(args).read().unwrap_or_else(|error| panic!("git {args:?}: {error}"))
    }

    /// Commits a change of `file` and answers the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        std::fs::write(self.root.join("file"), message).unwrap();
        self.git(&["add", "file"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// What git takes a name for, where a commit is wanted.
    pub(crate) fn rev_parse(&self, name: &str) -> Option<String> {
        let wanted = format!("{name}^{{commit}}");
        let output = self
            .expression(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])
            .stdout_capture()
            .stderr_null()
            .unchecked()
            .run()
            .unwrap();
        let id = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        (output.status.success() && !name.is_empty()).then_some(id)
    }

    /// Stores a blob whose id begins like `prefix`; answers the prefix and the blob's id.
    pub(crate) fn blob_like(&self, prefix: &str) -> (String, String) {
        let repository = git2::Repository::open(&self.root).unwrap();
        for number in 0.. {
            let content = format!("blob {number}");
            let id = git2::Oid::hash_object(git2::ObjectType::Blob, content.as_bytes()).unwrap();
            if id.to_string().starts_with(prefix) {
                repository.blob(content.as_bytes()).unwrap();
                return (prefix.to_owned(), id.to_string());
            }
        }
        unreachable!("one of every 65536 ids begins with the same four digits")
    }

    fn expression(&self, args: &[&str]) -> duct::Expression {
        let variables = [
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", self.root.display().to_string()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_AUTHOR_NAME", "Fairway".to_owned()),
            ("GIT_AUTHOR_EMAIL", "fairway@example.invalid".to_owned()),
            ("GIT_AUTHOR_DATE", "2026-01-05T09:00:00Z".to_owned()),
            ("GIT_COMMITTER_NAME", "Fairway".to_owned()),
            ("GIT_COMMITTER_EMAIL", "fairway@example.invalid".to_owned()),
            ("GIT_COMMITTER_DATE", "2026-01-05T09:00:00Z".to_owned()),
            ("LC_ALL", "C".to_owned()),
        ];
        duct::cmd("git", args).dir(&self.root).full_env(variables)
    }
}
