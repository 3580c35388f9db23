//! Every call passes here before its verb runs: see [`crate::pilot::admit`].

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{CliError, Session, said};
use crate::pilot::{Admitted, Call, GateError, Kind, admit, kind};

/// The flag that asks to be let through without proof.
const UNGRADUATED: &str = "ungraduated";
/// Its reason, in a verb that takes no `--reason` for itself.
const REASON: &str = "ungraduated_reason";
/// The heading under which the help lists them.
const HEADING: &str = "Gate";

/// Adds the flags of the gate to every verb that it may refuse; of a call, to those that its words may name.
pub(super) fn with_gate(command: Command, call: Option<&[OsString]>) -> Command {
    below(command, "", call)
}

fn below(mut command: Command, path: &str, call: Option<&[OsString]>) -> Command {
    let may_be_called = |name: &&str| call.is_none_or(|words| words.iter().any(|word| word == name));
    let names = command.get_subcommands().map(Command::get_name).filter(may_be_called);
    let names: Vec<String> = names.map(str::to_owned).collect();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(name, |verb| {
            let gated = matches!(kind(&path), Some(Kind::Proved(_) | Kind::Native));
            let verb = if gated { with_flags(verb) } else { verb };
            below(verb, &path, call)
        });
    }
    command
}

fn with_flags(verb: Command) -> Command {
    let has_reason = verb.get_arguments().any(|argument| argument.get_long() == Some("reason"));
    let flag = Arg::new(UNGRADUATED).long(UNGRADUATED).action(ArgAction::SetTrue).help_heading(HEADING).help(
        "Where the scripts are still in use: do it though it has not graduated. Needs --reason, and is written down",
    );
    if has_reason {
        return verb.arg(flag);
    }
    let reason =
        Arg::new(REASON).long("reason").value_name("TEXT").requires(UNGRADUATED).help_heading(HEADING);
    verb.arg(flag).arg(reason.help("Why"))
}

/// Whether a call wants to be let through without proof.
#[derive(Debug)]
enum Exception {
    NotAsked,
    WithoutReason,
    Because(String),
}

impl Exception {
    fn of(matches: &ArgMatches) -> Self {
        let mut leaf = matches;
        while let Some((_, below)) = leaf.subcommand() {
            leaf = below;
        }
        if !leaf.try_get_one::<bool>(UNGRADUATED).ok().flatten().copied().unwrap_or(false) {
            return Self::NotAsked;
        }
        let raw = |id: &str| leaf.try_get_raw(id).ok().flatten().and_then(|mut values| values.next());
        let reason = raw(REASON).or_else(|| raw("reason"));
        let reason = said(reason.map(|text| text.to_string_lossy().into_owned()));
        reason.map_or(Self::WithoutReason, Self::Because)
    }
}

/// What a call says to the gate.
#[derive(Debug)]
pub(super) struct Plea {
    words: Vec<String>,
    exception: Exception,
}

impl Plea {
    /// What the words of a call say.
    pub(super) fn of(arguments: &[OsString], matches: &ArgMatches) -> Self {
        let words = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        Self { words, exception: Exception::of(matches) }
    }
}

/// Lets a call through, or refuses it. Outside of a project that still has its scripts, nothing is asked.
pub(super) fn pass(session: &mut Session, verb: &'static str, plea: &Plea) -> Result<(), CliError> {
    if matches!(kind(verb), Some(Kind::Administrative)) {
        session.beyond_lanes = true;
        return Ok(());
    }
    // A project that cannot be found or read is the verb's to complain about.
    let Ok(Some(project)) = session.legacy_project() else { return Ok(()) };
    let exception = match &plea.exception {
        Exception::WithoutReason => {
            return Err(CliError::usage("--ungraduated needs a reason")
                .hint("give --reason TEXT: it is written into the ledger and shown in every report"));
        }
        Exception::Because(reason) => Some(reason.as_str()),
        Exception::NotAsked => None,
    };
    let actor = session.actor();
    let call = Call { verb, words: &plea.words, actor: &actor, exception };
    match admit(&project, &call)? {
        Admitted::Reading => {
            let adapter = &project.legacy.adapter;
            session.ui.warn(format!("the queue is still the scripts' ({adapter}): this is their shadow, as it was when it was last read"));
        }
        Admitted::Exception => {
            session.beyond_lanes = true;
            session.ui.warn("done without proof; the ledger says so");
        }
        Admitted::Ungated | Admitted::Proved => {}
    }
    Ok(())
}

impl From<GateError> for CliError {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Refused(refused) => Self::Gate(refused),
            GateError::Proof(error) => Self::Proof(error),
            GateError::Adapters(error) => Self::Library(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pilot::VERBS;

    fn leaves(command: &Command, path: &str, found: &mut BTreeSet<String>) {
        for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
            let name = verb.get_name();
            let path = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
            leaves(verb, &path, found);
            if !verb.has_subcommands() || verb.get_positionals().next().is_some() {
                found.insert(path);
            }
        }
    }

    #[test]
    fn every_verb_is_in_the_table_of_the_gate_and_no_other() {
        let mut verbs = BTreeSet::new();
        leaves(&crate::cli::command(), "", &mut verbs);
        let table: BTreeSet<String> = VERBS.iter().map(|(verb, _)| (*verb).to_owned()).collect();
        assert_eq!(verbs, table);
    }

    #[test]
    fn every_verb_that_changes_something_takes_the_flag_with_a_reason() {
        let command = crate::cli::command();
        for (verb, kind) in VERBS {
            let leaf = verb.split(' ').try_fold(&command, |at, name| at.find_subcommand(name)).unwrap();
            let takes = |long: &str| leaf.get_arguments().any(|argument| argument.get_long() == Some(long));
            let gated = matches!(kind, Kind::Proved(_) | Kind::Native);
            assert_eq!(takes(UNGRADUATED), gated, "{verb}");
            assert!(!gated || takes("reason"), "{verb}");
        }
    }
}
