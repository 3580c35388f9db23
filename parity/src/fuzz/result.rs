//! What fuzzing found so far. It is written after every batch, so that a long run can be taken up again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::journal::{self, Journal, JournalError};
use crate::report::ScenarioResult;
use crate::scenario::{Action, Scenario};

use super::grammar::Grammar;

/// How often each outcome class of each operation was reached, by operation and class.
pub type Hits = BTreeMap<String, BTreeMap<String, usize>>;

/// A difference that was found, as the smallest case that still shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Find {
    /// The number of the case.
    pub case: usize,
    /// The behaviour of the scenario.
    pub behaviour: String,
    /// The scenario file, ready for the corpus.
    pub file: PathBuf,
    /// How many steps the case had, and how many are left.
    pub steps: (usize, usize),
    /// Where the sides differ, or why the case could not be played.
    pub places: Vec<String>,
    /// The unified diff of the first step that differs.
    pub diff: String,
    /// Later cases that differ in no kind of place that was not known. They are counted and not made smaller.
    pub again: Vec<usize>,
    /// The kinds of place, by which the same fault is recognised.
    pub(super) kinds: Vec<String>,
}

/// An outcome class that was never reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Unreached {
    /// The operation.
    pub operation: String,
    /// The class.
    pub class: String,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FuzzResult {
    /// The seed.
    pub seed: u64,
    /// SHA-256 of the grammar.
    pub grammar: String,
    /// The behaviours that it was restricted to.
    pub only: Vec<String>,
    /// How many cases were played.
    pub cases: usize,
    /// How many of them began with a queue that the reference refused, so that nothing was compared.
    pub discarded: usize,
    /// How many steps the two sides were compared at.
    pub steps: usize,
    /// What was reached.
    pub hits: Hits,
    /// What the grammar wants to be reached and was not; empty while too few cases were played to say so.
    pub unreached: Vec<Unreached>,
    /// Whether enough cases were played to say what is unreached.
    pub judged: bool,
    /// What was found.
    pub finds: Vec<Find>,
    /// Whether the original is what it was.
    pub original_untouched: bool,
}

impl Journal for FuzzResult {
    const FILE: &'static str = "fuzz.json";
    const MADE_OF: &'static str = "another grammar or other behaviours";

    fn seed(&self) -> u64 {
        self.seed
    }

    fn continues(&self, other: &Self) -> bool {
        (self.seed, &self.grammar, &self.only) == (other.seed, &other.grammar, &other.only)
    }
}

impl FuzzResult {
    /// A run that has not begun, or the one that was left unfinished in `out`.
    pub(super) fn open(
        out: &Path,
        seed: u64,
        only: &[String],
        grammar: &Grammar,
    ) -> Result<Self, JournalError> {
        let new = Self {
            seed,
            grammar: grammar.digest.clone(),
            only: only.to_vec(),
            cases: 0,
            discarded: 0,
            steps: 0,
            hits: Hits::new(),
            unreached: Vec::new(),
            judged: false,
            finds: Vec::new(),
            original_untouched: true,
        };
        journal::open(out, new)
    }

    /// Counts what the reference gave at each step.
    pub(super) fn count(&mut self, scenario: &Scenario, result: &ScenarioResult) {
        for (operation, class) in classes(scenario, result) {
            self.steps += 1;
            *self.hits.entry(operation).or_default().entry(class).or_default() += 1;
        }
    }

    /// The kinds that no find has.
    pub(super) fn unknown(&self, kinds: &[String]) -> Vec<String> {
        let known = |kind: &&String| self.finds.iter().any(|find| find.kinds.contains(kind));
        kinds.iter().filter(|kind| !known(kind)).cloned().collect()
    }

    /// Counts a case with the first find that it is like.
    pub(super) fn count_again(&mut self, kinds: &[String], number: usize) {
        let like = |find: &&mut Find| find.kinds.iter().any(|kind| kinds.contains(kind));
        if let Some(find) = self.finds.iter_mut().find(like) {
            find.again.push(number);
        }
    }

    /// Says what was never reached, if enough cases were played to say so.
    pub(super) fn judge(&mut self, grammar: &Grammar) {
        self.judged = self.only.is_empty() && self.cases >= grammar.coverage_from;
        let hit = |operation: &str, class: &str| {
            self.hits.get(operation).is_some_and(|classes| classes.contains_key(class))
        };
        let wanted = grammar.operations.iter().flat_map(|(operation, asked)| {
            asked.classes.iter().map(move |class| (operation.clone(), class.clone()))
        });
        self.unreached = wanted
            .filter(|(operation, class)| self.judged && !hit(operation, class))
            .map(|(operation, class)| Unreached { operation, class })
            .collect();
    }

    /// The exit code: 0 when nothing was found and everything reached, else 5.
    pub fn exit_code(&self) -> u8 {
        if self.finds.is_empty() && self.unreached.is_empty() { 0 } else { 5 }
    }
}

/// The class that the reference gave at each step that asks something. A case expects `ok` everywhere until it is
/// known better, so what is not `ok` stands among the unmet expectations.
pub(super) fn classes(scenario: &Scenario, result: &ScenarioResult) -> Vec<(String, String)> {
    let given = |step: usize| result.unmet_guards.iter().find(|unmet| unmet.step == step);
    let asked = scenario.steps.iter().enumerate().filter_map(|(index, action)| match action {
        Action::Ask { operation, expect } => {
            let class = given(index + 1).map_or(expect.clone(), |unmet| unmet.given_class().to_owned());
            Some((operation.name.clone(), class))
        }
        _ => None,
    });
    asked.collect()
}
