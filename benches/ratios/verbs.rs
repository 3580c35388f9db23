//! Each verb against its script, in the same checkout, on a queue of 60 tasks and on one of 10,000.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::measure::{median, ratio, run, run_with_findings, show, wait_for_disk};
use crate::project::{Project, QUEUE, fairway};
use crate::table::Row;
use crate::{Failure, say};

/// At least and at most so many rounds: short calls get more, within about [`PER_ROW`].
const ROUNDS: std::ops::RangeInclusive<usize> = 7..=41;
const PER_ROW: Duration = Duration::from_millis(1500);
/// Rounds against the shell.
const REPORT_ROUNDS: usize = 13;
/// The clock at which the copies were left.
const NOW: &str = "2026-02-27T16:00:00Z";
const DATABASE: &str = ".git/agent_queue/agent_queue.db";
/// A script that starts Ruby takes at least ten times as long.
const UNDER_RUBY: f64 = 0.1;
/// One in bash alone is never faster.
const UNDER_BASH: f64 = 1.0;
/// A report takes at most three times what the sqlite3 shell takes for its aggregates.
const AGGREGATES: f64 = 3.0;

#[derive(Debug, Deserialize)]
struct Verbs {
    verbs: Vec<Verb>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verb {
    name: String,
    fairway: Vec<String>,
    script: Vec<String>,
    under: Under,
    #[serde(default)]
    findings: bool,
    before: Option<Around>,
    after: Option<Around>,
    aggregates: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Under {
    Ruby,
    Bash,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Around {
    fairway: Vec<String>,
    script: Vec<String>,
}

/// A legacy checkout in which Fairway has a store of the same queue.
struct Copy {
    checkout: PathBuf,
    scratch: PathBuf,
    values: BTreeMap<&'static str, String>,
    rounds: usize,
}

/// All verbs at both sizes, then the reports against the sqlite3 shell.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    let Verbs { verbs } = toml::from_str(include_str!("verbs.toml"))?;
    let mut rows = Vec::new();
    for tasks in [60, 10_000] {
        say(&format!("verbs, building a copy of {tasks} tasks"));
        let mut copy = Copy::build(project, tasks)?;
        for verb in &verbs {
            say(&format!("{} at {tasks} tasks", verb.name));
            rows.push(copy.against_script(verb, tasks)?);
        }
        if tasks == 10_000 {
            for verb in &verbs {
                rows.extend(copy.against_shell(verb)?);
            }
        }
    }
    Ok(rows)
}

impl Copy {
    fn build(project: &Project, tasks: usize) -> Result<Self, Failure> {
        let (checkout, scratch) =
            (project.path(&format!("copy-{tasks}")), project.path(&format!("scratch-{tasks}")));
        for folder in [&checkout, &scratch] {
            if folder.exists() {
                std::fs::remove_dir_all(folder)?;
            }
        }
        std::fs::create_dir_all(&scratch)?;
        let mut build = Command::new(project.root().join("fixtures/gpuaas/build-copy.sh"));
        build.arg(&checkout).arg("--quiet");
        // The standard copy has some 60 tasks; any other size is generated.
        if tasks != 60 {
            build.args(["--tasks", &tasks.to_string()]);
        }
        run(&mut build)?;
        let mut copy = Self { checkout, scratch, values: BTreeMap::new(), rounds: 0 };
        run(&mut copy.fairway(&["init", "--preset", "gpuaas", "--no-legacy"]))?;
        run(&mut copy.fairway(&["import", QUEUE, "--snapshot", DATABASE, "--state-once"]))?;
        let name = format!("copy-{tasks}");
        copy.values.insert("project", name);
        let ready = copy
            .one("SELECT id FROM task_definitions WHERE ready = 1 AND in_source = 1 ORDER BY id LIMIT 1")?;
        let role = copy.one(&format!("SELECT role FROM task_definitions WHERE id = '{ready}'"))?;
        // What is untouched has the records that it came with, however many rounds there were before.
        let kinds =
            [("working", "in_progress", 0), ("untouched", "in_progress", 1), ("blocked", "blocked", 0)];
        for (key, state, after) in kinds {
            let sql = format!(
                "SELECT task_id FROM task_state JOIN task_definitions ON id = task_id
                 WHERE status = '{state}' AND in_source = 1 AND role <> 'C-ops' AND claimed_at IS NOT NULL ORDER BY 1 LIMIT 1 OFFSET {after}"
            );
            let task = copy.one(&sql)?;
            copy.values.insert(key, task);
        }
        copy.values.extend([("todo", ready), ("role", role)]);
        Ok(copy)
    }

    fn against_script(&mut self, verb: &Verb, tasks: usize) -> Result<Row, Failure> {
        let (mut ours, mut theirs, mut disk) = (Vec::new(), Vec::new(), Vec::new());
        let begun = Instant::now();
        // What both read is in memory by the time that counts: the first round does not.
        for round in 0..=*ROUNDS.end() {
            if round > *ROUNDS.start() && begun.elapsed() > PER_ROW {
                break;
            }
            self.rounds += 1;
            self.around(verb.before.as_ref())?;
            let our = self.time(verb, self.fairway(&self.fill(&verb.fairway, "fairway")), 4)?;
            let wait = wait_for_disk(&self.scratch)?;
            let their = self.time(verb, self.script(&self.fill(&verb.script, "script")), 1)?;
            self.around(verb.after.as_ref())?;
            if round > 0 {
                ours.push(our);
                theirs.push(their);
                disk.push(wait);
            }
        }
        let (fairway, script) = (median(ours), median(theirs));
        let (limit, kind) = match verb.under {
            Under::Ruby => (UNDER_RUBY, "its script"),
            Under::Bash => (UNDER_BASH, "its script, bash alone"),
        };
        Ok(Row {
            what: format!("{} at {tasks} tasks, against {kind}", verb.name),
            fairway: show(fairway),
            other: show(script),
            ratio: ratio(fairway, script),
            limit,
            disk: Some(median(disk)),
            method: format!(
                "wall time of one call of the command line each, in the same checkout, whose queue was imported; \
                 medians of {} to {}, turn by turn, after one that does not count; benches/ratios/verbs.toml has the words; DISK \
                 is what one page of a new file took to be on the disk, measured between the two",
                ROUNDS.start(),
                ROUNDS.end()
            ),
        })
    }

    fn against_shell(&self, verb: &Verb) -> Result<Option<Row>, Failure> {
        let Some(sql) = &verb.aggregates else { return Ok(None) };
        let sql = self.fill(std::slice::from_ref(sql), "sqlite3").join("");
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..REPORT_ROUNDS {
            ours.push(self.time(verb, self.fairway(&verb.fairway), 4)?);
            theirs.push(run(&mut self.sqlite(&sql))?.wall);
        }
        let (fairway, shell) = (median(ours), median(theirs));
        Ok(Some(Row {
            what: format!("{} at 10,000 tasks, against the sqlite3 shell", verb.name),
            fairway: show(fairway),
            other: show(shell),
            ratio: ratio(fairway, shell),
            limit: AGGREGATES,
            disk: None,
            method: format!(
                "wall time of the report and of sqlite3 running its aggregates on the same store; medians of \
                 {REPORT_ROUNDS}, turn by turn"
            ),
        }))
    }

    fn time(&self, verb: &Verb, mut command: Command, findings: i32) -> Result<Duration, Failure> {
        let run = if verb.findings { run_with_findings(&mut command, findings) } else { run(&mut command) };
        Ok(run.map_err(|failure| format!("{} in {}: {failure}", verb.name, self.checkout.display()))?.wall)
    }

    fn around(&self, around: Option<&Around>) -> Result<(), Failure> {
        if let Some(Around { fairway, script }) = around {
            run(&mut self.fairway(&self.fill(fairway, "fairway")))?;
            run(&mut self.script(&self.fill(script, "script")))?;
        }
        Ok(())
    }

    fn fill(&self, words: &[String], side: &str) -> Vec<String> {
        let new = self.scratch.join(format!("{side}-{}", self.rounds));
        let fill = |word: &String| {
            let word = word.replace("{round}", &self.rounds.to_string());
            let word = word.replace("{new}", &new.to_string_lossy());
            self.values.iter().fold(word, |word, (key, value)| word.replace(&format!("{{{key}}}"), value))
        };
        words.iter().map(fill).collect()
    }

    fn fairway<S: AsRef<str>>(&self, words: &[S]) -> Command {
        let mut command = fairway(&self.checkout);
        command.env("FAIRWAY_NOW", NOW).env("FAIRWAY_ACTOR", "bench@fairway");
        command.args(words.iter().map(AsRef::as_ref));
        command
    }

    fn script(&self, words: &[String]) -> Command {
        let mut command = Command::new(Path::new("scripts/ops").join(&words[0]));
        command.current_dir(&self.checkout).args(&words[1..]);
        command.env("QUEUE_NOW", NOW).env("AGENT_ACTOR", "bench@fairway");
        command
    }

    fn sqlite(&self, sql: &str) -> Command {
        let mut command = Command::new("sqlite3");
        command.arg("-batch").arg(self.checkout.join(".fairway/state.db")).arg(sql);
        command
    }

    /// The first value that a query finds.
    fn one(&self, sql: &str) -> Result<String, Failure> {
        let printed = String::from_utf8(run(&mut self.sqlite(sql))?.stdout)?;
        match printed.trim() {
            "" => Err(format!("the copy has no row for: {sql}").into()),
            value => Ok(value.to_owned()),
        }
    }
}
