//! The readers of adapters and of mappings: any text is read or refused, with problems that lie in it.

#![no_main]

use std::sync::LazyLock;

use fairway::legacy::snapshot::Mapping;
use fairway_parity::Library;
use fairway_parity::adapter::Adapter;
use fairway_parity::datafile::Source;
use libfuzzer_sys::fuzz_target;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load(None).expect("what ships is sound"));

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let lines = text.lines().count().max(1) + 1;
    if let Err(problems) = Adapter::parse(&Source::new("adapter.toml", text), &LIBRARY.vocabulary, &LIBRARY.schema) {
        assert!(!problems.all().is_empty());
        assert!(problems.all().iter().all(|problem| problem.line <= lines), "a problem outside of the text");
        let _ = problems.to_string();
    }
    let _ = Mapping::parse(text);
});
