//! What the sandboxes of copies of an original are to be kept from.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::confine::{Confinement, Limits, Protections};

use super::{Original, SandboxError};

/// Nothing of `original` is to change. `visible` is what commands must be able to read wherever it lies; programs are
/// looked for in the search path, so its folders come with it.
pub(crate) fn keep(
    original: &Original,
    program: &Path,
    mut visible: Vec<PathBuf>,
    timeout: Duration,
    protections: &Arc<Protections>,
) -> Result<Confinement, SandboxError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    visible.extend(std::env::split_paths(&path).filter(|folder| folder.is_absolute()));
    Ok(Confinement {
        program: std::path::absolute(program).map_err(SandboxError::io("find", program))?,
        guarded: original.folders()?,
        visible,
        limits: Limits::for_timeout(timeout),
        protections: Arc::clone(protections),
    })
}
