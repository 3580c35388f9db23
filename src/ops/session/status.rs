//! Listing sessions.

use crate::model::{AgentSession, SessionStatus};
use crate::ops::{Context, Result};
use crate::policy::arguments::one_of;
use crate::views::Sessions;

/// Which sessions are shown.
#[derive(Debug, Default)]
pub struct SessionFilter {
    /// Only this one, whatever its status.
    pub session: Option<String>,
    /// Only those of this role.
    pub role: Option<String>,
    /// Only those that stand so. It is looked at last, after the store and the role.
    pub status: Option<String>,
    /// Also those that are over.
    pub all: bool,
}

/// The sessions, in the order in which they began.
///
/// # Errors
/// A refusal of class `unknown-role`, `usage` for a status that there is not, or `not-found` for a session that is not
/// among them.
pub fn session_status(context: &Context, filter: &SessionFilter) -> Result<Sessions> {
    let all = context.read(|reader| Ok(reader.all_sessions()?))?;
    if let Some(role) = &filter.role {
        context.role(role)?;
    }
    let status: Option<SessionStatus> =
        filter.status.as_deref().map(|text| one_of("--status", text)).transpose()?;
    let over = filter.all || filter.session.is_some() || status.is_some();
    let shown = |session: &&AgentSession| {
        (over || !session.status.is_over())
            && filter.session.as_ref().is_none_or(|id| *id == session.id)
            && filter.role.as_ref().is_none_or(|role| *role == session.role)
            && status.is_none_or(|status| status == session.status)
    };
    let sessions: Vec<AgentSession> = all.iter().filter(shown).cloned().collect();
    match &filter.session {
        Some(id) if sessions.is_empty() => Err(super::unknown(id, &all).into()),
        _ => Ok(Sessions { sessions }),
    }
}
