//! Worktrees of roles: how they stand, setting them up, removing what is left of roles that are gone.

use std::path::{Path, PathBuf};

use super::git_check::{base_branch, trees_of};
use super::{Context, Result};
use crate::config::Role;
use crate::git::{GitError, LinkedTree, Repository, stakes, worktree_states};
use crate::policy::worktrees::{self, Lane, Prune, Setup, Tree};
use crate::policy::{Reason, Refusal};
use crate::views::{LaneStatus, Lanes, WorktreePlan, WorktreeStep};

/// How the worktree of each role stands.
///
/// # Errors
/// When the repository cannot be read; a worktree that cannot be is part of the answer.
pub fn worktree_status(context: &Context) -> Result<Lanes> {
    let configured: Vec<&Role> = context.config.roles.iter().collect();
    let states = worktree_states(&trees_of(context, &configured)?);
    let mut roles = Vec::new();
    for (role, state) in configured.into_iter().zip(states) {
        let worktree = context.worktree(&role.name)?.display().to_string();
        let (state, detail) = match state {
            Ok(state) => (state.word(), state.sentence(&worktree, &role.branch())),
            Err(GitError::Worktree { .. }) => ("unreadable", format!("{worktree} cannot be read")),
            Err(error) => return Err(error.into()),
        };
        roles.push(LaneStatus {
            role: role.name.clone(),
            provider: role.provider.clone(),
            branch: role.branch().into_owned(),
            review_branch: context.review_branch(role),
            worktree,
            state,
            detail,
        });
    }
    Ok(Lanes { roles })
}

/// Gives each named role, or every role, its branch and its worktree. Either all of them can be set up, or nothing is
/// changed.
///
/// # Errors
/// A refusal of class `unknown-role`, `not-found` when there is no main branch, `preflight` when a lane cannot be set
/// up; or when the repository cannot be changed, and then what was begun is taken back.
pub fn worktree_setup(context: &Context, roles: &[String], dry_run: bool) -> Result<WorktreePlan> {
    let roles: Vec<&Role> = if roles.is_empty() {
        context.config.roles.iter().collect()
    } else {
        roles.iter().map(|name| context.role(name)).collect::<Result<_>>()?
    };
    let repository = context.repository()?;
    let main = base_branch(context, &repository, None)?;
    let mut plans = Vec::new();
    for role in roles {
        let name = context.worktree(&role.name)?;
        let lane = lane(context, &repository, role, &name)?;
        plans.push((role, name, worktrees::plan_setup(&lane)));
    }
    let blocked = plans.iter().find_map(|(role, name, plan)| match plan {
        Setup::Blocked(why) => Some((role, name, why)),
        _ => None,
    });
    if let Some((role, name, why)) = blocked.filter(|_| !dry_run) {
        let message = format!("{} cannot be set up for {}: {why}", name.display(), role.name);
        return Err(Refusal::new(Reason::Preflight, message)
            .hint("nothing was changed; --dry-run shows the whole plan, and roles can be named one by one")
            .into());
    }
    if !dry_run {
        apply_setup(context, &repository, &main, &plans)?;
    }
    let steps = plans.into_iter().map(|(role, name, plan)| setup_step(role, &name, &plan, &main)).collect();
    Ok(WorktreePlan { steps, applied: !dry_run })
}

fn lane(context: &Context, repository: &Repository, role: &Role, name: &Path) -> Result<Lane> {
    let path = context.paths.root.join(name);
    let present = path.join(".git").exists();
    let empty = || std::fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_none());
    let branch = repository.has_branch(&role.branch())?;
    let remembered = if present { None } else { remembered(repository, &path)? };
    Ok(Lane {
        present,
        taken: !present && path.symlink_metadata().is_ok() && !empty(),
        locked: remembered.as_ref().is_some_and(|tree| tree.locked),
        remembered: remembered.is_some(),
        branch,
        elsewhere: if branch && !present {
            repository.checked_out_at(&role.branch())?.map(|path| path.display().to_string())
        } else {
            None
        },
    })
}

/// The worktree that the repository remembers at a place.
fn remembered(repository: &Repository, path: &Path) -> Result<Option<LinkedTree>> {
    let place = settled(path);
    Ok(repository.linked_trees()?.into_iter().find(|tree| settled(&tree.path) == place))
}

/// A path without `.`, `..` and symbolic links, as far as it exists.
fn settled(path: &Path) -> PathBuf {
    let mut rest = Vec::new();
    for ancestor in path.ancestors() {
        if let Ok(real) = ancestor.canonicalize() {
            return rest.iter().rev().fold(real, |path, name| path.join(name));
        }
        rest.extend(ancestor.file_name());
    }
    path.to_owned()
}

fn apply_setup(
    context: &Context,
    repository: &Repository,
    main: &str,
    plans: &[(&Role, PathBuf, Setup)],
) -> Result<()> {
    let mut branches: Vec<String> = Vec::new();
    let mut trees: Vec<PathBuf> = Vec::new();
    let outcome = plans.iter().try_for_each(|(role, name, plan)| -> Result<()> {
        let Setup::Add { create_branch, forget } = plan else { return Ok(()) };
        let path = context.paths.root.join(name);
        if *forget && let Some(tree) = remembered(repository, &path)? {
            repository.forget_worktree(&tree.name, false)?;
        }
        let branch = role.branch().into_owned();
        if *create_branch {
            repository.create_branch(&branch, main)?;
            branches.push(branch.clone());
        }
        repository.add_worktree(&settled(&path), &branch)?;
        trees.push(path);
        Ok(())
    });
    if outcome.is_err() {
        // What this call has just made holds no work of anybody.
        for path in &trees {
            if let Ok(Some(tree)) = remembered(repository, path) {
                let _ = repository.remove_worktree(&tree.name, false);
            }
        }
        for branch in &branches {
            let _ = repository.take_back_branch(branch);
        }
    }
    outcome
}

fn setup_step(role: &Role, name: &Path, plan: &Setup, main: &str) -> WorktreeStep {
    let branch = role.branch();
    let (action, detail) = match plan {
        Setup::Keep => ("keep", "it is there".to_owned()),
        Setup::Blocked(why) => ("blocked", why.clone()),
        Setup::Add { create_branch: true, .. } => ("add", format!("on {branch}, a new branch at {main}")),
        Setup::Add { create_branch: false, .. } => ("add", format!("on {branch}")),
    };
    WorktreeStep { worktree: name.display().to_string(), role: Some(role.name.clone()), action, detail }
}

/// Forgets worktrees that are not there any more, and removes those of roles that are not configured any more, when
/// nothing is lost with them. `force` gives up locks and ignored files.
///
/// # Errors
/// When the repository cannot be read or changed.
pub fn worktree_prune(context: &Context, force: bool, dry_run: bool) -> Result<WorktreePlan> {
    let repository = context.repository()?;
    let main = base_branch(context, &repository, None)?;
    let mut steps = Vec::new();
    for linked in repository.linked_trees()? {
        let tree = tree(context, &linked, &main)?;
        let plan = worktrees::plan_prune(&tree, force);
        if !dry_run {
            match plan {
                Prune::Forget => repository.forget_worktree(&linked.name, force)?,
                Prune::Remove => repository.remove_worktree(&linked.name, force)?,
                Prune::Keep(_) => {}
            }
        }
        let (action, detail) = match plan {
            Prune::Forget => ("forget", "it is not there any more".to_owned()),
            Prune::Remove if tree.ignored > 0 => ("remove", format!("with {} ignored path(s)", tree.ignored)),
            Prune::Remove => ("remove", "clean, and merged".to_owned()),
            Prune::Keep(why) => ("keep", why),
        };
        let worktree = from_root(context, &linked.path);
        steps.push(WorktreeStep { worktree, role: None, action, detail });
    }
    Ok(WorktreePlan { steps, applied: !dry_run })
}

/// A path as people near the project's root would spell it.
fn from_root(context: &Context, path: &Path) -> String {
    let (root, path) = (settled(&context.paths.root), settled(path));
    let beside = || Some(Path::new("..").join(path.strip_prefix(root.parent()?).ok()?));
    let near = path.strip_prefix(&root).ok().map(Path::to_owned).or_else(beside);
    near.unwrap_or_else(|| path.clone()).display().to_string()
}

fn tree(context: &Context, linked: &LinkedTree, main: &str) -> Result<Tree> {
    let place = settled(&linked.path);
    let mut configured = false;
    for role in &context.config.roles {
        configured |= settled(&context.paths.root.join(context.worktree(&role.name)?)) == place;
    }
    let mut tree = Tree {
        present: linked.present,
        locked: linked.locked,
        configured,
        ours: context.is_worktree_place(&place)?,
        here: settled(&context.paths.checkout) == place,
        ..Tree::default()
    };
    // What would be kept anyway need not be looked through; nor does what cannot be read keep others from going.
    if tree.present && tree.ours && !configured && !tree.here {
        let stakes = stakes(&linked.path, main)?;
        tree.uncommitted = stakes.uncommitted;
        tree.ignored = stakes.ignored;
        tree.unfinished = stakes.unfinished;
        tree.merged = stakes.merged;
    }
    Ok(tree)
}
