//! What a sandbox is to be kept from, as the harness knows it and as its keeper is told.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Limits, Protections};

/// How the sandboxes of a run are kept.
#[derive(Debug, Clone)]
pub struct Confinement {
    /// A program that carries the keeper: one whose `main` begins with [`keeper`](super::keeper).
    pub program: PathBuf,
    /// The folders that must not change: the original's checkout, its worktrees and its git folder.
    pub guarded: Vec<PathBuf>,
    /// What else commands must be able to read although it lies in the system's folder for temporary files, which
    /// is replaced: the base, the program under test.
    pub visible: Vec<PathBuf>,
    /// How much the commands of one sandbox may take.
    pub limits: Limits,
    /// Where the sandboxes' protections are added up.
    pub protections: Arc<Protections>,
}

/// What one keeper is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spec {
    /// The only folder that may be written.
    pub sandbox: PathBuf,
    /// See [`Confinement::guarded`].
    pub guarded: Vec<PathBuf>,
    /// See [`Confinement::visible`].
    pub visible: Vec<PathBuf>,
    /// How much is granted.
    pub limits: Limits,
    /// What was tried before and could not be kept up to the end, with the reason.
    pub without: Vec<(Layer, String)>,
}

/// What a keeper can only find out to be impossible when it is too late to do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Layer {
    /// Processes of its own.
    Processes,
    /// Mounts of its own, and with them processes.
    Mounts,
}

impl Spec {
    /// Why a layer is not to be tried.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only a keeper asks"))]
    pub(super) fn without(&self, layer: Layer) -> Option<&str> {
        self.without.iter().find(|(one, _)| *one == layer).map(|(_, why)| why.as_str())
    }
}
