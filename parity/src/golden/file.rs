//! The file of a golden, and the files of the states that goldens begin with.
//!
//! Most scenarios begin with one of a few queues, which are large. A state therefore lies once for each adapter, in
//! `<adapter>/_starts/`, named by its digest; the goldens name it.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::hex::sha256;
use crate::observation::{Observation, QueueState};

use super::{Golden, GoldenError, GoldenName, MadeOf};

const SCHEMA: &str = "fairway-golden/1";

/// The folder of an adapter's starts.
pub(super) const STARTS: &str = "_starts";

/// A golden as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    schema: String,
    adapter: String,
    behaviour: String,
    scenario: String,
    made_of: MadeOf,
    start: String,
    steps: Vec<Option<Observation>>,
}

/// A golden, ready to be written: two files, relative to the folder of goldens.
pub(super) struct Written {
    pub(super) page: String,
    pub(super) start_path: PathBuf,
    pub(super) start: String,
}

impl Written {
    pub(super) fn of(golden: &Golden) -> Self {
        let start = pretty(&golden.start);
        let digest = sha256(&start);
        let GoldenName { adapter, behaviour, scenario } = golden.name.clone();
        let start_path = start_path(&adapter, &digest);
        let page = Page {
            schema: SCHEMA.to_owned(),
            adapter,
            behaviour,
            scenario,
            made_of: golden.made_of.clone(),
            start: digest,
            steps: golden.steps.clone(),
        };
        Self { page: pretty(&page), start_path, start }
    }
}

/// Where a golden lies in a folder of goldens.
pub(super) fn path_of(name: &GoldenName) -> PathBuf {
    Path::new(&name.adapter).join(&name.behaviour).join(format!("{}.json", name.scenario))
}

/// Where the state of a digest lies. A few digits are enough to tell the states of one adapter apart.
fn start_path(adapter: &str, digest: &str) -> PathBuf {
    Path::new(adapter).join(STARTS).join(format!("{}.json", digest.get(..16).unwrap_or(digest)))
}

/// Reads a golden; `read` answers the text of a file of the same folder of goldens, if it is there.
pub(super) fn parse(
    name: &GoldenName,
    path: &Path,
    text: &str,
    read: impl Fn(&Path) -> Result<Option<String>, GoldenError>,
) -> Result<Golden, GoldenError> {
    let page: Page = json(path, text)?;
    let found = GoldenName { adapter: page.adapter, behaviour: page.behaviour, scenario: page.scenario };
    let broken = |message| GoldenError::Broken { path: path.to_owned(), line: 1, column: 1, message };
    if page.schema != SCHEMA {
        return Err(broken(format!("unknown schema `{}`; expected `{SCHEMA}`", page.schema)));
    }
    if found != *name {
        return Err(broken(format!("this is the golden of {found} for the adapter `{}`", found.adapter)));
    }
    let at = start_path(&name.adapter, &page.start);
    let no_start = || GoldenError::NoStart { name: name.clone(), path: path.to_owned(), start: at.clone() };
    let start = read(&at)?.filter(|start| sha256(start) == page.start).ok_or_else(no_start)?;
    let start: QueueState = json(&at, &start)?;
    Ok(Golden { name: found, made_of: page.made_of, start, steps: page.steps })
}

/// The start that a golden's text names, as a path in the folder of goldens.
pub(super) fn start_named(text: &str) -> Option<PathBuf> {
    let page: Page = serde_json::from_str(text).ok()?;
    Some(start_path(&page.adapter, &page.start))
}

fn json<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, GoldenError> {
    serde_json::from_str(text).map_err(|error| GoldenError::Broken {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        message: error.to_string(),
    })
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
