//! The scripts' targets go through `fairway shadow`, or stop doing so.

use std::path::PathBuf;

use serde::Serialize;

use crate::ui::{Page, View};

/// The scripts' targets go through `fairway shadow`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ShadowInstalled {
    /// What was written, one for each checkout.
    pub files: Vec<PathBuf>,
    /// The targets.
    pub targets: Vec<String>,
    /// git's own exclude file, in which they are listed.
    pub exclude: PathBuf,
    /// The program through which they go.
    pub program: PathBuf,
}

/// The scripts' targets are called as they were before.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ShadowRemoved {
    /// What was removed.
    pub files: Vec<PathBuf>,
}

impl View for ShadowInstalled {
    fn show(&self, page: &mut Page) {
        for file in &self.files {
            page.line(format_args!("wrote {}", file.display()));
        }
        page.line(format_args!(
            "{} targets go through {}: {}",
            self.targets.len(),
            self.program.display(),
            self.targets.join(", ")
        ));
    }
}

impl View for ShadowRemoved {
    fn show(&self, page: &mut Page) {
        for file in &self.files {
            page.line(format_args!("removed {}", file.display()));
        }
        if self.files.is_empty() {
            page.line("nothing of fairway's stands beside a Makefile");
        }
    }
}
