//! Facts about the repository: its root, branches, commits and worktrees.
