//! What has to hold before a task is done.

use super::{Reason, Refusal};

/// What was found about a task that shall be done. What no gate asks for is left at its good value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Evidence with an accepted result is there, or not asked for.
    pub proven: bool,
    /// The results that count as proof.
    pub accepted_results: Vec<String>,
    /// Handoffs to the task's role that nobody has acknowledged.
    pub open_handoffs: Vec<i64>,
    /// The latest verdict is an approval, or none is asked for.
    pub approved: bool,
}

/// Whether a task may be done.
///
/// # Errors
/// One refusal that names everything unmet; its class is that of the first: `evidence-missing`, `handoff-open`,
/// `review-missing`.
pub fn check_done(id: &str, role: &str, findings: &Findings) -> Result<(), Refusal> {
    let mut unmet = Vec::new();
    if !findings.proven {
        let results = findings.accepted_results.join(" or ");
        unmet.push((Reason::EvidenceMissing, format!("no evidence with result {results}")));
    }
    if !findings.open_handoffs.is_empty() {
        let numbers: Vec<String> = findings.open_handoffs.iter().map(ToString::to_string).collect();
        unmet.push((
            Reason::HandoffOpen,
            format!("handoff {} to {role} is not acknowledged", numbers.join(", ")),
        ));
    }
    if !findings.approved {
        unmet.push((Reason::ReviewMissing, "no review approves it".to_owned()));
    }
    let Some((reason, _)) = unmet.first() else { return Ok(()) };
    let reason = *reason;
    let all: Vec<String> = unmet.into_iter().map(|(_, text)| text).collect();
    let refusal = Refusal::new(reason, format!("{id} cannot be done: {}", all.join("; ")));
    Err(match reason {
        Reason::EvidenceMissing => {
            refusal.hint(format!("record it: fairway record evidence {id} --command-text ... --result pass"))
        }
        Reason::ReviewMissing => {
            refusal.hint(format!("record it: fairway record review {id} --reviewer ... --verdict approve"))
        }
        _ => refusal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_everything_unmet_and_takes_the_class_of_the_first() {
        let all_good = Findings {
            proven: true,
            accepted_results: vec!["pass".into()],
            open_handoffs: vec![],
            approved: true,
        };
        assert!(check_done("A-1", "A", &all_good).is_ok());

        let refusal =
            check_done("A-1", "A", &Findings { proven: false, open_handoffs: vec![3, 5], ..all_good })
                .unwrap_err();
        assert_eq!(refusal.reason, Reason::EvidenceMissing);
        assert_eq!(
            refusal.message,
            "A-1 cannot be done: no evidence with result pass; handoff 3, 5 to A is not acknowledged"
        );
    }
}
