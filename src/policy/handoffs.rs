//! Who may acknowledge a handoff.

use super::{Reason, Refusal};
use crate::model::records::Handoff;
use crate::model::time;

/// Whether a handoff may be acknowledged; `role` is the acting role, when there is one.
///
/// # Errors
/// A refusal of class `wrong-role`, or `terminal` when it was acknowledged already.
pub fn check_acknowledgement(handoff: &Handoff, role: Option<&str>) -> Result<(), Refusal> {
    let Handoff { id, to_role, .. } = handoff;
    if let Some(role) = role.filter(|role| role != to_role) {
        let message = format!("handoff {id} is addressed to {to_role}, not to {role}");
        return Err(Refusal::new(Reason::WrongRole, message)
            .hint(format!("{to_role} acknowledges it: --as {to_role}")));
    }
    if let Some(at) = &handoff.acknowledged_at {
        let who = handoff.acknowledged_by.as_deref().unwrap_or("-");
        let message = format!("handoff {id} was acknowledged by {who} at {}", time::display(at));
        return Err(Refusal::new(Reason::Terminal, message)
            .hint("`fairway handoff list --open` lists those that wait"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_is_looked_at_before_the_acknowledgement() {
        let open = Handoff { id: 3, to_role: "web".to_owned(), ..Handoff::default() };
        let closed = Handoff {
            acknowledged_at: Some("2026-02-27T16:00:00.000Z".to_owned()),
            acknowledged_by: Some("w@x".to_owned()),
            ..open.clone()
        };
        let refused = |handoff, role| check_acknowledgement(handoff, role).unwrap_err();
        assert!(check_acknowledgement(&open, None).is_ok());
        assert!(check_acknowledgement(&open, Some("web")).is_ok());
        assert_eq!(refused(&open, Some("api")).reason, Reason::WrongRole);
        assert_eq!(refused(&closed, Some("api")).reason, Reason::WrongRole);
        assert_eq!(
            refused(&closed, None).message,
            "handoff 3 was acknowledged by w@x at 2026-02-27T16:00:00Z"
        );
    }
}
