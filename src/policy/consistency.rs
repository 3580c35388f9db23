//! What the queue says about git, and what git says.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::task::DONE;

/// A disagreement between the queue and git.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// Stable code.
    pub code: &'static str,
    /// The task or the role that it is about.
    pub subject: String,
    /// A sentence.
    pub detail: String,
}

/// What a task says about git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskClaim {
    /// The task.
    pub id: String,
    /// `in_progress` or `done`.
    pub status: String,
    /// The branch that its work happens on.
    pub branch: Option<String>,
    /// The commit that finished it.
    pub commit: Option<String>,
}

/// What git knows of a commit that a task names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitFact {
    /// It is part of the main branch.
    OnMain,
    /// It is there, and not part of the main branch.
    Elsewhere,
    /// It is not there.
    Unknown,
}

/// Whether what a task says holds. `branches` and `commits` are git's answers; a name that is not among them is
/// not there.
pub fn check_task(
    task: &TaskClaim,
    branches: &BTreeMap<String, bool>,
    commits: &BTreeMap<String, CommitFact>,
    main: &str,
) -> Option<Finding> {
    let finding = |code, detail| Some(Finding { code, subject: task.id.clone(), detail });
    if task.status != DONE {
        return match &task.branch {
            None => finding("TASK_BRANCH_MISSING", "in progress without a branch".to_owned()),
            Some(branch) if branches.get(branch) == Some(&true) => None,
            Some(branch) => finding("TASK_BRANCH_MISSING", format!("branch {branch} does not exist")),
        };
    }
    let Some(commit) = &task.commit else {
        return finding("DONE_COMMIT_UNKNOWN", "done without a commit".to_owned());
    };
    match commits.get(commit).copied().unwrap_or(CommitFact::Unknown) {
        CommitFact::OnMain => None,
        CommitFact::Elsewhere => finding("DONE_NOT_ON_MAIN", format!("commit {commit} is not on {main}")),
        CommitFact::Unknown => finding("DONE_COMMIT_UNKNOWN", format!("commit {commit} is unknown")),
    }
}

/// Whether a role's branch is there and has all of the main branch. `behind` is none when it is not there.
pub fn check_branch(role: &str, branch: &str, behind: Option<usize>, main: &str) -> Option<Finding> {
    let finding = |code, detail| Some(Finding { code, subject: role.to_owned(), detail });
    match behind {
        None => finding("ROLE_BRANCH_MISSING", format!("branch {branch} does not exist")),
        Some(0) => None,
        Some(count) => finding("BRANCH_BEHIND", format!("{branch} is {count} commit(s) behind {main}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(status: &str, branch: Option<&str>, commit: Option<&str>) -> Option<&'static str> {
        let task = TaskClaim {
            id: "A-1".to_owned(),
            status: status.to_owned(),
            branch: branch.map(str::to_owned),
            commit: commit.map(str::to_owned),
        };
        let branches = BTreeMap::from([("there".to_owned(), true), ("gone".to_owned(), false)]);
        let commits = BTreeMap::from([
            ("main".to_owned(), CommitFact::OnMain),
            ("side".to_owned(), CommitFact::Elsewhere),
            ("lost".to_owned(), CommitFact::Unknown),
        ]);
        check_task(&task, &branches, &commits, "main").map(|finding| finding.code)
    }

    #[test]
    fn each_disagreement_has_its_code() {
        assert_eq!(codes("in_progress", Some("there"), Some("lost")), None);
        assert_eq!(codes("in_progress", Some("gone"), None), Some("TASK_BRANCH_MISSING"));
        assert_eq!(codes("in_progress", None, None), Some("TASK_BRANCH_MISSING"));
        assert_eq!(codes(DONE, None, Some("main")), None);
        assert_eq!(codes(DONE, Some("gone"), Some("side")), Some("DONE_NOT_ON_MAIN"));
        assert_eq!(codes(DONE, Some("there"), Some("lost")), Some("DONE_COMMIT_UNKNOWN"));
        assert_eq!(codes(DONE, Some("there"), None), Some("DONE_COMMIT_UNKNOWN"));
        assert_eq!(check_branch("x", "agent/x", Some(0), "main"), None);
        assert_eq!(check_branch("x", "agent/x", None, "main").unwrap().code, "ROLE_BRANCH_MISSING");
        assert_eq!(check_branch("x", "agent/x", Some(2), "main").unwrap().code, "BRANCH_BEHIND");
    }
}
