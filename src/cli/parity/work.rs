//! How much is done at once, for how long, and where what came of it is kept: the same of every verb that plays scenarios.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use fairway_parity::Library;

use crate::cli::Session;

/// How fast it goes, at most.
#[derive(Debug, Args)]
pub(super) struct Pace {
    /// How many are played at once, be they scenarios, cases, pairs or faults; without it one for each core.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Seconds that one command may take; without it 300, and 60 in fuzz and grade, where many are made to fail.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// The pace, and where results go.
#[derive(Debug, Args)]
pub(super) struct Work {
    #[command(flatten)]
    pub(super) pace: Pace,
    /// Where results are written; without it .fairway/parity/RUN, and for what goes on where it was left
    /// .fairway/parity/fuzz-SEED, soak-SEED or grade.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What the scripts' environment has beside what the adapter says.
#[derive(Debug, Args)]
pub(super) struct Variables {
    /// Set this variable for the reference's commands too; may be given again. It may make many commands shorter,
    /// as RUBYOPT=--disable-gems does where no script needs a gem.
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<(String, String)>,
}

fn variable(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a variable is given as NAME=VALUE"),
    }
}

impl Variables {
    /// Sets them in an adapter of the library.
    pub(super) fn set(&self, library: &mut Library, adapter: &str) {
        for adapter in library.adapters.iter_mut().filter(|one| one.name == adapter) {
            for (name, value) in &self.env {
                adapter.environment.set(name, value);
            }
        }
    }
}

/// How long a command may take in a run of this kind, unless somebody says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    /// What has to come to its end, on a busy machine too.
    Long,
    /// What is one of many, and may well hang.
    Short,
}

impl Pace {
    /// How many are played at once.
    pub(super) fn jobs(&self) -> usize {
        self.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }

    /// How long one command may take.
    pub(super) fn timeout(&self, patience: Patience) -> Duration {
        let usual = match patience {
            Patience::Long => 300,
            Patience::Short => 60,
        };
        Duration::from_secs(self.timeout.unwrap_or(usual))
    }
}

impl Work {
    /// The folder that was asked for.
    pub(super) fn out(&self, session: &Session) -> Option<PathBuf> {
        self.out.as_ref().map(|folder| session.path(folder))
    }
}

#[cfg(test)]
mod tests {
    /// The help of an option, in every verb that has it.
    fn helps(option: &str, verbs: &[&str]) -> Vec<String> {
        let command = crate::cli::command();
        let parity = command.find_subcommand("parity").unwrap();
        let help = |verb: &&str| {
            let verb = parity.find_subcommand(verb).unwrap();
            let argument = verb.get_arguments().find(|one| one.get_long() == Some(option)).unwrap();
            argument.get_help().unwrap().to_string()
        };
        verbs.iter().map(help).collect()
    }

    #[test]
    fn the_same_option_says_the_same_everywhere() {
        let five = ["run", "record", "fuzz", "grade", "soak"];
        let six = [&five[..], &["noise"]].concat();
        for (option, verbs) in [("jobs", &six[..]), ("timeout", &six), ("out", &five), ("env", &five[2..])] {
            let helps = helps(option, verbs);
            assert!(helps.iter().all(|help| *help == helps[0]), "--{option}: {helps:#?}");
        }
    }

    #[test]
    fn noise_of_a_recorded_run_takes_no_pace() {
        let tried = |words: &[&str]| {
            crate::cli::command().try_get_matches_from([&["fairway", "parity", "noise"], words].concat())
        };
        for option in ["--jobs", "--timeout"] {
            assert!(
                tried(&[option, "2"]).is_err(),
                "{option} says how fast something runs, and nothing does"
            );
            assert!(tried(&["--behaviour", "claim", option, "2"]).is_ok());
        }
    }
}
