//! Claims: made, taken over, let go, and their leases renewed.

use serde::Serialize;

use crate::model::time::display;
use crate::model::{Claim, SessionStatus};
use crate::ui::{Page, View};

/// A claim that was made.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Claimed {
    /// The task.
    pub task: String,
    /// The role it was claimed for.
    pub role: String,
    /// The label of who works on it.
    pub owner: String,
    /// Who claimed it.
    pub claimant: String,
    /// The branch the work happens on.
    pub branch: String,
    /// When.
    pub claimed_at: String,
    /// The number of this claim; with `--claim-epoch` or `FAIRWAY_CLAIM_EPOCH` its holder writes under it.
    pub epoch: i64,
    /// The session that claimed it, when it said so.
    pub session: Option<String>,
    /// When its lease runs out; none when it has none.
    pub lease_expires_at: Option<String>,
}

impl View for Claimed {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("claimed {} for {}", self.task, self.role));
        self.show_terms(page);
    }
}

impl Claimed {
    fn show_terms(&self, page: &mut Page) {
        let Self { owner, claimant, branch, claimed_at, epoch, .. } = self;
        page.line(format_args!("  by {claimant} (owner {owner}) on {branch} at {}", display(claimed_at)));
        let session = self.session.as_ref().map(|id| format!(", session {id}")).unwrap_or_default();
        let until = self.lease_expires_at.as_deref().map(display);
        let lease = until.map(|at| format!(", lease until {at}")).unwrap_or_default();
        page.line(format_args!("  epoch {epoch}{session}{lease}"));
    }
}

/// A task that was taken over.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TakenOver {
    /// The new claim.
    #[serde(flatten)]
    pub claim: Claimed,
    /// Who held it before; none when nobody was recorded.
    pub previous_claimant: Option<String>,
    /// The epoch of the claim that is over; none when it had none.
    pub previous_epoch: Option<i64>,
}

impl View for TakenOver {
    fn show(&self, page: &mut Page) {
        let from = self.previous_claimant.as_deref().unwrap_or("nobody");
        let epoch = self.previous_epoch.map(|epoch| format!(" (epoch {epoch})")).unwrap_or_default();
        page.line(format_args!("took {} over for {} from {from}{epoch}", self.claim.task, self.claim.role));
        self.claim.show_terms(page);
    }
}

/// A claim that was let go.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Released {
    /// The task.
    pub task: String,
    /// The epoch of the claim; none when it had none.
    pub epoch: Option<i64>,
    /// The status it had.
    pub from: String,
    /// The status it has.
    pub to: String,
    /// Why, when a reason was given.
    pub reason: Option<String>,
}

impl View for Released {
    fn show(&self, page: &mut Page) {
        let reason = self.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        page.line(format_args!("released {}: {} -> {}{reason}", self.task, self.from, self.to));
    }
}

/// A lease that began anew.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct LeaseRenewed {
    /// The task.
    pub task: String,
    /// The epoch of the claim.
    pub epoch: i64,
    /// When it runs out now.
    pub expires_at: String,
}

impl LeaseRenewed {
    /// Of a claim that has a lease which runs.
    pub fn of(claim: Claim) -> Option<Self> {
        let Claim { task_id: task, epoch, expires_at, .. } = claim;
        Some(Self { task, epoch, expires_at: expires_at? })
    }
}

/// A session that was heard of.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct HeartBeaten {
    /// Its id.
    pub session: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// When it was last heard of.
    pub heard_at: String,
    /// The leases that it holds, by epoch.
    pub leases: Vec<LeaseRenewed>,
}

impl View for HeartBeaten {
    fn show(&self, page: &mut Page) {
        let Self { session, status, heard_at, leases } = self;
        page.line(format_args!("session {session} {}, heard of at {}", status.as_str(), display(heard_at)));
        for LeaseRenewed { task, epoch, expires_at } in leases {
            page.line(format_args!("  {task} (epoch {epoch}): lease until {}", display(expires_at)));
        }
    }
}
