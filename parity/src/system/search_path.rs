//! Finds programs, and makes a search path that holds nothing but those an adapter lists.

use std::env;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

use super::SystemError;

/// A program is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not on the search path")]
pub struct NotOnPath(pub String);

/// The harness's own search path.
pub(super) fn inherited() -> String {
    env::var("PATH").unwrap_or_default()
}

/// The file that a program's name stands for, on the harness's search path.
pub fn find(program: &str) -> Result<PathBuf, NotOnPath> {
    let path = inherited();
    let mut folders = env::split_paths(&path).map(|folder| folder.join(program));
    folders.find(|file| is_program(file)).ok_or_else(|| NotOnPath(program.to_owned()))
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Links each program into the sandbox's folder of programs, which then is a whole search path.
pub(super) fn link<'p>(
    sandbox: &Sandbox,
    programs: impl Iterator<Item = &'p str>,
) -> Result<(), SystemError> {
    for program in programs {
        sandbox.link_program(program, &find(program)?)?;
    }
    Ok(())
}
