//! How the two sides of a recorded run differ.

use std::path::PathBuf;

use fairway_parity::report::{ScenarioResult, side_by_side, steps, value, visible};
use serde::Serialize;

use crate::ui::{Page, View};

/// How many places of a step are listed.
const PLACES: usize = 20;

/// How a diff is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffLayout {
    /// Lines under each other.
    Unified,
    /// Two columns.
    Columns,
    /// Two columns where the terminal is wide enough.
    ByWidth,
}

/// Scenarios of a run that differ.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ScenarioDiffs {
    /// The run.
    pub run_id: String,
    /// Where it is recorded.
    pub out: PathBuf,
    /// How many scenarios with accepted differences are not among those below.
    pub waived_not_shown: usize,
    /// The scenarios.
    pub scenarios: Vec<ScenarioResult>,
    /// How their diffs are laid out.
    #[serde(skip)]
    pub layout: DiffLayout,
}

impl View for ScenarioDiffs {
    fn show(&self, page: &mut Page) {
        if self.scenarios.is_empty() {
            page.line("nothing differs");
        }
        for scenario in &self.scenarios {
            self.scenario(page, scenario);
        }
        match self.waived_not_shown {
            0 => {}
            1 => page.line("1 scenario has accepted differences only: --waived shows it"),
            more => page
                .line(format_args!("{more} scenarios have accepted differences only: --waived shows them")),
        }
    }
}

impl ScenarioDiffs {
    fn scenario(&self, page: &mut Page, scenario: &ScenarioResult) {
        page.heading(format_args!("{}/{}: {}", scenario.behaviour, scenario.name, scenario.verdict.name()));
        page.line(&scenario.summary);
        if let Some(error) = &scenario.error {
            page.indented(&visible(error));
        }
        for unmet in &scenario.unmet_guards {
            page.line(visible(&unmet.to_string()));
        }
        if let Some(note) = scenario.between.note() {
            page.line(note);
        }
        for (differences, diff) in steps(&scenario.differences, &scenario.diffs) {
            page.gap();
            for difference in differences.iter().take(PLACES) {
                let show = |side: &Option<_>| value(side.as_ref(), 60);
                let waived = difference.waiver.as_ref().map(|id| format!("  (waived: {id})"));
                page.line(format_args!(
                    "{}: {} -> {}{}",
                    difference.place,
                    show(&difference.reference),
                    show(&difference.candidate),
                    waived.unwrap_or_default()
                ));
            }
            if let Some(more) = differences.len().checked_sub(PLACES).filter(|more| *more > 0) {
                page.line(format_args!("and {more} more places, which --json names"));
            }
            let columns = match self.layout {
                DiffLayout::Unified => false,
                DiffLayout::Columns => true,
                DiffLayout::ByWidth => page.takes_columns(),
            };
            if columns {
                page.diff_columns(&side_by_side(&diff.diff));
            } else {
                page.diff(&diff.diff);
            }
        }
    }
}
