use super::*;
use crate::policy::consistency::Finding;

fn survey() -> Survey {
    Survey {
        source: Source::Sound(3),
        roles: vec![
            Standing {
                role: "api".into(),
                active: vec!["A-1".into()],
                ready: 1,
                next: vec![("A-2".into(), "T".into())],
            },
            Standing {
                role: "web".into(),
                ready: 1,
                next: vec![("W-1".into(), "T".into())],
                ..Standing::default()
            },
            Standing { role: "ops".into(), ..Standing::default() },
        ],
        health: Health {
            in_progress_over_2h: vec!["A-1".into()],
            handoffs_unacknowledged: vec![1, 2],
            handoffs_unacknowledged_over_1h: vec![2],
            ..Health::default()
        },
        git: Git::Findings(vec![Finding {
            code: "WORKTREE_DIRTY",
            subject: "web".into(),
            detail: "web has 1 uncommitted path(s)".into(),
        }]),
        stale_tracks: vec![("billing".into(), "active".into(), "past target".into())],
        ..Survey::default()
    }
}

#[test]
fn blockers_come_first_and_are_those_that_are_configured() {
    let codes = |blockers: &[&str]| -> Vec<(Level, String)> {
        let all = checks(&survey(), &|code| blockers.contains(&code));
        all.into_iter().map(|checked| (checked.level, checked.code)).collect()
    };
    let all = codes(&["worktree_dirty"]);
    assert_eq!(all[0], (Level::Blocker, "WORKTREE_DIRTY".to_owned()));
    assert_eq!(all.iter().filter(|(level, _)| *level == Level::Warn).count(), 3);
    let all = codes(&["handoff_overdue", "stale_work"]);
    assert_eq!(all[1], (Level::Blocker, "in_progress_over_2h".to_owned()));
    assert_eq!(all.last().unwrap(), &(Level::Ok, "ready".to_owned()));
}

#[test]
fn what_is_overdue_is_recommended_first_and_a_claim_last() {
    let all = recommend(&survey(), 1);
    let kinds: Vec<_> = all.iter().map(|one| (one.kind, one.subject.as_deref().unwrap_or("-"))).collect();
    assert_eq!(
        kinds,
        [
            ("ack-handoff", "2"),
            ("ack-handoff", "1"),
            ("ask-progress", "A-1"),
            ("mend-worktree", "web"),
            ("close-track", "billing"),
            ("claim", "web"),
        ]
    );
    assert_eq!(recommend(&survey(), 2).iter().filter(|one| one.kind == "claim").count(), 2);
}

#[test]
fn every_disagreement_with_git_names_a_call() {
    let command = |code: &'static str| {
        let finding = Finding { code, subject: "web".into(), detail: "so it is".into() };
        let all = recommend(&Survey { git: Git::Findings(vec![finding]), ..Survey::default() }, 1);
        all[0].command.clone().unwrap()
    };
    assert_eq!(command("WORKTREE_MISSING"), "fairway worktree setup web");
    assert_eq!(command("ROLE_BRANCH_MISSING"), "fairway worktree setup web");
    assert_eq!(command("WORKTREE_DIRTY"), "fairway worktree status");
    assert_eq!(command("DONE_NOT_ON_MAIN"), "fairway merge-ready web");
}

#[test]
fn behind_a_broken_queue_there_is_nothing_more_to_see() {
    let survey = Survey {
        source: Source::Broken(vec![(Some("A-1".into()), "missing title".into())]),
        store: Some("the queue has an error".into()),
        ..Survey::default()
    };
    let all = checks(&survey, &|code| code == "queue_problem");
    let levels: Vec<_> = all.iter().map(|checked| (checked.level, checked.check)).collect();
    assert_eq!(levels, [(Level::Blocker, "validate"), (Level::Warn, "queue")]);
    assert_eq!(recommend(&survey, 1).iter().map(|one| one.kind).collect::<Vec<_>>(), ["fix-queue"]);
}
