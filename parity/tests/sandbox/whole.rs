//! All that can be seen of a folder from outside: more than a fingerprint holds, since nobody else is at work in
//! the folders of these tests.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Of every entry: bytes, mode, owner, links, times of change, extended attributes.
#[derive(PartialEq, Eq)]
pub(crate) struct Whole(BTreeMap<PathBuf, String>);

impl Whole {
    pub(crate) fn of(folder: &Path) -> Self {
        let look = |path: &Path| {
            let Ok(meta) = fs::symlink_metadata(path) else { return "gone".to_owned() };
            let body = if meta.is_file() {
                // A file that was made unreadable shows in its mode.
                format!("{:?}", fs::read(path).unwrap_or_default())
            } else if meta.is_symlink() {
                fs::read_link(path).unwrap().display().to_string()
            } else {
                String::new()
            };
            let mut names = vec![0; 4096];
            let length = rustix::fs::llistxattr(path, &mut names).unwrap_or(0);
            let names = String::from_utf8_lossy(&names[..length]).into_owned();
            format!(
                "mode {:o} owner {}:{} links {} modified {}.{} changed {}.{} attributes {names:?} {body}",
                meta.mode(),
                meta.uid(),
                meta.gid(),
                meta.nlink(),
                meta.mtime(),
                meta.mtime_nsec(),
                meta.ctime(),
                meta.ctime_nsec(),
            )
        };
        let paths = WalkDir::new(folder).into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
        Self(paths.map(|path| (path.clone(), look(&path))).collect())
    }

    /// What is different in `later`.
    pub(crate) fn changes(&self, later: &Self) -> Vec<String> {
        let mut paths: Vec<&PathBuf> = self.0.keys().chain(later.0.keys()).collect();
        paths.sort();
        paths.dedup();
        let differs = |path: &&PathBuf| self.0.get(*path) != later.0.get(*path);
        let clip = |text: Option<&String>| {
            text.map_or("nothing".to_owned(), |text| text.chars().take(160).collect::<String>())
        };
        let tell = |path: &PathBuf| {
            format!("{}: {} -> {}", path.display(), clip(self.0.get(path)), clip(later.0.get(path)))
        };
        paths.into_iter().filter(differs).map(tell).collect()
    }
}
