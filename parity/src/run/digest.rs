//! Digests of what was compared: an adapter, and the programs behind it.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::adapter::Adapter;
use crate::hex;

use super::RunError;

/// The digest of an adapter, of the files of the checkout that it requires, and of the program it names.
pub(super) fn of(adapter: &Adapter, base: &Path, program: Option<&Path>) -> Result<String, RunError> {
    let mut sha = Sha256::new();
    sha.update(adapter.text());
    for file in &adapter.requires.files {
        add(&mut sha, file, &base.join(file))?;
    }
    if let Some(program) = program.filter(|_| mentions_program(adapter)) {
        add(&mut sha, "{program}", program)?;
    }
    Ok(hex::text(sha.finalize()))
}

fn add(sha: &mut Sha256, name: &str, path: &Path) -> Result<(), RunError> {
    let bytes = fs::read(path).map_err(RunError::file(path))?;
    sha.update(format!("\n{name} {}\n", bytes.len()));
    sha.update(bytes);
    Ok(())
}

/// Whether the adapter runs the program under test.
pub(super) fn mentions_program(adapter: &Adapter) -> bool {
    let asks = adapter.operations.iter().map(|ask| &ask.argv);
    let mut argvs = asks.chain(adapter.setup.iter().map(|setup| &setup.argv));
    argvs.any(|argv| argv.iter().any(|word| word.mentions("program")))
}
