//! What may be done with worktrees: set one up, remove one, put one on a review branch. Nothing that holds work of
//! its own is ever given up.

use super::{Reason, Refusal};

/// What is known of a role's lane before it is set up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    /// A worktree is at its place.
    pub present: bool,
    /// Something else is at its place.
    pub taken: bool,
    /// The repository remembers a worktree at its place that is not there.
    pub remembered: bool,
    /// That one is locked: it may come back.
    pub locked: bool,
    /// The role's branch is there.
    pub branch: bool,
    /// The role's branch is checked out at another place.
    pub elsewhere: Option<String>,
}

/// What setting up a lane does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setup {
    /// Nothing: the worktree is there, whatever it stands on.
    Keep,
    /// The worktree is added.
    Add {
        /// The branch is made first.
        create_branch: bool,
        /// The worktree that is not there is forgotten first.
        forget: bool,
    },
    /// It cannot be set up, for this reason.
    Blocked(String),
}

/// What setting up a lane does.
pub fn plan_setup(lane: &Lane) -> Setup {
    if lane.present {
        return Setup::Keep;
    }
    if lane.taken {
        return Setup::Blocked("something that is no worktree is at its place".to_owned());
    }
    if lane.locked {
        return Setup::Blocked("a locked worktree is remembered there, which may come back".to_owned());
    }
    if let Some(place) = &lane.elsewhere {
        return Setup::Blocked(format!("its branch is checked out at {place}"));
    }
    Setup::Add { create_branch: !lane.branch, forget: lane.remembered }
}

/// What is known of a worktree that may be removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// It is still there.
    pub present: bool,
    /// It is locked.
    pub locked: bool,
    /// Its name is that of a configured role's worktree.
    pub configured: bool,
    /// Its name follows the configured naming, and it lies where worktrees lie.
    pub ours: bool,
    /// The call is made from it.
    pub here: bool,
    /// Paths that are not committed.
    pub uncommitted: usize,
    /// Paths that are ignored.
    pub ignored: usize,
    /// A merge, a rebase or the like is unfinished.
    pub unfinished: bool,
    /// Its commit is part of the main branch or of a remote's branch.
    pub merged: bool,
}

/// What pruning does with a worktree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prune {
    /// It is not there; the repository forgets it.
    Forget,
    /// It is removed with its files.
    Remove,
    /// It stays, for this reason.
    Keep(String),
}

/// What pruning does with a worktree. `force` gives up a lock and ignored files, and nothing else.
pub fn plan_prune(tree: &Tree, force: bool) -> Prune {
    let keep = |why: &str| Prune::Keep(why.to_owned());
    if tree.locked && !force {
        return keep("it is locked; --force looks past that");
    }
    if !tree.present {
        return Prune::Forget;
    }
    if tree.configured {
        return keep("it is the worktree of a configured role");
    }
    if !tree.ours {
        return keep("it is not named like a role's worktree");
    }
    if tree.here {
        return keep("this call is made from it");
    }
    if tree.uncommitted > 0 {
        return Prune::Keep(format!("it has {} uncommitted path(s)", tree.uncommitted));
    }
    if tree.unfinished {
        return keep("a merge or a rebase in it is unfinished");
    }
    if !tree.merged {
        return keep("its commits are neither on the main branch nor on a remote's");
    }
    if tree.ignored > 0 && !force {
        return Prune::Keep(format!("it has {} ignored path(s); --force gives them up", tree.ignored));
    }
    Prune::Remove
}

/// What is known of a worktree that shall stand on a review branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewPlace<'a> {
    /// The reviewing role.
    pub role: &'a str,
    /// Its worktree, as it is spelt.
    pub worktree: &'a str,
    /// Paths that are not committed there.
    pub uncommitted: usize,
    /// A merge, a rebase or the like is unfinished there.
    pub unfinished: bool,
    /// It stands on a commit without a branch that no branch keeps.
    pub loose: bool,
    /// The review branch.
    pub branch: &'a str,
    /// The review branch has commits that are neither under review nor merged.
    pub own_commits: bool,
    /// The review branch is checked out at another place.
    pub elsewhere: Option<String>,
}

/// Whether a worktree may be put on a review branch: nothing in it, and no commit of the branch, may be lost.
///
/// # Errors
/// A refusal of class `preflight`.
pub fn check_review_place(place: &ReviewPlace<'_>) -> Result<(), Refusal> {
    let ReviewPlace { role, worktree, branch, .. } = place;
    let refuse = |message: String, hint: &str| Err(Refusal::new(Reason::Preflight, message).hint(hint));
    if place.uncommitted > 0 {
        let message = format!("{worktree} has {} uncommitted path(s)", place.uncommitted);
        return refuse(message, "commit or stash them first");
    }
    if place.unfinished {
        return refuse(format!("a merge or a rebase in {worktree} is unfinished"), "end or abort it first");
    }
    if place.loose {
        return refuse(format!("{worktree} stands on commits that no branch keeps"), "make a branch of them");
    }
    if let Some(at) = &place.elsewhere {
        return refuse(format!("{branch} is checked out at {at}"), "a branch is checked out once");
    }
    if place.own_commits {
        let hint = "merge them, or rename the branch: it would be moved to what is under review";
        return refuse(format!("{branch} has commits of {role}'s own"), hint);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_lane_is_set_up_where_nothing_is() {
        let lane = Lane { branch: true, ..Lane::default() };
        assert_eq!(plan_setup(&lane), Setup::Add { create_branch: false, forget: false });
        let lane = Lane { remembered: true, ..Lane::default() };
        assert_eq!(plan_setup(&lane), Setup::Add { create_branch: true, forget: true });
        assert_eq!(plan_setup(&Lane { present: true, taken: true, ..Lane::default() }), Setup::Keep);
        assert!(matches!(plan_setup(&Lane { taken: true, ..Lane::default() }), Setup::Blocked(_)));
        let lane = Lane { elsewhere: Some("x".into()), branch: true, ..Lane::default() };
        assert!(matches!(plan_setup(&lane), Setup::Blocked(_)));
    }

    proptest! {
        /// Whatever else is known and asked for, work is never given up.
        #[test]
        fn nothing_that_holds_work_is_removed(
            flags in proptest::array::uniform7(any::<bool>()), uncommitted in 0..3_usize, ignored in 0..2_usize,
            force in any::<bool>(),
        ) {
            let [present, locked, configured, ours, here, unfinished, merged] = flags;
            let tree =
                Tree { present, locked, configured, ours, here, uncommitted, ignored, unfinished, merged };
            match plan_prune(&tree, force) {
                Prune::Remove => {
                    prop_assert!(uncommitted == 0 && merged && !unfinished && ours && !configured && !here);
                    prop_assert!(force || (!locked && ignored == 0));
                }
                Prune::Forget => prop_assert!(!present && (force || !locked)),
                Prune::Keep(why) => prop_assert!(!why.is_empty()),
            }
        }
    }
}
