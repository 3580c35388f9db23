//! `fairway parity report`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fairway_parity::report::Format;

use super::recorded::Recorded;
use crate::cli::{CliError, Session};
use crate::ops;
use crate::views::ReportMade;

/// Write the report of a run: a page to send, XML for CI, Markdown for a pull request.
///
/// Every run leaves all of them beside its result: report.html, junit.xml, report.md and result.json. The page needs
/// nothing beside it and no network.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity report --out parity.html\n  fairway parity report target/parity/latest --format markdown\n  fairway parity report latest --out junit.xml"
)]
pub struct ReportArgs {
    #[command(flatten)]
    recorded: Recorded,
    /// The format; without it what the name of FILE says (.html, .xml, .md, .json), else html.
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Write to this file instead of stdout.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    Html,
    Junit,
    Markdown,
    Json,
}

impl FormatName {
    fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "xml" => Some(Self::Junit),
            "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn format(self) -> Format {
        match self {
            Self::Html => Format::Html,
            Self::Junit => Format::Junit,
            Self::Markdown => Format::Markdown,
            Self::Json => Format::Json,
        }
    }
}

pub(super) fn run(session: &mut Session, args: ReportArgs) -> Result<u8, CliError> {
    let (result, _) = args.recorded.find(session)?;
    let path = args.out.map(|path| session.path(&path));
    let named = args.format.or_else(|| path.as_deref().and_then(FormatName::of_file));
    let format = named.unwrap_or(FormatName::Html).format();
    let document = format.render(&result)?;
    let document = match &path {
        Some(path) => {
            ops::write_document(path, &document)?;
            None
        }
        None => Some(document),
    };
    session
        .ui
        .emit("parity report", &ReportMade { run_id: result.run_id, format: format.name(), path, document });
    Ok(0)
}
