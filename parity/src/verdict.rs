//! What a comparison comes to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The verdict on a scenario, a behaviour or a run. The order is that of weight: the worst one decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No difference.
    Matched,
    /// Only differences that a waiver accepts.
    Waived,
    /// A difference.
    Mismatched,
    /// The reference disagrees with itself, so that a comparison says nothing.
    Unstable,
    /// It could not be run to its end.
    Errored,
}

impl Verdict {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Waived => "waived",
            Self::Mismatched => "mismatched",
            Self::Unstable => "unstable",
            Self::Errored => "errored",
        }
    }

    /// The exit code of a run that comes to it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Matched | Self::Waived => 0,
            Self::Mismatched | Self::Unstable => 5,
            Self::Errored => 2,
        }
    }
}

/// How many scenarios came to each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Without a difference.
    pub matched: usize,
    /// With accepted differences only.
    pub waived: usize,
    /// With a difference.
    pub mismatched: usize,
    /// Where the reference disagrees with itself.
    pub unstable: usize,
    /// That could not be run.
    pub errored: usize,
}

impl Counts {
    /// Counts verdicts.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts.add(verdict);
        }
        counts
    }

    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Matched => &mut self.matched,
            Verdict::Waived => &mut self.waived,
            Verdict::Mismatched => &mut self.mismatched,
            Verdict::Unstable => &mut self.unstable,
            Verdict::Errored => &mut self.errored,
        } += 1;
    }
}
