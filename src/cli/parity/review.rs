//! `fairway parity review`.

use std::path::PathBuf;

use clap::Args;
use fairway_parity::golden::{GoldenError, Goldens, Pending};

use crate::cli::{CliError, Session};
use crate::ui::Choice;
use crate::views::{GoldenLine, GoldenReview, GoldenState};

/// Accept or reject recordings of the reference.
///
/// On a terminal each is shown with what it changes, and asked about: a accepts it, r rejects it, s leaves it for
/// later, q ends. Scripts say what becomes of all of them.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity review\n  fairway parity review --list --json\n  fairway parity review --accept-all --behaviour claim"
)]
pub struct ReviewArgs {
    /// Only list what waits.
    #[arg(long, group = "answer")]
    list: bool,
    /// Accept all that waits.
    #[arg(long, group = "answer")]
    accept_all: bool,
    /// Reject all that waits.
    #[arg(long, group = "answer")]
    reject_all: bool,
    /// Only this behaviour; may be given again.
    #[arg(long, value_name = "NAME")]
    behaviour: Vec<String>,
    /// Where goldens are kept; without it .fairway/parity/golden.
    #[arg(long, value_name = "DIR")]
    golden: Option<PathBuf>,
}

/// How many lines of a recording are shown. A new one is shown whole, with the queue that it begins with.
const LINES: usize = 400;

/// What becomes of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

const CHOICES: [Choice<Answer>; 4] = [
    Choice { key: 'a', name: "accept", value: Answer::Accept },
    Choice { key: 'r', name: "reject", value: Answer::Reject },
    Choice { key: 's', name: "skip", value: Answer::Skip },
    Choice { key: 'q', name: "quit", value: Answer::Quit },
];

pub(super) fn run(session: &mut Session, args: &ReviewArgs) -> Result<u8, CliError> {
    let goldens = match &args.golden {
        Some(folder) => Goldens::only(session.path(folder)),
        None => Goldens::of_project(Some(&session.paths()?.root)),
    };
    let mut pending = goldens.pending()?;
    let wanted =
        |one: &Pending| args.behaviour.is_empty() || args.behaviour.contains(&one.recorded.name.behaviour);
    pending.retain(wanted);
    let asks = !(args.list || args.accept_all || args.reject_all);
    if asks && !pending.is_empty() && !session.ui.can_ask() {
        let count = pending.len();
        return Err(CliError::usage(format!("{count} recordings wait, and nobody is there to ask"))
            .hint("--list shows them; --accept-all or --reject-all says what becomes of them"));
    }
    let mut review = GoldenReview { goldens: Vec::new() };
    let mut last = None;
    for (index, one) in pending.iter().enumerate() {
        let answer = match last {
            Some(Answer::Quit) => Answer::Quit,
            _ if args.list => Answer::Skip,
            _ if args.accept_all => Answer::Accept,
            _ if args.reject_all => Answer::Reject,
            _ => ask(session, one, index + 1, pending.len()),
        };
        let state = settle(&goldens, one, answer)?;
        last = Some(answer);
        review.goldens.push(GoldenLine::new(one, state));
    }
    goldens.tidy()?;
    session.ui.emit("parity review", &review);
    Ok(0)
}

/// Shows a recording and asks what becomes of it. Whoever says nothing more has quit.
fn ask(session: &Session, pending: &Pending, number: usize, of: usize) -> Answer {
    let name = &pending.recorded.name;
    let what = if pending.accepted.is_some() { "changed" } else { "new" };
    session.ui.note(&format!("\n{number} of {of}: {name} ({}), {what}", name.adapter));
    let changes = fairway_parity::golden::changes(pending.accepted.as_ref(), &pending.recorded);
    let shown: Vec<&str> = changes.lines().take(LINES).collect();
    session.ui.diff(&shown.join("\n"));
    let more = changes.lines().count() - shown.len();
    if more > 0 {
        session.ui.note(&format!("and {more} more lines; all of it is in {}", pending.path.display()));
    }
    session.ui.ask("What becomes of it?", &CHOICES).unwrap_or(Answer::Quit)
}

fn settle(goldens: &Goldens, pending: &Pending, answer: Answer) -> Result<GoldenState, GoldenError> {
    match answer {
        Answer::Accept => goldens.accept(pending).map(|()| GoldenState::Accepted),
        Answer::Reject => goldens.reject(pending).map(|()| GoldenState::Rejected),
        Answer::Skip | Answer::Quit => Ok(GoldenState::Pending),
    }
}
