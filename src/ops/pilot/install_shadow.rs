//! The scripts' targets go through `fairway shadow`, and stop doing so.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fairway_parity::library::Library;

use super::super::{Context, OpError, Result, write_document};
use crate::pilot::gnumakefile::{self, Brought, Found, exclude};
use crate::pilot::{OWN_ADAPTER, Project, changing_targets};
use crate::policy::{Reason, Refusal};
use crate::views::{ShadowInstalled, ShadowRemoved};

/// Writes a `GNUmakefile` beside the Makefile of every checkout of the repository, and lists it in git's own exclude file. What
/// is there already is written anew.
///
/// # Errors
/// A refusal of class `preflight` when one is there that is not ours, the adapter knows no targets, no checkout has a Makefile or
/// this program has a path that make would take apart: nothing was written then. When a file cannot be read or written.
pub fn install_shadow(context: &Context, project: &Project) -> Result<ShadowInstalled> {
    let name = &project.legacy.adapter;
    let targets = targets(project)?;
    if targets.is_empty() {
        let message = format!("the adapter {name} asks nothing through targets of make");
        return Err(preflight(
            message,
            "`fairway shadow -- COMMAND` shadows any command that the adapter knows",
        ));
    }
    let writes = texts(context, project, &targets, Brought::ByHand)?;
    if writes.is_empty() {
        return Err(preflight("no checkout has a Makefile", "the scripts' targets are in one"));
    }
    install(context, project, targets, writes)
}

/// As [`install_shadow`], for a cut-over: `None` where there is nothing to stand in for. A rollback takes it away again.
///
/// # Errors
/// As [`install_shadow`].
pub(super) fn replace_targets(context: &Context, project: &Project) -> Result<Option<ShadowInstalled>> {
    let targets = targets(project)?;
    let writes = texts(context, project, &targets, Brought::ByCutover)?;
    if targets.is_empty() || writes.is_empty() {
        return Ok(None);
    }
    install(context, project, targets, writes).map(Some)
}

/// The files to write, each with its text.
fn texts(
    context: &Context,
    project: &Project,
    targets: &[String],
    brought: Brought,
) -> Result<Vec<(PathBuf, String)>> {
    let program = project.program();
    if !gnumakefile::can_be_named(program) {
        let message = format!("make would not take {} for one word", program.display());
        return Err(preflight(message, "install fairway under a path of letters, digits and ./_-+@, alone"));
    }
    let mut writes = Vec::new();
    for place in places(context)? {
        let Some(makefile) = gnumakefile::MAKEFILES.into_iter().find(|name| place.join(name).exists()) else {
            continue;
        };
        let path = place.join(gnumakefile::NAME);
        // Who brought it first decides who takes it away.
        let brought = match read(&path)?.as_deref().map(gnumakefile::found) {
            None => brought,
            Some(Found::Ours(before)) => before,
            Some(other) => return Err(not_ours(&path, other)),
        };
        writes.push((path, gnumakefile::text(program, makefile, targets, brought)));
    }
    Ok(writes)
}

fn install(
    context: &Context,
    project: &Project,
    targets: Vec<String>,
    writes: Vec<(PathBuf, String)>,
) -> Result<ShadowInstalled> {
    let exclude = exclude_file(context)?;
    if let Some(text) = exclude::with(&read(&exclude)?.unwrap_or_default()) {
        write(&exclude, &text)?;
    }
    let mut files = Vec::new();
    for (path, text) in writes {
        write(&path, &text)?;
        files.push(path);
    }
    Ok(ShadowInstalled { files, targets, exclude, program: project.program().to_owned() })
}

/// Takes away what [`install_shadow`] or a cut-over wrote.
///
/// # Errors
/// A refusal of class `preflight` when one of ours was changed; nothing was removed then. When a file cannot be read or removed.
pub fn remove_shadow(context: &Context) -> Result<ShadowRemoved> {
    remove(context, None)
}

/// Takes away what a cut-over wrote, and leaves what somebody asked for or changed.
///
/// # Errors
/// When a file cannot be read or removed.
pub(super) fn restore_targets(context: &Context) -> Result<ShadowRemoved> {
    remove(context, Some(Brought::ByCutover))
}

fn remove(context: &Context, only: Option<Brought>) -> Result<ShadowRemoved> {
    let (mut ours, mut kept) = (Vec::new(), false);
    for place in places(context)? {
        let path = place.join(gnumakefile::NAME);
        match read(&path)?.as_deref().map(gnumakefile::found) {
            Some(Found::Ours(brought)) if only.is_none_or(|only| only == brought) => ours.push(path),
            Some(Found::Changed) if only.is_none() => return Err(not_ours(&path, Found::Changed)),
            Some(Found::Ours(_) | Found::Changed) => kept = true,
            Some(Found::Foreign) | None => {}
        }
    }
    for path in &ours {
        fs::remove_file(path).map_err(|source| OpError::File { path: path.clone(), source })?;
    }
    let excluded = exclude_file(context)?;
    if let Some(text) = read(&excluded)?.as_deref().and_then(exclude::without).filter(|_| !kept) {
        if text.is_empty() {
            fs::remove_file(&excluded).map_err(|source| OpError::File { path: excluded.clone(), source })?;
        } else {
            write(&excluded, &text)?;
        }
    }
    Ok(ShadowRemoved { files: ours })
}

/// The targets that change something, as the scripts' adapter has them.
fn targets(project: &Project) -> Result<Vec<String>> {
    let systems = Library::systems(Some(project.root())).map_err(OpError::Adapters)?;
    let (own, legacy) = (systems.adapter(OWN_ADAPTER), systems.adapter(&project.legacy.adapter));
    Ok(own.zip(legacy).map(|(own, legacy)| changing_targets(own, legacy)).unwrap_or_default())
}

/// The checkouts of the repository: the main one, and the linked worktrees that are there.
fn places(context: &Context) -> Result<Vec<PathBuf>> {
    let linked = context.repository()?.linked_trees()?.into_iter().filter(|tree| tree.present);
    let mut places = vec![context.paths.root.clone()];
    places.extend(linked.map(|tree| tree.path).filter(|path| *path != context.paths.root));
    Ok(places)
}

/// git's own exclude file, which all checkouts of a repository share.
fn exclude_file(context: &Context) -> Result<PathBuf> {
    Ok(context.repository()?.checkouts()?.common_dir.join("info/exclude"))
}

fn preflight(message: impl Into<String>, hint: &str) -> OpError {
    Refusal::new(Reason::Preflight, message.into()).hint(hint).into()
}

fn not_ours(path: &Path, found: Found) -> OpError {
    let what =
        if found == Found::Changed { "was changed since fairway wrote it" } else { "is not fairway's" };
    preflight(
        format!("{} {what}", path.display()),
        "it is left as it is; move what it says into the Makefile, remove it, and call this again",
    )
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(OpError::Unreadable { path: path.to_owned(), source }),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| OpError::File { path: folder.to_owned(), source })?;
    }
    // What is linked to is written, and stays linked to.
    write_document(&path.canonicalize().unwrap_or_else(|_| path.to_owned()), text)
}
