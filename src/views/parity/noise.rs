//! What a reference that disagrees with itself teaches.

use std::path::PathBuf;

use fairway_parity::noise::{Lesson, Unexplained};
use serde::Serialize;

use crate::ui::{Page, View};

/// What was learnt from a run, as proposals of normalisers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct NoiseLearnt {
    /// The run.
    pub run_id: String,
    /// Where it is recorded.
    pub run: PathBuf,
    /// What it teaches.
    #[serde(flatten)]
    pub lesson: Lesson,
    /// The proposals as a file of normalisers.
    pub toml: String,
    /// The file that they were written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<PathBuf>,
}

impl View for NoiseLearnt {
    fn show(&self, page: &mut Page) {
        let Lesson { scenarios, proposals, unexplained } = &self.lesson;
        if *scenarios == 0 {
            page.line(format_args!("the reference agrees with itself everywhere in {}", self.run_id));
            return;
        }
        match &self.out {
            Some(out) => {
                let count = proposals.len();
                let rules =
                    if count == 1 { "1 normaliser".to_owned() } else { format!("{count} normalisers") };
                page.line(format_args!("{rules} proposed in {}", out.display()));
            }
            None if proposals.is_empty() => page.line("nothing to propose"),
            None => page.line(self.toml.trim_end()),
        }
        if !unexplained.is_empty() {
            page.gap();
            page.line("noise of no kind that can be checked; a person has to see what it is:");
        }
        for one in unexplained {
            page.line(line(one));
        }
    }
}

fn line(one: &Unexplained) -> String {
    let show = |value: &Option<_>| fairway_parity::report::value(value.as_ref(), 40);
    let [first, second] = &one.seen;
    let more = if one.places > 1 { format!(" (and {} more places)", one.places - 1) } else { String::new() };
    let Unexplained { behaviour, scenario, place, .. } = one;
    format!("  {behaviour}/{scenario}, {place}: {} and {}{more}", show(first), show(second))
}
