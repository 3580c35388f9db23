//! Where operations stand between unproven and graduated.

use fairway_parity::ledger::{Assessment, Change, Exception, Graduation, Missing, Rule, Standing};
use serde::Serialize;

use crate::ui::{Page, Table, View};

/// Where the operations of a project stand.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ParityStatus {
    /// What an operation needs to graduate.
    pub rule: Rule,
    /// The operations that change something, and those that were asked about.
    pub operations: Vec<OperationStanding>,
    /// The calls that were let through without proof.
    pub exceptions: Vec<ExceptionMade>,
    /// Whether the page says everything that is missing, and everything that changed.
    #[serde(skip)]
    pub explain: bool,
}

/// Where an operation stands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct OperationStanding {
    /// The operation.
    pub operation: String,
    /// The verbs that do it.
    pub verbs: Vec<&'static str>,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: Standing,
    /// What runs show, under the digests of today.
    pub assessment: Assessment,
}

/// A call that was let through without proof.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ExceptionMade {
    /// When.
    pub at: String,
    /// What, by whom, why.
    #[serde(flatten)]
    pub exception: Exception,
}

impl From<(String, Exception)> for ExceptionMade {
    fn from((at, exception): (String, Exception)) -> Self {
        Self { at, exception }
    }
}

/// Operations that graduated.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct OperationsGraduated {
    /// They, with the proof.
    pub graduated: Vec<Graduation>,
}

/// Operations whose graduation was taken back.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct OperationsRevoked {
    /// They.
    pub revoked: Vec<String>,
    /// Why.
    pub reason: String,
}

impl View for ParityStatus {
    fn show(&self, page: &mut Page) {
        let mut table =
            Table::new(["operation", "standing", "runs", "copies", "cases", "why"]).right(&[2, 3, 4]);
        for one in &self.operations {
            let Assessment { runs, copies, cases, .. } = &one.assessment;
            let of = |have: usize, want: usize| format!("{have}/{want}");
            let rule = &self.rule;
            let counts = [of(runs.len(), rule.runs), of(copies.len(), rule.copies), of(*cases, rule.cases)];
            let [runs, copies, cases] = counts.each_ref().map(|text| Some(text.as_str()));
            let why = one.why();
            table.row([Some(&one.operation), Some(one.standing.name()), runs, copies, cases, why.as_deref()]);
        }
        page.table(table, "no operation of that name");
        if self.explain {
            self.operations.iter().for_each(|one| one.explain(page));
        }
        if !self.exceptions.is_empty() {
            page.heading("let through without proof");
            for ExceptionMade { at, exception } in &self.exceptions {
                let Exception { verb, by, reason, .. } = exception;
                page.line(format_args!("  {at} {verb}, {by}: {reason}"));
            }
        }
    }
}

impl OperationStanding {
    /// The one thing that a lead wants to know first.
    fn why(&self) -> Option<String> {
        match &self.standing {
            Standing::Graduated { graduation, at } => Some(format!("by {} at {at}", graduation.by)),
            Standing::Revoked { by: Some(by), .. } => Some(format!("by {}: {}", by.by, by.reason)),
            Standing::Revoked { by: None, changes } => changes.first().map(|change| match changes.len() {
                1 => change.to_string(),
                count => format!("{change} and {} more", count - 1),
            }),
            Standing::Unproven | Standing::Matched => {
                // The counts have columns of their own.
                self.assessment.missing.iter().find(|missing| !missing.is_count()).map(Missing::to_string)
            }
        }
    }

    fn explain(&self, page: &mut Page) {
        let changes: &[Change] = match &self.standing {
            Standing::Revoked { changes, .. } => changes,
            _ => &[],
        };
        if changes.is_empty() && self.assessment.missing.is_empty() {
            return;
        }
        page.heading(format_args!("{} ({})", self.operation, self.verbs.join(", ")));
        for change in changes {
            page.line(format_args!("  {change} since it graduated"));
        }
        for missing in &self.assessment.missing {
            page.line(format_args!("  {missing}"));
            if let Missing::Since { changes, .. } = missing {
                for change in changes {
                    page.line(format_args!("    {change}"));
                }
            }
        }
    }
}

impl View for OperationsGraduated {
    fn show(&self, page: &mut Page) {
        for Graduation { operation, runs, copies, cases, accepted_waivers, .. } in &self.graduated {
            page.line(format_args!(
                "{operation} graduated: {} run(s) on {} cop{}, {cases} distinct cases",
                runs.len(),
                copies.len(),
                if copies.len() == 1 { "y" } else { "ies" }
            ));
            for waiver in accepted_waivers {
                page.line(format_args!("  with the difference that `{waiver}` accepts"));
            }
        }
    }
}

impl View for OperationsRevoked {
    fn show(&self, page: &mut Page) {
        for operation in &self.revoked {
            page.line(format_args!("{operation} is revoked: {}", self.reason));
        }
    }
}
