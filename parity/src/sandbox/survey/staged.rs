//! What an index holds that the commit below it does not.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use git2::{Delta, Oid, Repository};
use serde_json::{Map, Value};

use super::files::Stamp;
use super::{Aside, Names};
use crate::observation::{RowKey, Rows};
use crate::sandbox::SandboxError;

/// What the indexes held at the last look, by folder.
#[derive(Debug, Default)]
pub(super) struct Staged {
    seen: HashMap<PathBuf, Seen>,
}

/// A comparison, and what it compared.
#[derive(Debug)]
struct Seen {
    stamp: Option<Stamp>,
    commit: Option<String>,
    rows: Rows,
}

impl Staged {
    /// Adds the rows of one checkout, `folder` with its git folder.
    pub(super) fn look(
        &mut self,
        names: &Names<'_>,
        aside: &Aside,
        (folder, git): (&Path, &Path),
        commit: Option<&str>,
        rows: &mut Rows,
    ) -> Result<(), SandboxError> {
        let stamp = git.join("index").metadata().ok().map(|metadata| Stamp::of(&metadata));
        let known = self.seen.get(folder).filter(|seen| {
            seen.stamp == stamp
                && seen.commit.as_deref() == commit
                && !stamp.as_ref().is_some_and(Stamp::is_fresh)
        });
        if let Some(seen) = known {
            rows.extend(seen.rows.clone());
            return Ok(());
        }
        let found = compare(names, aside, folder, commit).map_err(|source| SandboxError::Repository {
            path: folder.to_owned(),
            message: source.message().to_owned(),
        })?;
        rows.extend(found.clone());
        let seen = Seen { stamp, commit: commit.map(str::to_owned), rows: found };
        self.seen.insert(folder.to_owned(), seen);
        Ok(())
    }
}

fn compare(
    names: &Names<'_>,
    aside: &Aside,
    folder: &Path,
    commit: Option<&str>,
) -> Result<Rows, git2::Error> {
    let repository = Repository::open(folder)?;
    let below = match commit {
        Some(id) => Some(repository.find_commit(Oid::from_str(id)?)?.tree()?),
        None => None,
    };
    let diff = repository.diff_tree_to_index(below.as_ref(), None, None)?;
    let mut rows = Rows::new();
    for delta in diff.deltas() {
        let Some(path) = delta.new_file().path().or_else(|| delta.old_file().path()) else { continue };
        if aside.private.iter().any(|private| path.starts_with(private)) {
            continue;
        }
        let (what, held) = match delta.status() {
            Delta::Added => ("added", true),
            Delta::Deleted => ("removed", false),
            Delta::Conflicted => ("conflicted", false),
            _ => ("changed", true),
        };
        let id = if held { Value::from(delta.new_file().id().to_string()) } else { Value::Null };
        let row = Map::from_iter([("is".to_owned(), Value::from(what)), ("holds".to_owned(), id)]);
        rows.insert(RowKey::Name(names.of(&folder.join(path))), row);
    }
    Ok(rows)
}
