//! When a session may end, and when nobody is behind it any more.

use jiff::SignedDuration;

use super::{Reason, Refusal};
use crate::model::{AgentSession, Timestamp};

/// By what a session is told to be stale.
#[derive(Debug, Clone, Copy)]
pub struct StaleRules {
    /// There is no process of its id.
    pub process_gone: bool,
    /// The process of its id began after the session was last heard of.
    pub process_replaced: bool,
    /// It has no process id and was not heard of for so long.
    pub silent_for: Option<SignedDuration>,
}

/// What is known of the process of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// The session names none.
    Unnamed,
    /// It is not there.
    Gone,
    /// It is there, and began then, where that is known.
    Alive(Option<Timestamp>),
}

/// Clocks differ by a little, and a session is recorded a moment before or after its process begins.
const LEEWAY_SECONDS: i64 = 5;

/// Why a session is stale; `None` when it is not.
pub fn stale(session: &AgentSession, process: Process, now: Timestamp, rules: &StaleRules) -> Option<String> {
    let heard = Timestamp::parse(&session.last_heartbeat_at);
    let pid = session.pid.unwrap_or_default();
    match process {
        Process::Gone if rules.process_gone => Some(format!("pid {pid} not running")),
        Process::Alive(Some(began)) if rules.process_replaced => {
            let later = heard.is_some_and(|heard| began.seconds_since(heard) > LEEWAY_SECONDS);
            later.then(|| format!("pid {pid} is another process, which began {}", began.to_seconds()))
        }
        Process::Unnamed => {
            let longest = rules.silent_for?;
            let silent = heard.is_some_and(|heard| now.seconds_since(heard) > longest.as_secs());
            silent.then(|| {
                format!("not heard of since {}", crate::model::time::display(&session.last_heartbeat_at))
            })
        }
        Process::Gone | Process::Alive(_) => None,
    }
}

/// Refuses to end a session that is over.
///
/// # Errors
/// A refusal of class `terminal`.
pub fn may_end(session: &AgentSession) -> Result<(), Refusal> {
    if !session.status.is_over() {
        return Ok(());
    }
    let message = format!("session {} is {} already", session.id, session.status.as_str());
    Err(Refusal::new(Reason::Terminal, message)
        .hint("`fairway session upsert ID --status running` takes it up again"))
}

/// Refuses a heartbeat of a session that is over: what it held runs out, or is over too.
///
/// # Errors
/// A refusal of class `terminal`.
pub fn may_beat(session: &AgentSession) -> Result<(), Refusal> {
    if !session.status.is_over() {
        return Ok(());
    }
    let message =
        format!("session {} is {}, and its leases are not renewed", session.id, session.status.as_str());
    Err(Refusal::new(Reason::Terminal, message)
        .hint("`fairway session upsert ID --status running` takes it up again"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SessionStatus;

    const ALL: StaleRules = StaleRules {
        process_gone: true,
        process_replaced: true,
        silent_for: Some(SignedDuration::from_hours(12)),
    };
    const SCRIPTS: StaleRules = StaleRules { process_gone: true, process_replaced: false, silent_for: None };

    fn session(pid: Option<i64>) -> AgentSession {
        AgentSession {
            id: "s".into(),
            role: "api".into(),
            lane: None,
            worktree_path: None,
            branch: None,
            session_backend: "shell".into(),
            provider: None,
            session_name: None,
            task_id: None,
            pid,
            tmux_pane: None,
            transcript_path: None,
            status: SessionStatus::Running,
            started_at: "2026-02-27T00:00:00.000Z".into(),
            last_heartbeat_at: "2026-02-27T00:00:00.000Z".into(),
            ended_at: None,
            exit_code: None,
            end_reason: None,
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_process_that_began_later_is_another_one() {
        let now = at("2026-02-27T02:00:00Z");
        let process = Process::Alive(Some(at("2026-02-27T01:00:00Z")));
        let why = stale(&session(Some(7)), process, now, &ALL);
        assert_eq!(why.as_deref(), Some("pid 7 is another process, which began 2026-02-27T01:00:00Z"));
        assert_eq!(stale(&session(Some(7)), process, now, &SCRIPTS), None);
        let own = Process::Alive(Some(at("2026-02-27T00:00:03Z")));
        assert_eq!(stale(&session(Some(7)), own, now, &ALL), None);
        assert_eq!(stale(&session(Some(7)), Process::Alive(None), now, &ALL), None);
    }

    #[test]
    fn silence_counts_only_where_there_is_no_process_to_ask() {
        let late = at("2026-02-27T12:00:01Z");
        assert_eq!(
            stale(&session(None), Process::Unnamed, late, &ALL).as_deref(),
            Some("not heard of since 2026-02-27T00:00:00Z")
        );
        assert_eq!(stale(&session(None), Process::Unnamed, at("2026-02-27T12:00:00Z"), &ALL), None);
        assert_eq!(stale(&session(None), Process::Unnamed, late, &SCRIPTS), None);
        assert_eq!(stale(&session(Some(7)), Process::Alive(None), late, &ALL), None);
    }

    #[test]
    fn a_process_that_is_gone_leaves_a_stale_session() {
        let why = stale(&session(Some(7)), Process::Gone, at("2026-02-27T00:00:01Z"), &SCRIPTS);
        assert_eq!(why.as_deref(), Some("pid 7 not running"));
    }
}
