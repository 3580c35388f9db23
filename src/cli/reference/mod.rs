//! `fairway reference`: the command line as documents, made from the command line itself.
//!
//! Hidden: it is for those who publish Fairway's documentation. A test compares what it would write with what is there.

mod page;
mod schemas;

use std::path::PathBuf;

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Write the reference of the command line, and the JSON Schemas of what verbs answer.
#[derive(Debug, Args)]
#[command(hide = true, after_help = "Example:\n  fairway reference --out docs")]
pub struct ReferenceArgs {
    /// The folder of the documentation.
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    out: PathBuf,
}

pub(super) fn run(session: &Session, args: &ReferenceArgs) -> Result<(), CliError> {
    let out = session.path(&args.out);
    for (name, text) in documents() {
        let path = out.join(name);
        if let Some(folder) = path.parent() {
            let failed =
                |source| CliError::File { message: format!("cannot make {}", folder.display()), source };
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        ops::write_document(&path, &text)?;
    }
    session.ui.note(&format!("written below {}", out.display()));
    Ok(())
}

/// Every document, with its place below the folder of the documentation.
fn documents() -> Vec<(PathBuf, String)> {
    let command = super::command();
    let mut documents = vec![(PathBuf::from("cli-reference.md"), page::page(&command))];
    let verbs = schemas::schemas().into_iter().map(|(verb, schema)| (schemas::place(verb), schema));
    for (place, schema) in verbs.chain([schemas::parity_result()]) {
        let text = serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n";
        documents.push((place, text));
    }
    documents
}

#[cfg(test)]
mod tests;
