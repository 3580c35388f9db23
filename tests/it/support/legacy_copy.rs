//! The standard legacy copy, built once and shared with `make parity`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The standard copy. Nobody may change it: a test that wants to change one copies it, or builds its own.
pub(crate) fn standard() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = root.join("target/legacy/standard");
    let output = Command::new(root.join("scripts/legacy-copy.sh"))
        .arg(&copy)
        .output()
        .expect("scripts/legacy-copy.sh runs; it needs bash");
    assert!(
        output.status.success(),
        "the legacy copy was not built; `make setup` installs what it needs\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    copy
}
