//! Reviews: what was routed to whom.

use serde::Serialize;

use crate::policy::routing::Route;
use crate::ui::{Page, Table, View};

/// The reviewers that changed paths need.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReviewRouted {
    /// The task whose routes were replaced, when there was one.
    pub task: Option<String>,
    /// The commit that was routed.
    pub commit_sha: Option<String>,
    /// Who has to review, each once, in the order of the routes.
    pub reviewers: Vec<String>,
    /// Every path that a rule matches, in the order of the rules, then of the paths.
    pub matches: Vec<RouteMatch>,
}

/// A reviewer that a rule, or a hand, selected.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RouteMatch {
    /// Who.
    pub reviewer: String,
    /// The path, or `-` for a reviewer named by hand.
    pub path: String,
    /// The glob that matched, or `manual`.
    pub rule: String,
    /// The place of the rule in the configuration, from 1.
    pub place: Option<usize>,
}

impl From<Route> for RouteMatch {
    fn from(route: Route) -> Self {
        let Route { reviewer, path, rule, place } = route;
        Self { reviewer, path, rule, place }
    }
}

impl View for ReviewRouted {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["REVIEWER", "PATH", "#", "RULE"]).elastic(&[1, 3]).wrapped();
        for found in &self.matches {
            let place = found.place.map(|place| place.to_string());
            table.row([Some(&found.reviewer), Some(&found.path), place.as_deref(), Some(&found.rule)]);
        }
        page.table(table, "(no routes)");
        page.gap();
        page.line(format_args!("reviewers: {}", self.reviewers.join(", ")));
        if let Some(task) = &self.task {
            let at = self.commit_sha.as_ref().map(|commit| format!(" at {commit}")).unwrap_or_default();
            page.line(format_args!("stored for {task}{at}; its review is pending"));
        }
    }
}
