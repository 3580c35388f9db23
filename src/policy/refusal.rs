//! Why an operation is refused: a reason class that programs branch on, and a sentence for people.

/// The class of a refusal. Its text is the stable `code` of the error in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A missing or malformed argument.
    Usage,
    /// No such role.
    UnknownRole,
    /// No such task, handoff, session or commit.
    NotFound,
    /// No task of those that were asked for can be claimed now.
    NothingReady,
    /// The task is in another role's lane.
    WrongRole,
    /// Somebody has claimed it.
    Held,
    /// Nobody holds it.
    NotHeld,
    /// The claim under which the caller writes is over, or is another's.
    StaleClaim,
    /// It is in a terminal state.
    Terminal,
    /// The configuration does not allow this transition.
    Transition,
    /// This change needs a reason.
    ReasonRequired,
    /// Dependencies are unmet.
    DependenciesOpen,
    /// Nothing proves that it is done.
    EvidenceMissing,
    /// A handoff to the task's role is not acknowledged.
    HandoffOpen,
    /// Nobody has approved it.
    ReviewMissing,
    /// Nobody reviews their own work.
    SelfReview,
    /// The task has left the source file.
    NotInSource,
    /// The caller does not stand on the branch where the work happens.
    Preflight,
    /// The queue file has errors.
    BrokenQueue,
}

impl Reason {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::UnknownRole => "unknown-role",
            Self::NotFound => "not-found",
            Self::NothingReady => "nothing-ready",
            Self::WrongRole => "wrong-role",
            Self::Held => "held",
            Self::NotHeld => "not-held",
            Self::StaleClaim => "stale-claim",
            Self::Terminal => "terminal",
            Self::Transition => "transition",
            Self::ReasonRequired => "reason-required",
            Self::DependenciesOpen => "dependencies-open",
            Self::EvidenceMissing => "evidence-missing",
            Self::HandoffOpen => "handoff-open",
            Self::ReviewMissing => "review-missing",
            Self::SelfReview => "self-review",
            Self::NotInSource => "not-in-source",
            Self::Preflight => "preflight",
            Self::BrokenQueue => "broken-queue",
        }
    }
}

/// A refusal. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Its class.
    pub reason: Reason,
    /// What was refused and why, in one sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal without a hint yet.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), hint: None }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// No such task.
    pub fn unknown_task(id: &str) -> Self {
        Self::new(Reason::NotFound, format!("there is no task `{id}`"))
            .hint("ids are exact; `fairway ready --explain` lists every open task")
    }
}
