//! `fairway db export`.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops::{self, ExportRequest};
use crate::views::{ExportFormat, ExportShape};

/// Write everything in the store as one document.
///
/// By table it has every row of every table, with the columns as they are. By task each task is one object, with its
/// definition, dependencies and state, and the records follow. Fields of the source that Fairway does not know are in
/// `extra` of their task, rows without a table of their own in `preserved_rows`. The document goes to stdout as it is, or
/// to a file, which is replaced as a whole.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway db export queue.json\n  fairway db export --by task queue.yaml")]
pub struct ExportArgs {
    /// The file to write; without it stdout.
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    path: Option<OsString>,
    /// The form of the document; without it that of the file's extension, else JSON.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<ExportFormat>,
    /// What stands at the top.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    by: ExportShape,
}

pub(super) fn run(session: &mut Session, args: ExportArgs) -> Result<(), CliError> {
    let path = super::given(args.path);
    let format = args.format.unwrap_or_else(|| named_by(path.as_deref()));
    if path.is_none() && session.globals.json && format != ExportFormat::Json {
        let problem = CliError::usage("--json prints an envelope, which is no YAML");
        return Err(problem.hint("name a file to write the YAML to, or leave --json out"));
    }
    let (context, request) = (session.context()?, ExportRequest { format, shape: args.by });
    match path.map(|path| session.path(&path)) {
        None if format == ExportFormat::Json && !session.globals.json => {
            session.ui.document(&ops::export_text(&context, args.by)?);
        }
        None => session.ui.emit("db export", &ops::export(&context, &request)?),
        Some(path) => session.ui.emit("db export", &ops::export_to(&context, &request, path)?),
    }
    Ok(())
}

/// The format that a file's extension stands for.
fn named_by(path: Option<&Path>) -> ExportFormat {
    let extension = path.and_then(Path::extension).map(|text| text.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("yaml" | "yml") => ExportFormat::Yaml,
        _ => ExportFormat::Json,
    }
}
