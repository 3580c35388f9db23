//! Comparing the queue with git: tasks, role branches, worktrees.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Context, Result};
use crate::config::Role;
use crate::git::{GitError, Repository, worktree_state, worktree_states, worktree_states_beside};
use crate::model::WorktreeState;
use crate::model::task::DONE;
use crate::policy::consistency::{self, Finding, TaskClaim};
use crate::policy::{Reason, Refusal};
use crate::views::Findings;

/// Every disagreement between the queue and git: tasks in the order of the file, then role branches, then worktrees.
///
/// # Errors
/// A refusal of class `not-found` when there is no main branch, or when a repository cannot be read.
pub fn git_check(context: &Context, base: Option<&str>) -> Result<Findings> {
    let tasks = context.read(|reader| Ok(reader.task_claims()?))?;
    Ok(Findings { command: "git-check", findings: all_findings(context, &tasks, base)? })
}

/// Every disagreement with git of these tasks, of every role's branch and of every worktree.
///
/// # Errors
/// As [`git_check`].
pub(super) fn all_findings(
    context: &Context,
    tasks: &[TaskClaim],
    base: Option<&str>,
) -> Result<Vec<Finding>> {
    let repository = context.repository()?;
    let main = base_branch(context, &repository, base)?;
    let roles: Vec<&Role> = context.config.roles.iter().collect();
    // Checkouts take about as long as everything else.
    let (states, findings) = worktree_states_beside(&trees_of(context, &roles)?, || -> Result<_> {
        let mut findings = task_findings(&repository, tasks, &main)?;
        findings.extend(branch_findings(&repository, &roles, &main)?);
        Ok(findings)
    });
    let mut findings = findings?;
    findings.extend(worktree_findings(context, &roles, states)?);
    Ok(findings)
}

/// What keeps these roles from beginning work: their branches and their worktrees.
///
/// # Errors
/// `not-found` when there is no main branch, or when a repository cannot be read.
pub fn preflight(context: &Context, role: Option<&Role>, base: Option<&str>) -> Result<Findings> {
    let roles: Vec<&Role> = match role {
        Some(role) => vec![role],
        None => context.config.roles.iter().collect(),
    };
    let repository = context.repository()?;
    let main = base_branch(context, &repository, base)?;
    let mut findings = branch_findings(&repository, &roles, &main)?;
    findings.extend(worktree_findings(context, &roles, worktree_states(&trees_of(context, &roles)?))?);
    Ok(Findings { command: "preflight", findings })
}

/// The ref that is compared with: as given, else the configured main branch, which has to be a branch.
pub(super) fn base_branch(context: &Context, repository: &Repository, base: Option<&str>) -> Result<String> {
    let missing =
        |message: String, hint: &str| Err(Refusal::new(Reason::NotFound, message).hint(hint).into());
    let Some(base) = base else {
        let main = &context.config.fairway.main_branch;
        if repository.has_branch(main)? {
            return Ok(main.clone());
        }
        let hint = "`[fairway] main_branch` in .fairway/config.toml names it; --base takes another ref";
        return missing(format!("branch `{main}` does not exist"), hint);
    };
    match repository.commit(base)? {
        Some(_) => Ok(base.to_owned()),
        None => missing(format!("git knows no commit `{base}`"), "give a branch, a tag or a commit id"),
    }
}

fn task_findings(repository: &Repository, tasks: &[TaskClaim], main: &str) -> Result<Vec<Finding>> {
    let done = tasks.iter().filter(|task| task.status == DONE);
    let commits = repository.facts_of(done.filter_map(|task| task.commit.as_deref()), main)?;
    let mut branches = BTreeMap::new();
    for branch in tasks.iter().filter(|task| task.status != DONE).filter_map(|task| task.branch.as_ref()) {
        if !branches.contains_key(branch) {
            branches.insert(branch.clone(), repository.has_branch(branch)?);
        }
    }
    Ok(tasks.iter().filter_map(|task| consistency::check_task(task, &branches, &commits, main)).collect())
}

fn branch_findings(repository: &Repository, roles: &[&Role], main: &str) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for role in roles {
        let branch = role.branch();
        let behind =
            if repository.has_branch(&branch)? { Some(repository.behind(&branch, main)?) } else { None };
        findings.extend(consistency::check_branch(&role.name, &branch, behind, main));
    }
    Ok(findings)
}

fn worktree_findings(
    context: &Context,
    roles: &[&Role],
    states: Vec<std::result::Result<WorktreeState, GitError>>,
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (role, state) in roles.iter().zip(states) {
        let state = state?;
        let detail = state.sentence(&context.worktree(&role.name)?.display().to_string(), &role.branch());
        findings.extend(state.code().map(|code| Finding { code, subject: role.name.clone(), detail }));
    }
    Ok(findings)
}

/// Where the worktrees of roles are, each with the branch that belongs there.
pub(super) fn trees_of(context: &Context, roles: &[&Role]) -> Result<Vec<(PathBuf, String)>> {
    let tree = |role: &&Role| {
        let path = context.paths.root.join(context.worktree(&role.name)?);
        Ok((path, role.branch().into_owned()))
    };
    roles.iter().map(tree).collect()
}

/// The state of one role's worktree, and a sentence about it.
pub(super) fn worktree_of(context: &Context, role: &Role) -> Result<(WorktreeState, String)> {
    let worktree = context.worktree(&role.name)?;
    let state = worktree_state(&context.paths.root.join(&worktree), &role.branch())?;
    let sentence = state.sentence(&worktree.display().to_string(), &role.branch());
    Ok((state, sentence))
}
