//! Which role a directory belongs to.

use std::path::{Path, PathBuf};

use super::{Checkouts, Head};

/// What is known of a role in terms of git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane<'a> {
    /// The role's name.
    pub role: &'a str,
    /// The branch that the role works on.
    pub branch: &'a str,
    /// Where the role's worktree should be, when that is known. It need not exist.
    pub worktree: Option<PathBuf>,
}

/// The role whose checkout this is: by its branch, else, because a role also reviews on other branches, by the
/// directory.
pub fn role_at<'a>(checkouts: &Checkouts, head: &Head, lanes: &[Lane<'a>]) -> Option<&'a str> {
    let by_branch = || {
        let branch = head.branch()?;
        lanes.iter().find(|lane| lane.branch == branch)
    };
    let by_directory = || {
        let here = checkouts.here.as_deref()?;
        lanes.iter().find(|lane| lane.worktree.as_deref().is_some_and(|worktree| same(worktree, here)))
    };
    by_branch().or_else(by_directory).map(|lane| lane.role)
}

/// Whether two paths are one directory. What does not exist is no directory.
fn same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Lane, role_at};
    use crate::git::Repository;
    use crate::git::sandbox::Sandbox;

    #[test]
    fn the_branch_decides_then_the_directory() {
        let sandbox = Sandbox::with_commit();
        let place = |role: &str| sandbox.path().join(format!(".worktrees/gpuas-{role}"));
        let add = |role: &str, branch: &str| {
            sandbox.git(&["worktree", "add", "-q", "-b", branch, place(role).to_str().unwrap()]);
        };
        add("A-backend", "agent/A-backend");
        add("E-governance", "review/E-governance");
        add("guest", "feature/x");
        let lanes = ["A-backend", "E-governance"].map(|role| (role, format!("agent/{role}")));
        let lanes: Vec<Lane<'_>> = lanes
            .iter()
            .map(|(role, branch)| Lane {
                role,
                branch,
                worktree: Some(place(role).join("../gpuas-x/..").join(format!("gpuas-{role}"))),
            })
            .collect();
        std::fs::create_dir(place("x")).unwrap();

        let role = |name: &str| {
            let repository = Repository::discover(&place(name)).unwrap();
            role_at(&repository.checkouts().unwrap(), &repository.head().unwrap(), &lanes)
        };
        assert_eq!(role("A-backend"), Some("A-backend"));
        assert_eq!(role("E-governance"), Some("E-governance"), "on its review branch");
        assert_eq!(role("guest"), None);
    }

    #[test]
    fn the_main_checkout_on_a_role_branch_is_that_role() {
        let sandbox = Sandbox::with_commit();
        sandbox.git(&["checkout", "-q", "-b", "agent/B-ui"]);
        let repository = Repository::discover(sandbox.path()).unwrap();
        let (checkouts, head) = (repository.checkouts().unwrap(), repository.head().unwrap());
        let lane = Lane { role: "B-ui", branch: "agent/B-ui", worktree: None };
        assert_eq!(role_at(&checkouts, &head, &[lane]), Some("B-ui"));
        sandbox.git(&["checkout", "-q", "--detach"]);
        let lane = Lane { role: "B-ui", branch: "agent/B-ui", worktree: Some("/nowhere".into()) };
        assert_eq!(role_at(&checkouts, &repository.head().unwrap(), &[lane]), None);
    }
}
