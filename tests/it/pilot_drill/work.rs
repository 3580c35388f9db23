//! Work on both sides of the lane border: with Fairway in the lane that is its own, with the scripts in the others.

use serde_json::Value;

use super::LANE;
use crate::support::Project;
use crate::support::piloted::make;

/// What a task goes through in Fairway's lane, words apart; `TASK` and `NOTE` stand for themselves.
const OURS: [&str; 7] = [
    "claim TASK --as A-backend --skip-preflight",
    "record evidence TASK --command-text make --result pass --notes NOTE --duration-seconds 12",
    "record handoff TASK --to A-backend --from B-ui --commit abc1234 --changed-files a --commands make \
     --results green --risks none --blockers none --next-step NOTE",
    "handoff ack --task TASK --notes seen",
    "route review TASK --path doc/architecture/x.md --path packages/web/y.ts",
    "record review TASK --reviewer D-arch --verdict approve --commit abc1234",
    "set-status TASK done --reason NOTE --commit abc1234",
];
const STEPS: usize = OURS.len();
/// The ways in which a task that was done is begun again.
const AGAIN: &str = "set-status TASK in_progress --reopen --reason NOTE";
const CLAIM_FOR: &str = "claim TASK --as A-backend --skip-preflight --claimant codex";

/// Work that goes on where it was left.
pub(super) struct Work {
    ours: Vec<String>,
    theirs: Vec<(String, String)>,
    /// How many operations were done on either side.
    pub(super) done: [usize; 2],
    /// How many tasks the scripts finished in the lane itself.
    elsewhere: usize,
}

fn ready(project: &Project, role: &str) -> Vec<String> {
    let (code, text) = make(project, &["queue-ready", &format!("ROLE={role}"), "FORMAT=json"]);
    assert_eq!(code, 0, "{text}");
    let list: Value = serde_json::from_str(&text).unwrap();
    list.as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap().to_owned()).collect()
}

impl Work {
    pub(super) fn begin(project: &Project) -> Self {
        let ours = ready(project, LANE);
        let theirs = ["B-ui", "D-arch", "E-governance"].iter();
        let theirs: Vec<(String, String)> = theirs
            .flat_map(|role| ready(project, role).into_iter().map(|task| (task, (*role).to_owned())))
            .collect();
        assert!(ours.len() >= 2 && theirs.len() >= 6, "{ours:?} {theirs:?}");
        Self { ours, theirs, done: [0, 0], elsewhere: 0 }
    }

    /// How many operations the scripts did.
    pub(super) fn done_elsewhere(&self) -> usize {
        self.done[1] + 3 * self.elsewhere
    }

    /// How many times evidence was recorded.
    pub(super) fn evidence(&self) -> usize {
        let of = |done: usize, steps: usize| done / steps + usize::from(done % steps > 1);
        of(self.done[0], STEPS) + of(self.done[1], 3) + self.elsewhere
    }

    /// The scripts take a task of a lane that is theirs again, when one is ready, and finish it.
    pub(super) fn finish_one_of_theirs(&mut self, project: &Project, lane: &str) {
        let Some(task) = ready(project, lane).pop() else { return };
        self.ours.retain(|known| *known != task);
        let mut theirs =
            Self { ours: Vec::new(), theirs: vec![(task, lane.to_owned())], done: [0, 0], elsewhere: 0 };
        for _ in 0..3 {
            theirs.theirs(project);
        }
        self.elsewhere += 1;
    }

    /// So many operations, turn by turn on either side.
    pub(super) fn go_on(&mut self, project: &Project, operations: usize) {
        for turn in 0..operations {
            if turn % 2 == 0 { self.ours(project) } else { self.theirs(project) }
        }
    }

    /// The next operation of Fairway's lane.
    fn ours(&mut self, project: &Project) {
        let number = self.done[0];
        self.done[0] += 1;
        let (step, task) = (number % STEPS, &self.ours[number / STEPS % self.ours.len()]);
        let again = number / STEPS >= self.ours.len();
        let note = format!("operation {number}: \"quoted\" $HOME\nsecond line");
        let words = match step {
            0 if again && number / STEPS % 2 == 1 => AGAIN,
            0 if again => {
                project.ok(&["set-status", task, "todo", "--reopen", "--reason", "not done"]);
                CLAIM_FOR
            }
            step => OURS[step],
        };
        let fill = |word| match word {
            "TASK" => task,
            "NOTE" => &note,
            word => word,
        };
        project.ok(&words.split(' ').map(fill).collect::<Vec<&str>>());
    }

    /// The next operation of the scripts'.
    fn theirs(&mut self, project: &Project) {
        let number = self.done[1];
        self.done[1] += 1;
        let (task, role) = &self.theirs[number / 3 % self.theirs.len()];
        let again = number / 3 >= self.theirs.len();
        let (task, role) = (format!("TASK={task}"), format!("ROLE={role}"));
        let reason = format!("REASON=operation {number}");
        let words: Vec<&str> = match number % 3 {
            0 if again => vec!["queue-set-status", &task, "STATUS=in_progress", "REOPEN=1", &reason],
            0 => vec!["queue-claim", &task, &role, "SKIP_PREFLIGHT=1"],
            1 => vec!["queue-record-evidence", &task, "COMMAND=make test", "RESULT=partial", "NOTES=theirs"],
            _ => vec!["queue-set-status", &task, "STATUS=done", &reason, "COMMIT=abc1234"],
        };
        let (code, said) = make(project, &words);
        assert_eq!(code, 0, "{words:?}: {said}");
    }
}
