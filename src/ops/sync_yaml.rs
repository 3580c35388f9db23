//! Writing the state of tasks back into the queue file that defines them.

use std::path::Path;

use serde_json::json;

use super::import::rules;
use super::{Context, OpError, Result, write_document};
use crate::legacy::hex;
use crate::legacy::queue::{self, Format};
use crate::legacy::snapshot::Mapping;
use crate::migrate::export_back::BackError;
use crate::migrate::export_back::state::{self, States};
use crate::migrate::export_back::yaml::{Change, Edited, edit};
use crate::migrate::import::{ImportError, SourceStamp, remember_stamp};
use crate::policy::{Reason, Refusal};
use crate::store::StoreError;
use crate::views::Synced;

use sha2::{Digest, Sha256};

/// Writes where the store's tasks stand into the queue file of the checkout that asks, key by key, or says what it would
/// write. Nothing else of the file changes.
///
/// # Errors
/// A refusal of class `usage` when the queue has no YAML file, `broken-queue` when the file is missing or has errors; when a key
/// cannot be changed alone. Then the file is as it was.
pub fn sync_yaml(context: &Context, dry_run: bool) -> Result<Synced> {
    let Some(source) = context.config.fairway.queue_source.path() else {
        return Err(Refusal::new(
            Reason::Usage,
            "the queue has no file into which its state could be written",
        )
        .hint("name one as `[fairway] queue_source = \"yaml:PATH\"`")
        .into());
    };
    let path = context.paths.checkout.join(source);
    if Format::of(&path) != Format::Yaml {
        let refusal = Refusal::new(Reason::Usage, format!("{} is no YAML file", source.display()));
        return Err(refusal.hint("`fairway db export` writes JSON").into());
    }
    // Reads the definitions again first, and refuses when the file is missing or broken.
    let states = context.read(|reader| Ok(reader.states()?))?;
    let bytes = std::fs::read(&path).map_err(|error| file_error(&path, error))?;
    let (_, mapping) = super::mapping::mapping(context, None).map_err(ImportError::from)?;
    let (edited, skipped) = edited(context, &mapping, &source.display().to_string(), &bytes, &states)?;
    let written = !dry_run && !edited.edits.is_empty();
    if written {
        write(context, &path, &bytes, &edited)?;
    }
    let (pinned, changes) = edited.edits.into_iter().partition(|edit| edit.pinned);
    Ok(Synced { path: source.to_owned(), written, changes, pinned, skipped })
}

/// The file as it has to be, and the tasks that it does not have.
fn edited(
    context: &Context,
    mapping: &Mapping,
    name: &str,
    bytes: &[u8],
    states: &States,
) -> Result<(Edited, Vec<String>)> {
    let rules = rules(context);
    let queue = queue::parse(name, bytes, Format::Yaml, &rules);
    let base = state::of_file(&queue);
    let known = states.iter().filter(|(id, _)| base.contains_key(*id));
    let changes: Vec<Change> = state::changes(mapping, &base, known.map(|(id, state)| (id.as_str(), state)))?;
    let edited =
        edit(name, bytes, &state::keys(mapping, &rules.aliases), &changes).map_err(BackError::from)?;
    let mut skipped: Vec<String> = states.keys().filter(|id| !base.contains_key(*id)).cloned().collect();
    skipped.sort_unstable();
    Ok((edited, skipped))
}

/// Puts the new file in the place of the old one, and remembers it, so that it is not taken for another's change.
fn write(context: &Context, path: &Path, old: &[u8], edited: &Edited) -> Result<()> {
    let failed = |error| file_error(path, error);
    if std::fs::read(path).map_err(failed)? != old {
        return Err(BackError::Meanwhile(path.to_owned()).into());
    }
    write_document(path, &String::from_utf8_lossy(&edited.bytes))?;
    let stamp = SourceStamp::look(path).with_digest(&hex(&Sha256::digest(&edited.bytes)));
    // Without reading the definitions again: they are the same.
    let written: std::result::Result<(), StoreError> =
        context.open_store()?.write("sync-yaml", &context.actor, context.now, |tx| {
            remember_stamp(tx, &stamp)?;
            tx.audit(None, Some(json!({ "changes": edited.edits.len() })));
            Ok(())
        });
    Ok(written?)
}

fn file_error(path: &Path, source: std::io::Error) -> OpError {
    OpError::File { path: path.to_owned(), source }
}
