//! What the argument parser says, in the same form as every other answer.

use std::ffi::OsString;

use crate::ui::{Options, Report, Ui};

/// Shows what the argument parser says; help and version are no errors.
pub(in crate::cli) fn report_usage(error: &clap::Error, arguments: &[OsString]) -> u8 {
    use clap::error::ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    let json = arguments.iter().any(|argument| argument == "--json");
    match error.kind() {
        DisplayHelp | DisplayVersion => {
            Ui::new(Options::default()).document(&error.render().ansi().to_string());
            return 0;
        }
        DisplayHelpOnMissingArgumentOrSubcommand if !json => {
            Ui::new(Options::default()).note(&error.render().ansi().to_string());
            return 1;
        }
        _ => {}
    }
    if error.kind() == DisplayHelpOnMissingArgumentOrSubcommand {
        let verb = verb_of(arguments);
        let words = if verb == "fairway" { verb.clone() } else { format!("fairway {verb}") };
        let report =
            usage_report(format!("`{words}` needs a verb"), Some(format!("`{words} --help` lists them")));
        Ui::new(Options { json, ..Options::default() }).fail(&verb, &report);
        return 1;
    }
    let text = error.render().to_string();
    let mut parts = text.trim_start_matches("error: ").splitn(2, "\n\n");
    let message = parts.next().unwrap_or_default().trim().to_owned();
    let hint = parts.next().map(|rest| {
        rest.trim().trim_start_matches("tip: ").replace("\n\n", "\n").trim_end_matches('.').to_owned()
    });
    Ui::new(Options { json, ..Options::default() }).fail(&verb_of(arguments), &usage_report(message, hint));
    1
}

fn usage_report(message: String, hint: Option<String>) -> Report {
    Report {
        code: "usage".to_owned(),
        message,
        hint,
        retryable: false,
        causes: Vec::new(),
        details: None,
        diagnostics: Vec::new(),
    }
}

/// The verb that was meant, for the envelope: the first word that is no flag.
fn verb_of(arguments: &[OsString]) -> String {
    arguments
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str())
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or("fairway")
        .to_owned()
}
