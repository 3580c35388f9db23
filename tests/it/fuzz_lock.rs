//! The fuzzers are a workspace of their own, with a lock file that no other build looks at.

use std::collections::BTreeSet;
use std::path::Path;

use toml::{Table, Value};

fn read(path: &str) -> Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// What a manifest builds with, by the packages' own names.
fn wanted(manifest: &str) -> BTreeSet<String> {
    let (root, manifest) = (read("Cargo.toml"), read(manifest));
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let tables = std::iter::once(&manifest).chain(targets);
    let names = ["dependencies", "build-dependencies"];
    let tables = tables.flat_map(|table| names.map(|name| table.get(name)).into_iter().flatten());
    let shared = &root["workspace"]["dependencies"];
    let package = |(name, found): (&String, &Value)| {
        let renamed = [Some(found), shared.get(name)]
            .into_iter()
            .flatten()
            .find_map(|found| found.get("package")?.as_str());
        renamed.unwrap_or(name).to_owned()
    };
    tables.filter_map(Value::as_table).flatten().map(package).collect()
}

/// What a lock file gives a package.
fn locked(lock: &Table, package: &str) -> BTreeSet<String> {
    let packages = lock["package"].as_array().unwrap();
    let found = packages.iter().find(|found| found["name"].as_str() == Some(package)).unwrap();
    let names = found["dependencies"].as_array().unwrap().iter().filter_map(Value::as_str);
    names.map(|name| name.split(' ').next().unwrap_or(name).to_owned()).collect()
}

#[test]
fn the_lock_file_of_the_fuzzers_knows_what_fairway_is_built_with() {
    let lock = read("fuzz/Cargo.lock");
    for (package, manifest) in [("fairway", "Cargo.toml"), ("fairway-parity", "parity/Cargo.toml")] {
        assert_eq!(
            locked(&lock, package),
            wanted(manifest),
            "`cargo metadata --manifest-path fuzz/Cargo.toml >/dev/null` brings fuzz/Cargo.lock up to date"
        );
    }
}
