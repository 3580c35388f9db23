//! Git as its files show it: refs, worktrees, and what each has checked out.
//!
//! The layout is that of gitrepository-layout(5). Objects, logs, configuration and the names that git gives to
//! what it did last (`ORIG_HEAD`, `FETCH_HEAD`) are left out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use walkdir::WalkDir;

use super::staged::Staged;
use super::{Aside, Names};
use crate::observation::{QueueState, RowKey, Rows};
use crate::sandbox::SandboxError;
use crate::sandbox::copy::still_there;
use crate::sandbox::tree::{Tree, first_line};

/// Refs by full name, with what they hold: an id, or `ref: ` and another name.
type Refs = BTreeMap<String, String>;

pub(super) fn look(
    names: &Names<'_>,
    aside: &Aside,
    staged: &mut Staged,
) -> Result<QueueState, SandboxError> {
    let tree = Tree::read(names.checkout)?;
    let refs = refs(&names.checkout.join(".git"))?;
    let mut worktrees = Rows::new();
    let mut indexed = Rows::new();
    let mut seen = |folder: &Path, git: &Path, present: bool| -> Result<(), SandboxError> {
        let head = first_line(&git.join("HEAD"))?.unwrap_or_default();
        let mut row = Map::new();
        let on = head.strip_prefix("ref: ").map(|name| name.strip_prefix("refs/heads/").unwrap_or(name));
        row.insert("branch".to_owned(), on.map_or(Value::Null, Value::from));
        row.insert(
            "detached".to_owned(),
            if on.is_some() { Value::Null } else { Value::from(head.as_str()) },
        );
        row.insert("missing".to_owned(), Value::from(!present));
        row.insert("locked".to_owned(), Value::from(git.join("locked").exists()));
        worktrees.insert(RowKey::Name(names.of(folder)), row);
        if present {
            let commit = resolve(&refs, &head);
            staged.look(names, aside, (folder, git), commit, &mut indexed)?;
        }
        Ok(())
    };
    seen(&tree.checkout, &tree.checkout.join(".git"), true)?;
    for worktree in &tree.worktrees {
        let git = tree.checkout.join(".git/worktrees").join(&worktree.name);
        seen(&worktree.path, &git, worktree.present)?;
    }
    let row = |target: &String| Map::from_iter([("target".to_owned(), Value::from(target.as_str()))]);
    let refs = refs.iter().map(|(name, target)| (RowKey::Name(name.clone()), row(target))).collect();
    let sections = [("refs", refs), ("worktrees", worktrees), ("staged", indexed)];
    Ok(QueueState { sections: sections.map(|(name, rows)| (name.to_owned(), rows)).into() })
}

/// Every ref: those in files of their own come before those in the common one.
fn refs(git: &Path) -> Result<Refs, SandboxError> {
    let mut refs = Refs::new();
    let packed = git.join("packed-refs");
    let text = match fs::read_to_string(&packed) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(SandboxError::io("read", &packed)(error)),
    };
    // `#` begins a comment, `^` what the annotated tag above it leads to.
    let lines = text.lines().filter(|line| !line.starts_with(['#', '^']));
    refs.extend(lines.filter_map(|line| line.split_once(' ')).map(|(id, name)| (name.into(), id.into())));
    for entry in WalkDir::new(git.join("refs")) {
        let Some(entry) = still_there(entry)? else { continue };
        let name = entry.path().strip_prefix(git).unwrap_or(entry.path()).to_string_lossy().into_owned();
        if entry.file_type().is_file()
            && entry.path().extension().is_none_or(|extension| extension != "lock")
            && let Some(target) = first_line(entry.path())?
        {
            refs.insert(name, target);
        }
    }
    Ok(refs)
}

/// The commit that a head leads to; `None` on a branch without one.
fn resolve<'r>(refs: &'r Refs, head: &'r str) -> Option<&'r str> {
    let mut target = head;
    // Git itself follows no more than five.
    for _ in 0..5 {
        match target.strip_prefix("ref: ") {
            Some(name) => target = refs.get(name)?,
            None => return Some(target).filter(|id| !id.is_empty()),
        }
    }
    None
}
