//! The reader of queue databases: any file is read or refused.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fairway::legacy::plain::PlainDatabase;
use fairway::legacy::snapshot::{Mapping, Snapshot, SnapshotError};
use libfuzzer_sys::fuzz_target;

static MAPPINGS: LazyLock<Vec<Mapping>> = LazyLock::new(|| {
    let mapping = |name: &str| Mapping::named(name, Path::new("/nowhere")).expect("a mapping that ships");
    ["gpuaas", "prototype"].map(mapping).to_vec()
});

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|bytes: &[u8]| {
    let path: PathBuf = FOLDER.path().join("queue.db");
    std::fs::write(&path, bytes).expect("a file");
    for mapping in MAPPINGS.iter() {
        let Ok(snapshot) = Snapshot::open(&path, mapping.clone()) else { continue };
        let _ = snapshot.digest();
        for table in snapshot.tables() {
            let _ = snapshot.each_row(table, |row| -> Result<(), SnapshotError> {
                let _ = (row.key(), row.to_json(&[]));
                Ok(())
            });
        }
    }
    if let Ok(database) = PlainDatabase::open(&path) {
        for table in database.tables().unwrap_or_default() {
            let _ = database.find(&table.name, &[]);
        }
    }
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
});
