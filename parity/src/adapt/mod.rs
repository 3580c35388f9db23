//! Meets scripts that nobody has described yet: proposes an adapter for a legacy copy, and holds an adapter against
//! one.
//!
//! What can be read is read: Makefile, scripts, queue file, tables. What has to be run, to see the form of an
//! answer, is run in a sandbox, and only verbs that change nothing are. Everything that is known of queues in general
//! is data, in `adapt.toml`.

mod check;
mod commands;
mod draft;
mod facts;
mod knowledge;
mod probe;
mod propose;
mod seen;
mod trials;

pub use check::{Finding, Findings, check};
pub use draft::{Decision, Mark, Marks};
pub use propose::Tried;
pub use seen::{Seen, SeenFile, SeenScript, SeenTable, SeenTarget};

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::adapter::Adapter;
use crate::datafile::{Problems, Source};
use crate::library::Library;
use crate::sandbox::{Base, Layout, Original, SandboxError, workplace};
use crate::system::SystemError;

use facts::{Facts, files};
use knowledge::Knowledge;
use probe::Probe;
use propose::Sources;
use trials::Trials;

/// The moment that tries are given.
const NOW: &str = "2026-01-01T00:00:00Z";
/// Who tries.
const ACTOR: &str = "operator@fairway";

/// An adapter that is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its text.
    pub adapter: String,
    /// How sure its lines are.
    pub marks: Marks,
    /// What the copy shows without anything of it being run.
    pub seen: Seen,
    /// What was tried in a sandbox.
    pub tried: Vec<Tried>,
    /// What a person has to decide, the most valuable first.
    pub decisions: Vec<Decision>,
    /// Whether the original is as it was.
    pub original_untouched: bool,
}

/// A copy cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum AdaptError {
    /// The copy cannot be copied.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A file cannot be read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database cannot be read.
    #[error("the database: {0}")]
    Database(rusqlite::Error),
    /// The knowledge of queues is broken.
    #[error("{0}")]
    Problems(#[from] Problems),
    /// A system cannot be asked.
    #[error(transparent)]
    System(#[from] SystemError),
    /// What was proposed is no adapter.
    #[error("the proposal cannot be read as an adapter, which is a fault of this program:\n{0}")]
    Broken(Problems),
}

/// Looks at the legacy copy `dir` and proposes the adapter `name` for it. `keeper` is a program that carries the keeper
/// of sandboxes; without one nothing is tried.
///
/// # Errors
/// The copy cannot be read or copied, or the project's own `adapt.toml` has problems.
pub fn adapt(
    dir: &Path,
    name: &str,
    library: &Library,
    own: Option<Source>,
    keeper: Option<&Path>,
) -> Result<Proposal, AdaptError> {
    let known = Knowledge::read(own)?;
    let plain = Original::open(dir, &Layout::default())?;
    let found = files::walk(plain.checkout())?;
    let database = found.database.as_ref().map(PathBuf::from);
    let original = Original::open(dir, &Layout { database, private: Vec::new() })?;
    let before = original.fingerprint()?;
    let work = workplace(&original)?;
    let base = Base::copy(&original, work.path())?;
    // Everything is read from the copy.
    let facts = Facts::gather(base.checkout(), found, base.snapshot(), &known)?;
    let trials = Trials::new(&original, &base, work.path(), keeper)?;
    let mut probe = Probe { trials: &trials, env: variables(&facts, &known), tried: 0, why_not: None };
    let sources = Sources {
        name,
        facts: &facts,
        known: &known,
        vocabulary: &library.vocabulary,
        schema: &library.schema,
        original: &original,
    };
    let (draft, tried) = propose::propose(&sources, &mut probe)?;
    let original_untouched = before.differences(&original.fingerprint()?).is_empty();
    let (adapter, marks, decisions) = draft.finish();
    let source = Source::new(format!("{name}.toml"), adapter.clone());
    Adapter::parse(&source, &library.vocabulary, &library.schema).map_err(AdaptError::Broken)?;
    Ok(Proposal { adapter, marks, seen: Seen::of(&facts), tried, decisions, original_untouched })
}

fn variables(facts: &Facts, known: &Knowledge) -> Vec<(String, String)> {
    let clocks =
        propose::variables(facts, &known.clocks).into_iter().take(1).map(|name| (name, NOW.to_owned()));
    let actors =
        propose::variables(facts, &known.actors).into_iter().take(1).map(|name| (name, ACTOR.to_owned()));
    clocks.chain(actors).collect()
}
