//! Whether who writes still holds what they believe to hold.
//!
//! A caller may name the claim under which they write, by its epoch, and the session that they are. Who names neither is
//! taken at their word, as the scripts take everybody.

use super::{Reason, Refusal};
use crate::model::time::display;
use crate::model::{Claim, ClaimEnd};

/// Who writes, as far as they say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The epoch of the claim under which they write.
    pub epoch: Option<i64>,
    /// The session that they are.
    pub session: Option<String>,
}

/// As whom they write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// As who works on the task: its status, its evidence, its handoffs, what it is.
    Holder,
    /// As anybody else may: reviews, acknowledgements, watches, tasks beside it.
    Other,
}

/// What is known of a task and of a caller's claims when they write.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The claim that the caller's epoch names.
    pub named: Option<&'a Claim>,
    /// The last claim of the task that the caller's session had.
    pub last: Option<&'a Claim>,
    /// The claim under which the task is held now.
    pub held: Option<&'a Claim>,
    /// Whether the task is in a terminal state, in which nobody works on it.
    pub over: bool,
}

impl Caller {
    /// Whether nothing is said that could be wrong.
    pub fn says_nothing(&self) -> bool {
        self.epoch.is_none() && self.session.is_none()
    }

    /// Whether what is said is that this claim is the caller's.
    pub fn holds(&self, claim: &Claim) -> bool {
        let other_session = self.session.is_some() && claim.session_id.is_some();
        let same_session = self.session == claim.session_id;
        match self.epoch {
            Some(epoch) => epoch == claim.epoch && (same_session || !other_session),
            None => self.session.is_some() && same_session,
        }
    }

    /// Whether what is said contradicts that this claim is the caller's.
    fn is_another_than(&self, claim: &Claim) -> bool {
        let other_session = match (&self.session, &claim.session_id) {
            (Some(own), Some(theirs)) => own != theirs,
            _ => false,
        };
        other_session || self.epoch.is_some_and(|epoch| epoch != claim.epoch)
    }
}

/// Whether a caller may write to a task.
///
/// # Errors
/// A refusal of class `stale-claim`: the claim that the caller names is over or was undone, their session has lost the
/// task, or somebody else holds it and they write as its holder.
pub fn check(task: &str, caller: &Caller, known: &Known<'_>, part: Part) -> Result<(), Refusal> {
    if let Some(epoch) = caller.epoch {
        match known.named {
            None => return Err(undone(epoch)),
            Some(named) if named.ended_how.is_some() => return Err(lost(named)),
            Some(_) => {}
        }
    }
    // Who names the claim that is open has the task again, whatever their session lost before.
    let has_it = known.named.is_some_and(|named| named.task_id == task);
    if let Some(last) = known.last.filter(|last| !has_it && last.ended_how.is_some()) {
        return Err(lost(last));
    }
    match known.held {
        Some(held) if part == Part::Holder && !known.over && caller.is_another_than(held) => {
            Err(anothers(task, held))
        }
        _ => Ok(()),
    }
}

/// What a claim that is over is told with.
fn lost(claim: &Claim) -> Refusal {
    let Claim { epoch, task_id, ended_at, ended_by, .. } = claim;
    let by = ended_by.as_deref().unwrap_or("somebody");
    let at = ended_at.as_deref().map(display).unwrap_or_default();
    let how = match claim.ended_how {
        Some(ClaimEnd::Expired) => format!("ran out with its lease, and {task_id} was freed at {at}"),
        Some(ClaimEnd::TakenOver) => format!("was taken over by {by} at {at}"),
        Some(ClaimEnd::Released) | None => format!("was released by {by} at {at}"),
    };
    stale(format!("claim {epoch} of {task_id} {how}")).hint(format!(
        "nothing was written; stop, look at `fairway task-detail {task_id}`, and claim it again before you go on"
    ))
}

fn undone(epoch: i64) -> Refusal {
    stale(format!("there is no claim {epoch}: it was never made here, or was rolled back"))
        .hint("nothing was written; claim a task again and write under the epoch that is answered")
}

fn anothers(task: &str, held: &Claim) -> Refusal {
    let session = held.session_id.as_ref().map(|id| format!(" in session {id}")).unwrap_or_default();
    let (epoch, claimant, since) = (held.epoch, &held.claimant, display(&held.claimed_at));
    stale(format!("{task} is held under claim {epoch} by {claimant}{session} since {since}"))
        .hint(format!("nothing was written; `fairway claim takeover {task} --reason TEXT` takes it over"))
}

fn stale(message: String) -> Refusal {
    Refusal::new(Reason::StaleClaim, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claim(epoch: i64, session: Option<&str>, ended: Option<ClaimEnd>) -> Claim {
        Claim {
            epoch,
            task_id: "A-1".to_owned(),
            claimant: "codex".to_owned(),
            session_id: session.map(str::to_owned),
            lease_seconds: None,
            expires_at: None,
            claimed_at: "2026-02-27T16:00:00.000Z".to_owned(),
            ended_at: ended.map(|_| "2026-02-27T17:00:00.000Z".to_owned()),
            ended_how: ended,
            ended_by: ended.map(|_| "boss".to_owned()),
        }
    }

    fn caller(epoch: Option<i64>, session: Option<&str>) -> Caller {
        Caller { epoch, session: session.map(str::to_owned) }
    }

    fn refused(caller: &Caller, known: &Known<'_>, part: Part) -> Option<String> {
        check("A-1", caller, known, part).err().map(|refusal| {
            assert_eq!(refusal.reason, Reason::StaleClaim);
            assert!(refusal.hint.is_some());
            refusal.message
        })
    }

    #[test]
    fn a_claim_that_is_over_says_how_it_ended() {
        for (how, text) in [
            (ClaimEnd::Released, "claim 3 of A-1 was released by boss at 2026-02-27T17:00:00Z"),
            (ClaimEnd::TakenOver, "claim 3 of A-1 was taken over by boss at 2026-02-27T17:00:00Z"),
            (
                ClaimEnd::Expired,
                "claim 3 of A-1 ran out with its lease, and A-1 was freed at 2026-02-27T17:00:00Z",
            ),
        ] {
            let over = claim(3, Some("s"), Some(how));
            for known in [
                Known { named: Some(&over), ..Known::default() },
                Known { last: Some(&over), ..Known::default() },
            ] {
                let who = caller(known.named.map(|claim| claim.epoch), Some("s"));
                assert_eq!(refused(&who, &known, Part::Other).as_deref(), Some(text));
            }
        }
        assert_eq!(
            refused(&caller(Some(9), None), &Known::default(), Part::Other).as_deref(),
            Some("there is no claim 9: it was never made here, or was rolled back")
        );
    }

    #[test]
    fn two_sessions_are_two_holders_and_reviewers_are_none() {
        let held = claim(3, Some("one"), None);
        let known = Known { held: Some(&held), ..Known::default() };
        let two = caller(None, Some("two"));
        let message = refused(&two, &known, Part::Holder).unwrap();
        assert_eq!(message, "A-1 is held under claim 3 by codex in session one since 2026-02-27T16:00:00Z");
        assert_eq!(refused(&two, &known, Part::Other), None);
        assert_eq!(refused(&two, &Known { over: true, ..known }, Part::Holder), None);
        assert_eq!(refused(&caller(None, Some("one")), &known, Part::Holder), None);
        // The right number in the wrong session is another holder too.
        let both = Known { named: Some(&held), ..known };
        assert!(refused(&caller(Some(3), Some("two")), &both, Part::Holder).is_some());
        assert_eq!(refused(&caller(Some(3), None), &both, Part::Holder), None);
    }

    fn ends() -> impl Strategy<Value = Option<ClaimEnd>> {
        prop_oneof![
            Just(None),
            Just(Some(ClaimEnd::Released)),
            Just(Some(ClaimEnd::TakenOver)),
            Just(Some(ClaimEnd::Expired)),
        ]
    }

    fn sessions() -> impl Strategy<Value = Option<&'static str>> {
        prop_oneof![Just(None), Just(Some("one")), Just(Some("two"))]
    }

    proptest! {
        /// Claims of one task, one after the other; all but the last are over. Whoever writes as the holder and says who
        /// they are is let through exactly when nothing they say contradicts the claim that is open.
        #[test]
        fn only_the_last_holder_writes(
            history in prop::collection::vec((sessions(), ends()), 1..6),
            epoch in prop::option::of(1..8_i64),
            session in sessions(),
            over: bool,
        ) {
            let last = history.len() - 1;
            let claims: Vec<Claim> = history.iter().enumerate().map(|(at, (session, end))| {
                let end = if at == last { *end } else { Some(end.unwrap_or(ClaimEnd::TakenOver)) };
                claim(i64::try_from(at).unwrap() + 1, *session, end)
            }).collect();
            let who = caller(epoch, session);
            let known = Known {
                named: epoch.and_then(|epoch| claims.iter().find(|claim| claim.epoch == epoch)),
                last: session.and_then(|id| claims.iter().rfind(|claim| claim.session_id.as_deref() == Some(id))),
                held: claims.last().filter(|claim| claim.ended_how.is_none()),
                over,
            };
            let answer = check("A-1", &who, &known, Part::Holder);
            if who.says_nothing() {
                prop_assert_eq!(&answer, &Ok(()));
            }
            if let Some(named) = known.named {
                // An epoch is enough to be refused, whatever else is true.
                prop_assert!(named.ended_how.is_none() || answer.is_err());
            } else if epoch.is_some() {
                prop_assert!(answer.is_err());
            }
            if let (Ok(()), Some(held)) = (&answer, known.held) {
                prop_assert!(epoch.is_none_or(|epoch| epoch == held.epoch));
                let apart = session.is_some() && held.session_id.is_some() && held.session_id.as_deref() != session;
                prop_assert!(!apart || over);
            }
            // What others may do is never less than what the holder may.
            prop_assert!(answer.is_err() || check("A-1", &who, &known, Part::Other).is_ok());
            if let Some(held) = known.held.filter(|held| who.holds(held)) {
                prop_assert!(answer.is_ok(), "the holder of {:?} was refused: {:?}", held, answer);
            }
        }
    }
}
