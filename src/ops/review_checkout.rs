//! Putting what is under review into the reviewer's worktree, on a branch of its own.

use super::git_check::base_branch;
use super::{Context, Result};
use crate::git::{Head, Repository, stakes};
use crate::policy::worktrees::{self, ReviewPlace};
use crate::policy::{Reason, Refusal, reviews};
use crate::views::ReviewCheckout;

/// Puts the acting role's review branch at the head of a task's branch, and the role's worktree on it. `source` is the
/// role whose branch is reviewed instead.
///
/// # Errors
/// A refusal of class `usage` or `unknown-role` without an acting role, `not-found` (task, branch, worktree),
/// `self-review`, or `preflight` when something would be lost; or when git fails, and then nothing has changed.
pub fn review_checkout(
    context: &Context,
    id: &str,
    source: Option<&str>,
    dry_run: bool,
) -> Result<ReviewCheckout> {
    let reviewer = context.acting_role()?;
    let task = context.read(|reader| Ok(reader.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?))?;
    reviews::check_reviewer(&task, &reviewer.name)?;
    let source = match source {
        Some(role) => context.role(role)?.branch().into_owned(),
        None => context.branch_of(&task)?,
    };
    let repository = context.repository()?;
    let missing = |message: String, hint: String| Refusal::new(Reason::NotFound, message).hint(hint);
    let commit = repository.commit(&source)?.ok_or_else(|| {
        missing(format!("branch `{source}` does not exist"), "--source-role names another role".to_owned())
    })?;
    let worktree = context.worktree(&reviewer.name)?;
    let name = worktree.display().to_string();
    let path = context.paths.root.join(&worktree);
    if !path.join(".git").exists() {
        let hint = format!("`fairway worktree setup {}` adds it", reviewer.name);
        return Err(missing(format!("{name} is missing"), hint).into());
    }
    let main = base_branch(context, &repository, None)?;
    let branch = context.review_branch(reviewer);
    let there = stakes(&path, &main)?;
    let on_it = there.head.branch() == Some(branch.as_str());
    worktrees::check_review_place(&ReviewPlace {
        role: &reviewer.name,
        worktree: &name,
        uncommitted: there.uncommitted,
        unfinished: there.unfinished,
        loose: loose(&repository, &there.head, there.merged, &commit)?,
        branch: &branch,
        own_commits: own_commits(&repository, &branch, &commit, &main)?,
        elsewhere: if on_it {
            None
        } else {
            repository.checked_out_at(&branch)?.map(|path| path.display().to_string())
        },
    })?;
    if !dry_run {
        Repository::discover(&path)?.switch_to(&branch, &commit)?;
    }
    Ok(ReviewCheckout {
        task: id.to_owned(),
        reviewer: reviewer.name.clone(),
        source,
        commit_sha: commit,
        branch,
        worktree: name,
        applied: !dry_run,
    })
}

/// Whether a detached head is a commit that nothing keeps.
fn loose(repository: &Repository, head: &Head, merged: bool, under_review: &str) -> Result<bool> {
    let Head::Detached(commit) = head else { return Ok(false) };
    Ok(!merged && !repository.is_merged(commit, under_review)?)
}

/// Whether the review branch has commits that are neither under review nor merged.
fn own_commits(repository: &Repository, branch: &str, under_review: &str, main: &str) -> Result<bool> {
    if !repository.has_branch(branch)? {
        return Ok(false);
    }
    Ok(!repository.is_merged(branch, main)? && !repository.is_merged(branch, under_review)?)
}
