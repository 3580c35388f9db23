//! A copy from which paths are missing on purpose, without git taking them for deleted by somebody.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::SandboxError;
use super::tree::Tree;
use crate::process::{Call, Ending, Rooms, hermetic, run};

/// Far more than git needs to list or mark files.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Far more than the names of the files of a checkout take.
const OUTPUT_LIMIT: u64 = 1 << 30;

/// The places of `omit`, relative paths, in the checkout and in every worktree of `tree` that is there.
pub(super) fn places(tree: &Tree, omit: &[PathBuf]) -> Vec<PathBuf> {
    tree.present().flat_map(|folder| omit.iter().map(|path| folder.join(path))).collect()
}

/// Tells git in the checkout and every worktree of `tree` that it does not look for `omitted`.
///
/// Otherwise each of them would be dirty, and a system that judges worktrees by that would judge wrongly. It
/// is the mark that sparse checkouts use (git-update-index(1), skip-worktree).
pub(super) fn mark_absent(tree: &Tree, omitted: &[PathBuf], rooms: &Rooms<'_>) -> Result<(), SandboxError> {
    for folder in tree.present() {
        let mut list: Vec<String> = ["ls-files", "-z", "--"].map(str::to_owned).into();
        list.extend(omitted.iter().map(|path| path.display().to_string()));
        let tracked = git(folder, rooms, &list, Vec::new())?;
        if !tracked.is_empty() {
            let mark = ["update-index", "-z", "--skip-worktree", "--stdin"].map(str::to_owned);
            git(folder, rooms, &mark, tracked)?;
        }
    }
    Ok(())
}

/// Runs git in a copy, with the hooks and helpers of its configuration switched off.
fn git(
    folder: &Path,
    rooms: &Rooms<'_>,
    arguments: &[String],
    stdin: Vec<u8>,
) -> Result<Vec<u8>, SandboxError> {
    let quiet = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "--literal-pathspecs"];
    let argv =
        std::iter::once("git").chain(quiet).map(str::to_owned).chain(arguments.iter().cloned()).collect();
    let path = std::env::var("PATH").unwrap_or_default();
    let call = Call {
        argv,
        cwd: folder.to_owned(),
        env: hermetic(rooms, &path, &[]),
        stdin,
        timeout: TIMEOUT,
        output_limit: OUTPUT_LIMIT,
        mark: None,
    };
    let done =
        run(&call).map_err(|source| SandboxError::GitMissing { directory: folder.to_owned(), source })?;
    if done.ending == Ending::Exit(0) {
        return Ok(done.stdout);
    }
    Err(SandboxError::GitFailed {
        verb: arguments.first().cloned().unwrap_or_default(),
        directory: folder.to_owned(),
        message: String::from_utf8_lossy(&done.stderr).trim().to_owned(),
    })
}
