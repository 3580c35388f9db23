//! What is part of a line of history, for any number of names in one pass.

use std::collections::{BTreeMap, HashSet};

use git2::{ErrorCode, ObjectType, Oid};

use super::{GitError, Repository};
use crate::policy::consistency::CommitFact;

/// How many letters an id has, and how many of them git takes for one.
const ID_LENGTH: std::ops::RangeInclusive<usize> = 4..=40;

impl Repository {
    /// What each name stands for in relation to `main`. The history of `main` is walked once, however many names
    /// there are, as far back as they ask for, and not at all when there is none.
    ///
    /// # Errors
    ///
    /// [`GitError::UnknownCommit`] for `main`, or when objects cannot be read.
    pub fn facts_of<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        main: &str,
    ) -> Result<BTreeMap<String, CommitFact>, GitError> {
        let (mut ids, mut called): (BTreeMap<&str, Option<Oid>>, _) = (BTreeMap::new(), None);
        for name in names {
            if ids.contains_key(name) {
                continue;
            }
            let called = match &called {
                Some(called) => called,
                None => called.insert(self.called_like_ids()?),
            };
            ids.insert(name, self.commit_among(name, called)?);
        }
        let on_main = self.among_history(&ids.values().flatten().copied().collect(), main)?;
        let fact = |id: Option<Oid>| match id {
            None => CommitFact::Unknown,
            Some(id) if on_main.contains(&id) => CommitFact::OnMain,
            Some(_) => CommitFact::Elsewhere,
        };
        Ok(ids.into_iter().map(|(name, id)| (name.to_owned(), fact(id))).collect())
    }

    /// Which of these commits are part of the history of `main`.
    fn among_history(&self, wanted: &HashSet<Oid>, main: &str) -> Result<HashSet<Oid>, GitError> {
        let mut found = HashSet::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let id = self.resolve(main)?.ok_or_else(|| GitError::UnknownCommit { name: main.to_owned() })?;
        let failed = |source| GitError::failed(format!("walk the history of {main}"), source);
        let mut walk = self.inner.revwalk().map_err(failed)?;
        walk.push(id).map_err(failed)?;
        for id in walk {
            let id = id.map_err(failed)?;
            if wanted.contains(&id) {
                found.insert(id);
                if found.len() == wanted.len() {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// As [`Repository::resolve`]. Most names that tasks keep are ids, and when nothing in the repository is called like
    /// one, the places where a branch or a tag of that name could be need not be looked at for each.
    fn commit_among(&self, name: &str, called: &HashSet<String>) -> Result<Option<Oid>, GitError> {
        // Without a digit it may be the name of a file such as `HEAD`.
        let is_id = looks_like_an_id(name) && name.contains(|letter: char| letter.is_ascii_digit());
        if !is_id || called.contains(name) {
            return self.resolve(name);
        }
        let failed = |source| GitError::failed(format!("resolve {name}"), source);
        let odb = self.inner.odb().map_err(failed)?;
        let found = Oid::from_str(name).and_then(|prefix| odb.exists_prefix(prefix, name.len()));
        match found {
            Ok(id) => match odb.read_header(id).map_err(failed)? {
                (_, ObjectType::Commit) => Ok(Some(id)),
                // A tag stands for what it names, and anything else for no commit.
                _ => self.resolve(name),
            },
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(_) => self.resolve(name),
        }
    }

    /// The names of branches, tags and others that could be taken for ids.
    fn called_like_ids(&self) -> Result<HashSet<String>, GitError> {
        let failed = |source| GitError::failed("list the references", source);
        let mut called = HashSet::new();
        for name in self.inner.references().map_err(failed)?.names() {
            let name = name.map_err(failed)?;
            let name = name.strip_prefix("refs/").unwrap_or(name);
            let kinds = ["", "heads/", "tags/", "remotes/"];
            let short = kinds.iter().filter_map(|kind| name.strip_prefix(kind));
            for short in short.flat_map(|short| [short, short.strip_suffix("/HEAD").unwrap_or(short)]) {
                if looks_like_an_id(short) {
                    called.insert(short.to_owned());
                }
            }
        }
        Ok(called)
    }
}

fn looks_like_an_id(name: &str) -> bool {
    ID_LENGTH.contains(&name.len()) && name.bytes().all(|letter| letter.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use crate::git::Repository;
    use crate::git::sandbox::Sandbox;
    use crate::policy::consistency::CommitFact;

    #[test]
    fn names_are_on_main_elsewhere_or_unknown() {
        let sandbox = Sandbox::with_commit();
        let merged = sandbox.commit("merged");
        sandbox.git(&["checkout", "-q", "-b", "side"]);
        let side = sandbox.commit("side");
        sandbox.git(&["checkout", "-q", "trunk"]);
        let repository = Repository::discover(sandbox.path()).unwrap();
        let names = [&merged[..7], &merged, &side, "side", "trunk", "nowhere", "ffffffff", "a b"];
        let facts = repository.facts_of(names, "trunk").unwrap();
        let expected = [CommitFact::OnMain, CommitFact::OnMain, CommitFact::Elsewhere, CommitFact::Elsewhere];
        let expected = expected.into_iter().chain([CommitFact::OnMain]).chain([CommitFact::Unknown; 3]);
        for (name, fact) in names.into_iter().zip(expected) {
            assert_eq!(facts[name], fact, "{name}");
        }
        assert!(repository.facts_of([], "no such branch").unwrap().is_empty());
    }

    #[test]
    fn a_name_that_looks_like_an_id_is_what_git_takes_it_for() {
        let sandbox = Sandbox::with_commit();
        let first = sandbox.commit("first");
        let (prefix, _) = sandbox.blob_like(&first[..4]);
        sandbox.git(&["tag", "-a", "-m", "a tag object", "v1"]);
        let (tag, tree) = (sandbox.git(&["rev-parse", "v1"]), sandbox.git(&["rev-parse", "HEAD^{tree}"]));
        for name in
            ["heads/dead0001", "tags/dead0002", "remotes/dead0003", "remotes/dead0004/HEAD", "dead0005"]
        {
            sandbox.git(&["update-ref", &format!("refs/{name}"), "HEAD"]);
        }
        sandbox.git(&["checkout", "-q", "-b", "side"]);
        let side = sandbox.commit("side");
        let repository = Repository::discover(sandbox.path()).unwrap();
        let mut names: Vec<String> = (1..7).map(|number| format!("dead000{number}")).collect();
        names.extend([tag[..9].to_owned(), tree[..9].to_owned(), prefix, side[..5].to_uppercase()]);
        names.extend([first[..4].to_owned(), first[..3].to_owned(), first, "0".repeat(40)]);
        let facts = repository.facts_of(names.iter().map(String::as_str), "trunk").unwrap();
        for name in &names {
            let expected = match sandbox.rev_parse(name) {
                None => CommitFact::Unknown,
                Some(id) if id == side => CommitFact::Elsewhere,
                Some(_) => CommitFact::OnMain,
            };
            assert_eq!(facts[name], expected, "{name}");
        }
    }
}
