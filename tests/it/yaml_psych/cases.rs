//! The documents that both sides read.

use std::fs;
use std::path::{Path, PathBuf};

/// One document.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Each plain scalar as a document, a list item, a key and a flow item.
pub(crate) fn scalars() -> Vec<Case> {
    let file = read("tests/it/psych_cases/scalars.txt");
    let texts = file.lines().filter(|line| !line.starts_with("# "));
    let placed =
        |text| [format!("{text}\n"), format!("- {text}\n"), format!("{text}: v\n"), format!("[{text}]\n")];
    texts
        .flat_map(placed)
        .map(|document| Case { name: format!("scalars: {document}"), bytes: document.into() })
        .collect()
}

/// The documents of `documents.txt`, whose head says how it is written.
pub(crate) fn documents() -> Vec<Case> {
    let file = read("tests/it/psych_cases/documents.txt");
    let blocks = file.split("\n=== ").skip(1);
    blocks
        .map(|block| {
            let (name, body) = block.split_once('\n').unwrap_or((block, ""));
            match name.strip_suffix(" (escaped)") {
                Some(name) => Case { name: format!("documents: {name}"), bytes: unescaped(body) },
                None => Case {
                    name: format!("documents: {name}"),
                    bytes: format!("{}\n", body.trim_end_matches('\n')).into(),
                },
            }
        })
        .collect()
}

fn unescaped(body: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = body.split('\n').collect::<String>();
    while let Some(at) = rest.find('\\') {
        bytes.extend(rest.drain(..at).collect::<String>().bytes());
        let taken = match rest.as_bytes()[1] {
            b'n' => (2, vec![b'\n']),
            b'r' => (2, vec![b'\r']),
            b't' => (2, vec![b'\t']),
            b'\\' => (2, vec![b'\\']),
            b'x' => (4, vec![u8::from_str_radix(&rest[2..4], 16).unwrap()]),
            b'u' => {
                let end = rest.find('}').unwrap();
                let c = char::from_u32(u32::from_str_radix(&rest[3..end], 16).unwrap()).unwrap();
                (end + 1, c.to_string().into_bytes())
            }
            other => panic!("no such escape: \\{}", char::from(other)),
        };
        rest.drain(..taken.0);
        bytes.extend(taken.1);
    }
    bytes.extend(rest.bytes());
    bytes
}

/// The public test suite, in the order of its file names.
pub(crate) fn test_suite() -> Vec<Case> {
    let folder = repository().join("fixtures/yaml-test-suite");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let case = |path: PathBuf| Case {
        name: format!("suite: {}", path.file_stem().unwrap().display()),
        bytes: fs::read(&path).unwrap(),
    };
    paths.into_iter().map(case).collect()
}

/// The queue that the legacy was built around.
pub(crate) fn fixture_queue() -> Case {
    let path = "fixtures/gpuaas/checkout/doc/governance/Agent_Work_Queue.yaml";
    Case { name: "the fixture queue".into(), bytes: read(path).into() }
}
