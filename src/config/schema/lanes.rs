//! `[[roles]]` and `[worktrees]`: who works, on which branch, in which directory.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::config::section::{entry, section};
use crate::config::value::Template;

entry! {
    /// A lane of work: a role, its branch, and who usually fills it.
    pub struct Role {
        /// The role's name, unique in the file.
        pub name: String,
        /// The branch that the role works on. Default: `agent/<name>`.
        pub branch: Option<String>,
        /// The coding agent that usually fills the role, such as `codex`. A label only: no provider is called
        /// because of it.
        pub provider: Option<String>,
        /// What reports and sessions call the role's lane. Default: the role's name.
        pub lane: Option<String>,
    }
}

impl Role {
    /// The branch that the role works on.
    pub fn branch(&self) -> Cow<'_, str> {
        match &self.branch {
            Some(branch) => Cow::Borrowed(branch),
            None => Cow::Owned(format!("agent/{}", self.name)),
        }
    }

    /// What the role's lane is called.
    pub fn lane(&self) -> &str {
        self.lane.as_deref().unwrap_or(&self.name)
    }
}

section! {
    /// Where the roles' worktrees are and what they are called.
    pub struct Worktrees {
        /// The directory that holds the worktrees, relative to the project's root.
        pub root: PathBuf = PathBuf::from("../worktrees"),
        /// A git setting that says where the worktrees are instead of `root`, in a repository that has it. Default: none.
        pub root_git_setting: Option<String> = None,
        /// The name of a role's worktree; `{repo}` is the name of the project's root directory.
        pub naming: Template = Template::known("{repo}-{role}"),
        /// The branch on which a role reviews the work of others.
        pub review_branch_naming: Template = Template::known("review/{role}"),
    }
}

impl Worktrees {
    /// The worktree of a role, as an absolute path when `project_root` is one. `..` is kept as it is.
    pub fn path_of(&self, project_root: &Path, role: &str) -> PathBuf {
        project_root.join(&self.root).join(self.name_of(project_root, role))
    }

    /// The name of a role's worktree in the directory that holds them.
    pub fn name_of(&self, project_root: &Path, role: &str) -> String {
        let repo = project_root.file_name().unwrap_or_default().to_string_lossy();
        self.naming.fill(&repo, role)
    }
}
