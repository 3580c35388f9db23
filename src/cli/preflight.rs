//! `fairway preflight`.

use clap::Args;

use super::{CliError, FINDINGS, Session, said};
use crate::ops;

/// Say what keeps a role from beginning work: its branch and its worktree.
///
/// The branch has to be there and have all of the main branch; the worktree has to be there, on the branch, with nothing
/// uncommitted. The answer is on stdout; when something was found, the exit code is 4.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway preflight --role C-ops\n  fairway preflight --base origin/main")]
pub struct PreflightArgs {
    /// The role; without it the one given with --as, else the one whose checkout this is, else every role.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Every role, in the checkout of a role too.
    #[arg(long, conflicts_with = "role")]
    all_roles: bool,
    /// What branches are compared with, instead of the main branch.
    #[arg(long, value_name = "REF")]
    base: Option<String>,
}

pub(super) fn run(session: &mut Session, args: PreflightArgs) -> Result<u8, CliError> {
    let (role, base) = (said(args.role), said(args.base));
    let context = session.context()?;
    let role = context.role_in_view(role.as_deref(), args.all_roles)?;
    let findings = ops::preflight(&context, role, base.as_deref())?;
    session.ui.emit("preflight", &findings);
    Ok(if findings.findings.is_empty() { 0 } else { FINDINGS })
}
