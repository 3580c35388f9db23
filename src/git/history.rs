//! What is part of a line of history, for any number of names in one pass.

use std::collections::{BTreeMap, HashSet};

use super::{GitError, Repository};
use crate::policy::consistency::CommitFact;

impl Repository {
    /// What each name stands for in relation to `main`. The history of `main` is walked once, however many names
    /// there are, and not at all when there is none.
    ///
    /// # Errors
    ///
    /// [`GitError::UnknownCommit`] for `main`, or when objects cannot be read.
    pub fn facts_of<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        main: &str,
    ) -> Result<BTreeMap<String, CommitFact>, GitError> {
        let mut facts = BTreeMap::new();
        let mut on_main = None;
        for name in names {
            if facts.contains_key(name) {
                continue;
            }
            let fact = match self.resolve(name)? {
                None => CommitFact::Unknown,
                Some(id) => {
                    let known = match &on_main {
                        Some(known) => known,
                        None => on_main.insert(self.history(main)?),
                    };
                    if known.contains(&id) { CommitFact::OnMain } else { CommitFact::Elsewhere }
                }
            };
            facts.insert(name.to_owned(), fact);
        }
        Ok(facts)
    }

    fn history(&self, main: &str) -> Result<HashSet<git2::Oid>, GitError> {
        let id = self.resolve(main)?.ok_or_else(|| GitError::UnknownCommit { name: main.to_owned() })?;
        let failed = |source| GitError::failed(format!("walk the history of {main}"), source);
        let mut walk = self.inner.revwalk().map_err(failed)?;
        walk.push(id).map_err(failed)?;
        walk.collect::<Result<_, _>>().map_err(failed)
    }
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
}
