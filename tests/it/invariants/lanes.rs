//! Calls that change worktrees and begin sessions, and what an agent does in a worktree meanwhile.

use fairway::ops::*;
use proptest::prelude::*;
use proptest::sample::select;

use super::calls::{Id, ROLES, id, maybe, owned, role};
use super::project::Project;

/// A call about the lanes.
#[derive(Debug, Clone)]
pub(super) enum Lane {
    Setup {
        roles: Vec<Id>,
        dry_run: bool,
    },
    Prune {
        force: bool,
        dry_run: bool,
    },
    Checkout {
        id: Id,
        role: Option<Id>,
        source: Option<Id>,
        dry_run: bool,
    },
    Launch {
        role: Option<Id>,
        backend: Option<Id>,
        task: Option<Id>,
        session: Option<Id>,
    },
    /// Somebody leaves work in a role's worktree that is not committed.
    Work {
        role: Id,
    },
    /// Somebody deletes a role's worktree.
    Vanish {
        role: Id,
    },
}

pub(super) fn lanes() -> impl Strategy<Value = Lane> {
    let lane = || select(&ROLES[..2]);
    let backend = || select(vec!["nothing", "broken", "moon", "manual", "screen"]);
    prop_oneof![
        2 => (prop::collection::vec(role(), 0..2), any::<bool>())
            .prop_map(|(roles, dry_run)| Lane::Setup { roles, dry_run }),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(force, dry_run)| Lane::Prune { force, dry_run }),
        2 => (id(), maybe(role()), maybe(role()), any::<bool>())
            .prop_map(|(id, role, source, dry_run)| Lane::Checkout { id, role, source, dry_run }),
        4 => (prop::option::weighted(0.8, role()), maybe(backend()), maybe(id()), maybe(select(vec!["s-1", "s-2"])))
            .prop_map(|(role, backend, task, session)| Lane::Launch { role, backend, task, session }),
        1 => lane().prop_map(|role| Lane::Work { role }),
        1 => lane().prop_map(|role| Lane::Vanish { role }),
    ]
}

impl Lane {
    pub(super) fn ask(&self, project: &Project) -> Result<()> {
        let context = project.context(None);
        match self.clone() {
            Self::Setup { roles, dry_run } => {
                let roles: Vec<String> = roles.into_iter().map(str::to_owned).collect();
                worktree_setup(&context, &roles, dry_run).map(drop)
            }
            Self::Prune { force, dry_run } => worktree_prune(&context, force, dry_run).map(drop),
            Self::Checkout { id, role, source, dry_run } => {
                review_checkout(&project.context(role), id, source, dry_run).map(drop)
            }
            Self::Launch { role, backend, task, session } => {
                let request = Launch {
                    role: owned(role),
                    backend: Some(backend.unwrap_or("nothing").to_owned()),
                    task: owned(task),
                    id: owned(session),
                    command: Some("true".to_owned()),
                    ..Launch::default()
                };
                match launch_session(&context, &request, false) {
                    // That it was tried is recorded.
                    Err(OpError::Launch { .. }) => Ok(()),
                    other => other.map(drop),
                }
            }
            Self::Work { role } => {
                project.leave_work(role);
                Ok(())
            }
            Self::Vanish { role } => {
                project.vanish(role);
                Ok(())
            }
        }
    }
}
