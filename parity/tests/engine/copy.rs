//! The standard copy of the legacy queue, built once and kept under `target`.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// The copy; it is built again when the fixture changes. Fails, with what to install, when it cannot be.
pub(crate) fn standard() -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/gpuaas");
    let under = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gpuaas");
    fs::create_dir_all(&under).expect("target can be written");
    // Several test processes may ask at once.
    let lock = File::create(under.join("lock")).expect("the lock can be made");
    lock.lock().expect("the lock can be taken");
    let copy = under.join(digest(&fixture));
    let built = copy.join(".git/gpuaas-built");
    if !built.exists() {
        if copy.exists() {
            fs::remove_dir_all(&copy).expect("half a copy can be removed");
        }
        let output = Command::new("bash")
            .arg(fixture.join("build-copy.sh"))
            .arg(&copy)
            .arg("--quiet")
            .output()
            .expect("bash is installed");
        assert!(
            output.status.success(),
            "the legacy copy cannot be built; it needs git, make, ruby and ruby-sqlite3 (apt-get install):\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        fs::write(&built, "").expect("the mark can be set");
    }
    copy
}

fn digest(fixture: &Path) -> String {
    let mut sha = Sha256::new();
    for entry in WalkDir::new(fixture).sort_by_file_name() {
        let entry = entry.expect("the fixture can be read");
        if entry.file_type().is_file() {
            sha.update(
                entry.path().strip_prefix(fixture).expect("below the fixture").to_string_lossy().as_bytes(),
            );
            sha.update(fs::read(entry.path()).expect("the fixture can be read"));
        }
    }
    let mut hex = String::new();
    for byte in sha.finalize().iter().take(8) {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}
