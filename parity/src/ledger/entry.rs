//! The lines of a ledger.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::{Mode, RunResult};
use crate::verdict::Verdict;

use super::rule::Rule;
use super::seal::Seal;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// When it was written, by the system's clock.
    pub at: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// Both systems were compared.
    Run(RunEvidence),
    /// An operation graduated.
    Graduated(Graduation),
    /// That was taken back.
    Revoked(Revocation),
    /// Fairway did what a call of the legacy had done.
    Shadowed(ShadowedCall),
    /// An operation was used that had not graduated, or in a lane that was not Fairway's.
    Ungraduated(Exception),
}

/// How two systems were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A run of scenarios.
    Live,
    /// A run of cases that were made up.
    Fuzz,
    /// Calls of the legacy, each done by Fairway too.
    Shadow,
}

impl Source {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Fuzz => "fuzz",
            Self::Shadow => "shadow",
        }
    }
}

/// A comparison, and what it showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunEvidence {
    /// Its name.
    pub run: String,
    /// What was played.
    pub source: Source,
    /// When it began, by the system's clock.
    pub began: String,
    /// How often each side was run; once leaves unknown whether it agrees with itself.
    pub rounds: usize,
    /// The digest of what the copy of the queue held.
    pub copy: String,
    /// The digests of everything that decides on what was shown.
    pub seal: Seal,
    /// What was shown of each operation.
    pub operations: BTreeMap<String, Shown>,
}

/// What a comparison showed of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shown {
    /// The worst of its steps.
    pub verdict: Verdict,
    /// The pairs of a question and a starting state, by digest; sorted, each once.
    pub cases: Vec<String>,
    /// The waivers that were used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<String>,
    /// The scenarios that did not match, waived ones left out; the first ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<String>,
}

/// An operation graduated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Graduation {
    /// The operation.
    pub operation: String,
    /// Who decided it.
    pub by: String,
    /// The runs on which it was decided.
    pub runs: Vec<String>,
    /// The copies that they ran on, by digest.
    pub copies: Vec<String>,
    /// How many distinct cases they showed.
    pub cases: usize,
    /// The waivers that were accepted with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted_waivers: Vec<String>,
    /// The rule that was met.
    pub rule: Rule,
    /// The digests that it holds for.
    pub seal: Seal,
}

/// A graduation was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Revocation {
    /// The operation.
    pub operation: String,
    /// Who took it back.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A call of the legacy for real, and what came of doing it with Fairway too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShadowedCall {
    /// The name of the call.
    pub call: String,
    /// When it began.
    pub began: String,
    /// The words of the legacy's command.
    pub words: Vec<String>,
    /// Whether both did the same; errored when that could not be told.
    pub verdict: Verdict,
    /// Why it could not be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The operation, once it was recognised and compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Tells the question and the starting state.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    /// The digest of what the queue held before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub copy: String,
    /// The places in which the two differ; the first ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// The digests of everything that decides on what was shown.
    pub seal: Seal,
}

impl ShadowedCall {
    /// Whether somebody has to look at it: the two did not do the same.
    pub fn is_open(&self) -> bool {
        self.verdict == Verdict::Mismatched
    }

    /// The same as evidence. `None` where nothing could be compared, which shows nothing.
    pub fn evidence(&self) -> Option<RunEvidence> {
        if self.verdict == Verdict::Errored {
            return None;
        }
        let operation = self.operation.clone()?;
        let shown = Shown {
            verdict: self.verdict,
            cases: vec![self.case.clone()],
            waivers: Vec::new(),
            against: if self.verdict == Verdict::Matched { Vec::new() } else { vec![self.words.join(" ")] },
        };
        Some(RunEvidence {
            run: self.call.clone(),
            source: Source::Shadow,
            began: self.began.clone(),
            rounds: 1,
            copy: self.copy.clone(),
            seal: self.seal.clone(),
            operations: [(operation, shown)].into(),
        })
    }
}

/// The gate was passed without a graduation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exception {
    /// The verb, as it was called.
    pub verb: String,
    /// The operation, for a verb that the legacy has too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Who did it.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl RunEvidence {
    /// What a run of scenarios, or of made-up cases, showed. `None` for a replay, in which the legacy took no part.
    pub fn of(result: &RunResult, source: Source, seal: Seal) -> Option<Self> {
        if result.mode != Mode::Live {
            return None;
        }
        Some(Self {
            run: result.run_id.clone(),
            source,
            began: result.began.clone(),
            rounds: result.rounds,
            copy: result.subject.copy.clone(),
            seal,
            operations: shown(result, source),
        })
    }

    /// Takes in what another part of the same run showed.
    pub fn add(&mut self, other: Self) {
        for (operation, shown) in other.operations {
            self.operations.entry(operation).or_default().add(shown);
        }
    }
}

fn shown(result: &RunResult, source: Source) -> BTreeMap<String, Shown> {
    let mut operations: BTreeMap<String, Shown> = BTreeMap::new();
    for scenario in &result.scenarios {
        for case in &scenario.cases {
            let verdict = match case.verdict {
                // A case that was made up expects nothing of the reference: all of its steps are about something.
                Verdict::Errored if source == Source::Fuzz && scenario.differences.is_empty() => {
                    Verdict::Matched
                }
                verdict => verdict,
            };
            let here = scenario
                .differences
                .iter()
                .filter(|found| found.place.step.is_none_or(|step| step == case.step));
            let held = matches!(verdict, Verdict::Matched | Verdict::Waived);
            let against = (!held).then(|| format!("{}/{}", scenario.behaviour, scenario.name));
            operations.entry(case.operation.clone()).or_default().add(Shown {
                verdict,
                cases: vec![case.case.clone()],
                waivers: here.filter_map(|difference| difference.waiver.clone()).collect(),
                against: against.into_iter().collect(),
            });
        }
    }
    operations
}

impl Default for Shown {
    fn default() -> Self {
        Self { verdict: Verdict::Matched, cases: Vec::new(), waivers: Vec::new(), against: Vec::new() }
    }
}

impl Shown {
    /// Takes in what more steps showed.
    fn add(&mut self, other: Self) {
        self.verdict = self.verdict.max(other.verdict);
        let lists = [
            (&mut self.cases, other.cases),
            (&mut self.waivers, other.waivers),
            (&mut self.against, other.against),
        ];
        for (all, more) in lists {
            for one in more {
                if let Err(at) = all.binary_search(&one) {
                    all.insert(at, one);
                }
            }
        }
        self.against.truncate(10);
    }
}
