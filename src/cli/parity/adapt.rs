//! `fairway parity adapt`.

use std::path::{Path, PathBuf};

use clap::Args;
use fairway_parity::adapt::{adapt, check};
use fairway_parity::adapter::Adapter;
use fairway_parity::datafile::Source;
use fairway_parity::{Library, LibraryError};

use crate::cli::{CliError, FINDINGS, Session};
use crate::ops;
use crate::views::{Adaptation, AdapterHeld};

/// Propose an adapter for a legacy copy, or hold one against it.
///
/// Looks at Makefile, scripts, queue file and database of DIR, tries verbs that change nothing in a sandbox, and writes
/// an adapter whose lines each say how sure they are, with what a person has to decide, the most valuable first. With
/// --check it says instead what an adapter and a copy do not agree on: files, verbs and targets that vanished, tables
/// and columns that appeared, outputs that cannot be read; when something was found, the exit code is 4.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity adapt ../queue-copy --out .fairway/parity/adapters/queue.toml\n  fairway parity adapt --check queue ../queue-copy\n  fairway parity adapt ../queue-copy --json"
)]
pub struct AdaptArgs {
    /// The legacy copy: the top of a checkout. Nothing in it is run or changed.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Write the proposal to this file, which gives the adapter its name; without it, the proposal is printed.
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    out: Option<PathBuf>,
    /// Hold this adapter against the copy instead: a name, or the path of a file.
    #[arg(long, value_name = "ADAPTER")]
    check: Option<String>,
}

pub(super) fn run(session: &mut Session, args: AdaptArgs) -> Result<u8, CliError> {
    let root = session.paths().map_or_else(|_| session.environment.directory.clone(), |paths| paths.root);
    let dir = session.path(&args.dir);
    if !dir.is_dir() {
        let message = format!("the legacy copy {} is no folder", dir.display());
        return Err(CliError::usage(message).hint("name the top of a checkout"));
    }
    let library = Library::load(Some(&root))?;
    let own = own_knowledge(&root)?;
    let keeper = std::env::current_exe()
        .map_err(|source| CliError::File { message: "cannot find this program".to_owned(), source })?;
    let keeper = Some(keeper.as_path());
    if let Some(name) = args.check {
        let adapter = named(session, &library, &name)?;
        let found = check(&dir, &adapter, &library, own, keeper)?;
        let code = if found.findings.is_empty() { 0 } else { FINDINGS };
        session.ui.emit("parity adapt", &AdapterHeld(found));
        return Ok(code);
    }
    let out = args.out.map(|path| session.path(&path));
    let stem = out.as_ref().and_then(|path| path.file_stem());
    let name = stem.map_or_else(|| "proposed".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let proposal = adapt(&dir, &name, &library, own, keeper)?;
    if let Some(path) = &out {
        let message = || format!("cannot make the folder of {}", path.display());
        let folder = path.parent().unwrap_or(path);
        std::fs::create_dir_all(folder).map_err(|source| CliError::File { message: message(), source })?;
        ops::write_document(path, &proposal.adapter)?;
    }
    session.ui.emit("parity adapt", &Adaptation { proposal, out });
    Ok(0)
}

/// What the project knows of its queue's words, instead of what ships.
fn own_knowledge(root: &Path) -> Result<Option<Source>, LibraryError> {
    let path = root.join(".fairway/parity/adapt.toml");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(Source::new(path.display().to_string(), text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LibraryError::File { path, source }),
    }
}

/// An adapter of the library, or of a file.
fn named(session: &Session, library: &Library, name: &str) -> Result<Adapter, CliError> {
    if let Some(adapter) = library.adapter(name) {
        return Ok(adapter.clone());
    }
    let path = session.path(Path::new(name));
    if path.is_file() {
        let failed = |source| LibraryError::File { path: path.clone(), source };
        let source = Source::new(path.display().to_string(), std::fs::read_to_string(&path).map_err(failed)?);
        let adapter = Adapter::parse(&source, &library.vocabulary, &library.schema);
        return Ok(adapter.map_err(LibraryError::from)?);
    }
    let known: Vec<&str> = library.adapters.iter().map(|adapter| adapter.name.as_str()).collect();
    Err(CliError::usage(format!("there is no adapter `{name}`"))
        .hint(format!("expected the path of a file, or one of {}", known.join(", "))))
}
