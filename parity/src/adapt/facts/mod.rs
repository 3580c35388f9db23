//! What a legacy copy shows of itself without anything of it being run.

pub(crate) mod database;
pub(crate) mod files;
pub(crate) mod makefile;
pub(crate) mod script;
pub(crate) mod text;

use std::path::{Path, PathBuf};

pub(crate) use files::{Found, QueueFile, RowFile};
pub(crate) use script::{Script, Style};

use makefile::Target;

use super::AdaptError;
use super::knowledge::Knowledge;

/// Everything that was seen.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The scripts, the entry points first.
    pub(crate) scripts: Vec<Script>,
    /// Whether there is a Makefile.
    pub(crate) targets: Vec<Target>,
    /// The queue file.
    pub(crate) queue: Option<QueueFile>,
    /// Files of JSON lines.
    pub(crate) row_files: Vec<RowFile>,
    /// The database, relative to the checkout.
    pub(crate) database: Option<String>,
    /// Its tables, from a copy.
    pub(crate) tables: Vec<database::Table>,
    /// The copy.
    pub(crate) snapshot: Option<PathBuf>,
}

impl Facts {
    /// Looks at a checkout; `snapshot` is a copy of its database.
    pub(crate) fn gather(
        checkout: &Path,
        found: Found,
        snapshot: Option<&Path>,
        known: &Knowledge,
    ) -> Result<Self, AdaptError> {
        let makefile = ["GNUmakefile", "makefile", "Makefile"].into_iter().map(|name| checkout.join(name));
        let makefile = makefile.into_iter().find(|path| path.is_file());
        let makefile =
            makefile.map(|path| std::fs::read(&path).map_err(|source| AdaptError::File { path, source }));
        let targets = makefile.transpose()?.map(|bytes| makefile::targets(&String::from_utf8_lossy(&bytes)));
        let tables = snapshot.map(database::tables).transpose().map_err(AdaptError::Database)?;
        Ok(Self {
            queue: files::queue(checkout, &found.data, &known.names)?,
            row_files: files::row_files(checkout, &found.data)?,
            scripts: found.scripts,
            targets: targets.unwrap_or_default(),
            database: found.database,
            tables: tables.unwrap_or_default(),
            snapshot: snapshot.map(Path::to_owned),
        })
    }

    /// The scripts that carry out what `script` is asked: itself, and those whose names it mentions.
    pub(crate) fn behind<'f>(&'f self, script: &'f Script) -> impl Iterator<Item = &'f Script> {
        let named = |other: &&Script| other.path != script.path && script.text.contains(other.name());
        std::iter::once(script).chain(self.scripts.iter().filter(named))
    }
}
