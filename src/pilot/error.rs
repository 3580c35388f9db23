//! Why a pilot of single lanes cannot go on.

/// A pilot cannot go on. What was done before stays, and the same call may be made again once the reason is gone.
#[derive(Debug, thiserror::Error)]
pub enum PilotError {
    /// A lane that is Fairway's is none of the configuration's any more.
    #[error("the lane {0} is Fairway's, and the configuration has no such role any more")]
    LaneUnknown(String),
    /// The clock stands before what happened already.
    #[error("the clock says {now}, and the last step of the pilot was at {last}")]
    ClockBack {
        /// Now.
        now: String,
        /// Then.
        last: String,
    },
    /// The adapter has no way of saying what the scripts are told for whom.
    #[error(
        "the scripts cannot be told of Fairway's lanes: the mapping {0} does not say which field carries a mark"
    )]
    NoMark(String),
    /// What happened in Fairway's lanes has no words among the scripts.
    #[error("the scripts cannot express {}", list(.0))]
    Untold(Vec<Untold>),
    /// Both sides disagree, and nothing that is known explains it. The lanes are paused.
    #[error("the pilot is paused: {}", list(.0))]
    Mismatch(Vec<String>),
    /// Both sides disagree where nothing is Fairway's yet.
    #[error("both sides are not the same: {}", list(.0))]
    Apart(Vec<String>),
    /// The scripts refused what they were told. The lanes are paused.
    #[error("the pilot is paused: the scripts refused `{command}`: {said}")]
    Refused {
        /// Their command.
        command: String,
        /// What they said.
        said: String,
    },
    /// One of the scripts' commands cannot be run or worded.
    #[error("cannot tell the scripts: {0}")]
    Command(String),
    /// A state cannot be read.
    #[error("cannot compare both sides: {0}")]
    Unreadable(String),
    /// The lanes are written by other calls all the time.
    #[error("the lanes do not come to rest: after {rounds} rounds there is still something to do, {open}")]
    Restless {
        /// How often it was tried.
        rounds: usize,
        /// What is open.
        open: String,
    },
}

/// Something that the scripts have no words for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Untold {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

impl std::fmt::Display for Untold {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} ({})", self.what, self.why)
    }
}

/// How many are told in one sentence.
const FEW: usize = 3;

fn list<T: ToString>(all: &[T]) -> String {
    let few: Vec<String> = all.iter().take(FEW).map(ToString::to_string).collect();
    let more = all.len().saturating_sub(FEW);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    format!("{}{more}", few.join("; "))
}

impl PilotError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LaneUnknown(_) => "pilot-lane-unknown",
            Self::ClockBack { .. } => "clock-set-back",
            Self::NoMark(_) => "pilot-no-mark",
            Self::Untold(_) => "pilot-untold",
            Self::Mismatch(_) => "pilot-mismatch",
            Self::Apart(_) => "pilot-apart",
            Self::Refused { .. } => "pilot-refused",
            Self::Command(_) => "pilot-command",
            Self::Unreadable(_) => "pilot-unreadable",
            Self::Restless { .. } => "busy",
        }
    }

    /// 6 where it is refused, 2 where something failed.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Command(_) | Self::Unreadable(_) | Self::Restless { .. } => 2,
            _ => 6,
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::LaneUnknown(lane) => {
                format!(
                    "give the role its name back in .fairway/config.toml, roll the pilot of {lane} back, then rename it"
                )
            }
            Self::ClockBack { .. } => "set the clock right; nothing was changed".to_owned(),
            Self::NoMark(_) => {
                "`[told] mark` in the mapping names it; `fairway pilot sync` without --write-legacy brings \
                 the other lanes in all the same"
                    .to_owned()
            }
            Self::Untold(_) => {
                "nothing was told; define new tasks in the queue file too, or give the lanes back with \
                 `fairway pilot rollback --leave-behind`"
                    .to_owned()
            }
            Self::Mismatch(_) => {
                "`fairway pilot status` shows all of it; `fairway pilot rollback` gives the lanes back with \
                 what was done in them, and a new pilot begins with what the scripts then say"
                    .to_owned()
            }
            Self::Apart(_) => {
                "no lane changed hands; what only Fairway has was done with --ungraduated: do it with the \
                 scripts too, or migrate again"
                    .to_owned()
            }
            Self::Refused { .. } => {
                "put right what they object to and sync again, or give the lanes back with \
                 `fairway pilot rollback`; what was told before stays told, once"
                    .to_owned()
            }
            Self::Command(_) => {
                "sync again when it can be run; what was told before stays told, once".to_owned()
            }
            Self::Unreadable(_) => "no lane changed hands".to_owned(),
            Self::Restless { .. } => "pause the lanes with `fairway pilot pause`, and sync again".to_owned(),
        }
    }
}
