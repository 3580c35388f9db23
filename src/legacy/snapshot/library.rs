//! The mappings that ship with Fairway, and those that a project has of its own.

use std::path::Path;

use include_dir::{Dir, include_dir};

use super::{Mapping, SnapshotError};
use crate::model::diagnostic::closest;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/parity/mappings");

/// Where a project keeps its own, under its root.
const OWN: &str = ".fairway/parity/mappings";

impl Mapping {
    /// The mapping of that name: the project's own, else the one that ships.
    ///
    /// # Errors
    /// When there is none of that name, or it is no mapping; the error names its file, line and column.
    pub fn named(name: &str, project: &Path) -> Result<Self, SnapshotError> {
        let own = project.join(OWN);
        let names = names(&own);
        if !names.iter().any(|known| known == name) {
            return Err(unknown(name, &names));
        }
        let file = format!("{name}.toml");
        let path = own.join(&file);
        let (place, text) = match std::fs::read_to_string(&path) {
            Ok(text) => (path.display().to_string(), text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let shipped = SHIPPED.get_file(&file).and_then(include_dir::File::contents_utf8);
                (format!("parity/mappings/{file}"), shipped.unwrap_or_default().to_owned())
            }
            Err(source) => return Err(SnapshotError::MappingFile { path, source }),
        };
        Self::parse(&text).map_err(|error| SnapshotError::Mapping { file: place, why: error.to_string() })
    }
}

impl Mapping {
    /// The names of the mappings that there are, in order.
    pub fn names(project: &Path) -> Vec<String> {
        names(&project.join(OWN))
    }
}

fn unknown(name: &str, known: &[String]) -> SnapshotError {
    SnapshotError::UnknownMapping {
        name: name.to_owned(),
        near: closest(name, known.iter().map(String::as_str)).map(str::to_owned),
        known: known.join(", "),
    }
}

/// Every name, in order.
fn names(own: &Path) -> Vec<String> {
    let shipped = SHIPPED.files().map(|file| file.path().to_owned());
    let own = std::fs::read_dir(own).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut names: Vec<String> = shipped.chain(own).filter_map(|path| name(&path)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn name(path: &Path) -> Option<String> {
    let name = path.file_stem()?.to_str()?.to_owned();
    (path.extension()? == "toml").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapping_that_ships_is_one() {
        let nowhere = Path::new("/nowhere");
        let names = names(nowhere);
        assert!(!names.is_empty());
        for name in names {
            Mapping::named(&name, nowhere).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
