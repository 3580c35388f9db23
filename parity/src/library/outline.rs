//! What of an adapter has to be known before a call of its system, without reading and checking all of it: a call that is
//! shadowed waits for this.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{LibraryError, files};

/// Where a queue is, and which variables its commands look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// The queue file, relative to the checkout.
    pub queue: String,
    /// The database, relative to the checkout.
    pub database: Option<String>,
    /// The variables, the clock among them.
    pub variables: Vec<String>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    files: Files,
    environment: Environment,
}

#[derive(Default, Deserialize)]
struct Files {
    queue: Option<String>,
    database: Option<String>,
}

#[derive(Deserialize)]
struct Environment {
    clock: Clock,
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Clock {
    variable: String,
}

impl Outline {
    /// The outline of an adapter. `None` when there is no adapter of that name, or it cannot be read as one: whoever reads
    /// all of it says why.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn of(project: Option<&Path>, name: &str) -> Result<Option<Self>, LibraryError> {
        let found = files::adapters(project)?.into_iter().find(|file| file.name == name);
        let page = found.and_then(|file| toml::from_str::<Page>(file.source.text()).ok());
        Ok(page.map(|page| {
            let clock = page.environment.clock.variable;
            let variables = page.environment.variables.into_keys().chain([clock]).collect();
            Self { queue: page.files.queue.unwrap_or_default(), database: page.files.database, variables }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    #[test]
    fn it_says_what_the_whole_adapter_says() {
        let library = Library::load(None).unwrap();
        for adapter in &library.adapters {
            let outline = Outline::of(None, &adapter.name).unwrap().unwrap();
            assert_eq!(outline.queue, adapter.files.queue.clone().unwrap_or_default());
            assert_eq!(outline.database, adapter.files.database);
            let names = adapter.environment.variables.iter().map(|(name, _)| name.clone());
            let mut wanted: Vec<String> = names.chain([adapter.environment.clock.variable.clone()]).collect();
            wanted.sort();
            let mut found = outline.variables;
            found.sort();
            assert_eq!(found, wanted, "{}", adapter.name);
        }
        assert_eq!(Outline::of(None, "nobody").unwrap(), None);
    }
}
