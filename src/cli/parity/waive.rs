//! `fairway parity waive`.

use std::path::{Path, PathBuf};

use clap::Args;
use fairway_parity::compare::Difference;
use fairway_parity::datafile::Source;
use fairway_parity::waiver::{self, Shown, Waiver, WaiverKind, channel_of, escaped, is_open, matches};
use fairway_parity::{Library, LibraryError};
use jiff::civil::Date;
use serde_json::Value;

use super::mismatch::{OpenScenario, shown};
use super::recorded;
use crate::cli::{CliError, Session};
use crate::ops;
use crate::views::WaiverWritten;

/// How many places a message lists.
const PLACES: usize = 20;

/// The longest value, in letters, that a waiver repeats.
const VALUE: usize = 200;

/// Accept a mismatch of a recorded run: add a waiver to the waiver file.
///
/// It accepts the place that is named, or the only one that is open, and there only the values that the run saw. It is
/// by design, with a decision page, or for now, with an owner and a last day.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity waive latest claim/held-task --id held-says-who \\\n    --reason 'an operator asks for it next' --decision 0010-held-says-who.md\n  fairway parity waive latest claim/held-task \\\n    --place 'step 2 · answer · /owner' --id held-says-who \\\n    --reason 'until #12' --owner ops --expires 2026-12-31"
)]
pub struct WaiveArgs {
    /// The run: its id, or the folder of its results; `latest` is the latest under .fairway/parity.
    #[arg(value_name = "RUN")]
    run: String,
    /// The scenario: its name, or `behaviour/name`.
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// The place as the report writes it; `*` stands for any text, `\*` for a star.
    #[arg(long, value_name = "PLACE")]
    place: Option<String>,
    /// The name of the waiver.
    #[arg(long, value_name = "ID")]
    id: String,
    /// What differs there; without it the two values.
    #[arg(long, value_name = "TEXT")]
    differs: Option<String>,
    /// Accept whatever values are there, not only those of the run.
    #[arg(long)]
    any_value: bool,
    /// Why it is accepted.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The page under docs/decisions that says why it is meant.
    #[arg(long, value_name = "PAGE", required_unless_present = "owner", conflicts_with_all = ["owner", "expires"])]
    decision: Option<String>,
    /// Who sees to it that it goes away.
    #[arg(long, value_name = "WHO", requires = "expires")]
    owner: Option<String>,
    /// The last day on which it holds.
    #[arg(long, value_name = "DATE", requires = "owner")]
    expires: Option<Date>,
    /// The waiver file; without it .fairway/parity/waivers.toml.
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
}

pub(super) fn run(session: &mut Session, args: WaiveArgs) -> Result<u8, CliError> {
    let project = session.paths().ok().map(|paths| paths.root);
    let root = project.clone().unwrap_or_else(|| session.environment.directory.clone());
    let file = match &args.waivers {
        Some(file) => session.path(file),
        None => root.join(".fairway/parity/waivers.toml"),
    };
    let library = Library::load(project.as_deref())?;
    if library.waivers.iter().any(|waiver| waiver.id == args.id) {
        return Err(CliError::usage(format!("there is a waiver `{}` already", args.id)));
    }
    let (result, _) = recorded::find(session, &args.run)?;
    let scenario = OpenScenario::find(result, &args.scenario)?;
    let waiver = waiver(args, &scenario)?;
    let accepts = scenario.open.iter().filter(|open| matches(&waiver.place, &open.0)).count();
    add(&file, project.as_deref(), &waiver)?;
    let written = WaiverWritten {
        open: scenario.open.len() - accepts,
        accepts,
        id: waiver.id,
        behaviour: waiver.behaviour,
        scenario: waiver.scenario,
        channel: waiver.channel,
        place: waiver.place,
        differs: waiver.differs,
        file,
    };
    session.ui.emit("parity waive", &written);
    Ok(0)
}

/// The waiver that was asked for, no wider than that.
fn waiver(args: WaiveArgs, scenario: &OpenScenario) -> Result<Waiver, CliError> {
    let (place, covered) = chosen(args.place.as_deref(), scenario)?;
    let Some((at, first)) = covered.first() else { return Err(CliError::usage("nothing is open there")) };
    let channel = channel_of(at).to_owned();
    if covered.iter().any(|(at, _)| channel_of(at) != channel) {
        return Err(CliError::usage(format!("`{place}` is in more than one channel"))
            .hint("a waiver is about one: name the channel in the place, and write one waiver for each"));
    }
    // A star is asked for where values vary; one place is about its values.
    let exact = covered.len() == 1 && !is_open(&place) && !args.any_value;
    let value = |value: &Option<Value>| {
        let short = value.as_ref().is_none_or(|value| value.to_string().chars().count() <= VALUE);
        (exact && short).then(|| Shown(value.clone()))
    };
    let kind = match (args.decision, args.owner, args.expires) {
        (Some(decision), ..) => {
            let page = Path::new(&decision).file_name();
            WaiverKind::ByDesign {
                decision: page.map_or(decision.clone(), |page| page.to_string_lossy().into()),
            }
        }
        (None, Some(owner), Some(expires)) => WaiverKind::Temporary { owner, expires },
        _ => {
            return Err(CliError::usage(
                "a waiver is by design (--decision) or for now (--owner and --expires)",
            ));
        }
    };
    Ok(Waiver {
        id: args.id,
        behaviour: scenario.behaviour.clone(),
        scenario: escaped(&scenario.name),
        channel,
        differs: args.differs.unwrap_or_else(|| shown(first)),
        reference: value(&first.reference),
        candidate: value(&first.candidate),
        place,
        reason: args.reason,
        kind,
    })
}

/// A difference with its place as the report writes it.
type Open = (String, Difference);

/// The place as a waiver writes it, and the open differences that it covers; at least one.
fn chosen<'s>(given: Option<&str>, scenario: &'s OpenScenario) -> Result<(String, Vec<&'s Open>), CliError> {
    let name = format!("{}/{}", scenario.behaviour, scenario.name);
    let all = &scenario.open;
    let listed = || {
        let mut places: Vec<String> = all.iter().take(PLACES).map(|(at, _)| format!("  {at}")).collect();
        if all.len() > PLACES {
            places.push(format!("  and {} more", all.len() - PLACES));
        }
        places.join("\n")
    };
    let place = match (given, all.as_slice()) {
        (_, []) => return Err(CliError::usage(format!("nothing is open in {name} of that run"))),
        // A place may have a star of its own.
        (Some(place), _) if all.iter().any(|(at, _)| at == place) => escaped(place),
        (Some(place), _) => place.to_owned(),
        (None, [only]) => escaped(&only.0),
        (None, _) => {
            return Err(CliError::usage(format!("{} places are open in {name}", all.len()))
                .hint(format!("say which with --place:\n{}", listed())));
        }
    };
    let covered: Vec<_> = all.iter().filter(|(at, _)| matches(&place, at)).collect();
    if covered.is_empty() {
        return Err(CliError::usage(format!("nothing is open in {name} at `{place}`"))
            .hint(format!("open are:\n{}", listed())));
    }
    Ok((place, covered))
}

/// Adds the waiver to the file, after a look at what would come of it: half a waiver is none.
fn add(file: &Path, project: Option<&Path>, waiver: &Waiver) -> Result<(), CliError> {
    let failed = |message: &str| {
        let message = format!("{message} {}", file.display());
        move |source| CliError::File { message, source }
    };
    let text = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(failed("cannot read"))?,
    };
    let text = waiver::append(&text, waiver)
        .map_err(|error| CliError::usage(format!("{}: {error}", file.display())))?;
    let source = Source::new(file.display().to_string(), text.as_str());
    Library::waivers_of(project, &source).map_err(LibraryError::from)?;
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder).map_err(failed("cannot make the folder of"))?;
    Ok(ops::write_document(file, &text)?)
}
