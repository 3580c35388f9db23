//! Finds the scripts, the queue file, the database and files of JSON lines among the files of a checkout.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;
use walkdir::{DirEntry, WalkDir};

use super::Script;
use crate::adapt::AdaptError;
use crate::adapt::knowledge::Words;

/// Larger files are no scripts and no queues.
const LARGEST: u64 = 8 << 20;
/// Folders that hold what others made.
const PASSED_OVER: [&str; 5] = ["node_modules", "vendor", "target", ".worktrees", ".fairway"];
/// Parts of a git folder that hold no queue.
const GIT: [&str; 9] =
    ["objects", "refs", "logs", "hooks", "info", "worktrees", "lfs", "modules", "rebase-merge"];
const ENDINGS: [&str; 8] = ["sh", "bash", "rb", "py", "pl", "awk", "js", "ts"];
const SQLITE: &[u8] = b"SQLite format 3\0";

/// The files that may matter.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) scripts: Vec<Script>,
    /// YAML and JSON files, relative to the checkout.
    pub(crate) data: Vec<String>,
    /// The database.
    pub(crate) database: Option<String>,
}

/// The file that defines the tasks.
#[derive(Debug, Clone)]
pub(crate) struct QueueFile {
    pub(crate) path: String,
    /// The fields of its tasks.
    pub(crate) fields: Vec<String>,
}

/// A file of JSON lines.
#[derive(Debug, Clone)]
pub(crate) struct RowFile {
    pub(crate) path: String,
    pub(crate) fields: Vec<String>,
}

/// Walks the checkout, and the part of its git folder that may hold a store.
pub(crate) fn walk(checkout: &Path) -> Result<Found, AdaptError> {
    let mut found = Found::default();
    let walker =
        WalkDir::new(checkout).sort_by_file_name().into_iter().filter_entry(|entry| enter(entry, checkout));
    for entry in walker {
        let entry =
            entry.map_err(|error| AdaptError::File { path: checkout.to_owned(), source: error.into() })?;
        let failed = |source| AdaptError::File { path: entry.path().to_owned(), source };
        if !entry.file_type().is_file() {
            continue;
        }
        let Ok(relative) = entry.path().strip_prefix(checkout) else { continue };
        let path = relative.to_string_lossy().into_owned();
        let size = entry.metadata().map_err(|error| failed(error.into()))?;
        let mut head = [0; 16];
        let read = fs::File::open(entry.path()).and_then(|mut file| file.read(&mut head)).map_err(failed)?;
        if &head[..read] == SQLITE {
            found.database.get_or_insert(path);
            continue;
        }
        if size.len() > LARGEST || path.starts_with(".git/") {
            continue;
        }
        let ending =
            relative.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
        if ["yaml", "yml", "json", "jsonl", "ndjson"].contains(&ending.as_str()) {
            found.data.push(path);
        } else if head.starts_with(b"#!") || ENDINGS.contains(&ending.as_str()) {
            let text = String::from_utf8_lossy(&fs::read(entry.path()).map_err(failed)?).into_owned();
            let executable = size.permissions().mode() & 0o111 != 0;
            found.scripts.push(Script::read(path, text, executable));
        }
    }
    Ok(found)
}

fn enter(entry: &DirEntry, checkout: &Path) -> bool {
    let name = entry.file_name().to_string_lossy();
    let in_git = entry.path().parent() == Some(&checkout.join(".git"));
    // A folder with a `.git` file is another worktree.
    let worktree = entry.depth() > 0 && entry.file_type().is_dir() && entry.path().join(".git").is_file();
    !(worktree || PASSED_OVER.contains(&name.as_ref()) || (in_git && GIT.contains(&name.as_ref())))
}

/// The YAML or JSON file whose items are most like tasks.
pub(crate) fn queue(
    checkout: &Path,
    data: &[String],
    names: &Words,
) -> Result<Option<QueueFile>, AdaptError> {
    let wanted = ["id", "title", "role", "status", "depends_on", "priority"];
    let mut best: Option<(usize, QueueFile)> = None;
    for path in data.iter().filter(|path| !is_lines(path)) {
        let Some(fields) = list_fields(&document(checkout, path)?) else { continue };
        let fits = wanted.iter().filter(|name| names.pick(name, &fields).is_some()).count();
        if fits >= 3 && best.as_ref().is_none_or(|(most, _)| fits > *most) {
            best = Some((fits, QueueFile { path: path.clone(), fields }));
        }
    }
    Ok(best.map(|(_, queue)| queue))
}

/// What a file holds; nothing when it is broken, which is for others to say.
fn document(checkout: &Path, path: &str) -> Result<Value, AdaptError> {
    let place = checkout.join(path);
    let bytes = fs::read(&place).map_err(|source| AdaptError::File { path: place, source })?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(serde_yaml::from_str(&text).unwrap_or(Value::Null))
}

/// The fields of the objects in the longest list, at the top or one level below.
fn list_fields(document: &Value) -> Option<Vec<String>> {
    let lists = match document {
        Value::Array(list) => vec![list],
        Value::Object(object) => object.values().filter_map(Value::as_array).collect(),
        _ => Vec::new(),
    };
    let longest = lists.into_iter().max_by_key(|list| list.len())?;
    let fields: BTreeSet<&String> =
        longest.iter().filter_map(Value::as_object).flat_map(|item| item.keys()).collect();
    Some(fields.into_iter().cloned().collect())
}

/// The fields of the tasks in a file; none when it holds no list.
pub(crate) fn fields(checkout: &Path, path: &str) -> Result<Option<Vec<String>>, AdaptError> {
    Ok(list_fields(&document(checkout, path)?))
}

fn is_lines(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "jsonl" || ending == "ndjson")
}

/// The files of JSON lines, and the fields of their rows.
pub(crate) fn row_files(checkout: &Path, data: &[String]) -> Result<Vec<RowFile>, AdaptError> {
    let mut found = Vec::new();
    for path in data.iter().filter(|path| is_lines(path)) {
        let place = checkout.join(path);
        let bytes = fs::read(&place).map_err(|source| AdaptError::File { path: place, source })?;
        let text = String::from_utf8_lossy(&bytes);
        let rows: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let fields = list_fields(&Value::Array(rows)).unwrap_or_default();
        found.push(RowFile { path: path.clone(), fields });
    }
    Ok(found)
}
