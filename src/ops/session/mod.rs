//! Sessions of agents: recording, launching, ending and listing them, and finding those that nobody is behind.

mod end;
mod heartbeat;
mod launch;
mod plan;
mod reconcile;
mod status;
mod upsert;

pub use end::{SessionEnd, end_session};
pub use heartbeat::heartbeat;
pub use launch::{Launch, LaunchOutcome, launch_session};
pub(super) use reconcile::judged;
pub use reconcile::reconcile_sessions;
pub use status::{SessionFilter, session_status};
pub use upsert::{SessionUpsert, upsert_session};

use super::Context;
use crate::config::SessionBackend;
use crate::model::AgentSession;
use crate::model::diagnostic::closest;
use crate::policy::{Reason, Refusal};
use crate::store::Reader;

/// Which session is meant: by its id, else the one that the caller is in, else the one that an agent's provider, role
/// and task name together.
#[derive(Debug, Default)]
pub struct SessionKey {
    /// Its id.
    pub id: Option<String>,
    /// `FAIRWAY_SESSION_ID`.
    pub here: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// The task.
    pub task: Option<String>,
}

impl SessionKey {
    fn resolve(&self) -> Result<String, Refusal> {
        let named = self.id.clone().or_else(|| self.here.clone());
        let composed = || match (&self.provider, &self.role, &self.task) {
            (Some(provider), Some(role), Some(task)) => Some(format!("{provider}-{role}-{task}")),
            _ => None,
        };
        named.or_else(composed).ok_or_else(|| {
            Refusal::new(Reason::Usage, "no session is named")
                .hint("give its id; or --provider, --role and --task-id, from which one is made")
        })
    }
}

/// A backend that the configuration knows.
fn backend(context: &Context, name: &str) -> Result<SessionBackend, Refusal> {
    if let Some(found) = context.config.backends().find(|backend| backend.name == name) {
        return Ok(found);
    }
    let known: Vec<String> = context.config.backends().map(|backend| backend.name).collect();
    let refusal = Refusal::new(Reason::Usage, format!("there is no session backend `{name}`"));
    let expected = format!("expected one of {}", known.join(", "));
    Err(match closest(name, known.iter().map(String::as_str)) {
        Some(near) => refusal.hint(format!("did you mean `{near}`? {expected}")),
        None => refusal.hint(expected),
    })
}

/// A session that has to be there.
fn known(reader: &Reader<'_>, id: &str) -> super::Result<AgentSession> {
    if let Some(session) = reader.session(id)? {
        return Ok(session);
    }
    Err(unknown(id, &reader.all_sessions()?).into())
}

fn unknown(id: &str, known: &[AgentSession]) -> Refusal {
    let refusal = Refusal::new(Reason::NotFound, format!("there is no session `{id}`"));
    match closest(id, known.iter().map(|session| session.id.as_str())) {
        Some(near) => refusal.hint(format!("did you mean `{near}`?")),
        None => refusal.hint("`fairway session status --all` lists them"),
    }
}
