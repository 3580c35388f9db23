//! The rule by which an operation may graduate, and what it still lacks. Pure.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verdict::Verdict;

use super::entry::{Entry, Event, RunEvidence, Shown, Source};
use super::seal::{Change, Seal};

/// What an operation needs to graduate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// How many live runs in a row have to match.
    pub runs: usize,
    /// On how many copies that differ.
    pub copies: usize,
    /// How many distinct pairs of a question and a starting state they have to show, made-up cases and shadowed calls
    /// included.
    pub cases: usize,
    /// How old the newest of the runs may be, in hours.
    pub newest_hours: u64,
    /// How often each side has to be run in each.
    pub rounds: usize,
}

/// What is there for an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// The live runs in a row that count, the newest first.
    pub runs: Vec<String>,
    /// The copies that they ran on, by digest.
    pub copies: Vec<String>,
    /// How many distinct cases were shown.
    pub cases: usize,
    /// The waivers that were used.
    pub waivers: Vec<String>,
    /// What is missing; nothing when the rule is met.
    pub missing: Vec<Missing>,
}

/// Something that an operation lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Missing {
    /// Matching runs in a row.
    Runs {
        /// How many there are.
        have: usize,
        /// How many there have to be.
        want: usize,
    },
    /// Copies that differ.
    Copies {
        /// How many there are.
        have: usize,
        /// How many there have to be.
        want: usize,
    },
    /// Distinct cases.
    Cases {
        /// How many there are.
        have: usize,
        /// How many there have to be.
        want: usize,
    },
    /// A run that is new enough.
    Newest {
        /// When the newest began.
        began: String,
        /// How old it may be, in hours.
        hours: u64,
    },
    /// That the newest run that counts matched.
    Verdict {
        /// The run.
        run: String,
        /// What it came to.
        verdict: Verdict,
        /// The scenarios.
        against: Vec<String>,
    },
    /// That somebody accepts the waivers that were used.
    Waivers {
        /// Their ids.
        ids: Vec<String>,
    },
    /// Runs since something changed; earlier ones prove what is not there any more.
    Since {
        /// The newest run of those.
        run: String,
        /// What changed after it.
        changes: Vec<Change>,
    },
    /// Runs that measured how far each side agrees with itself.
    Rounds {
        /// How many runs are left out because of it.
        runs: usize,
        /// How often each side has to be run.
        want: usize,
    },
}

impl Missing {
    /// Whether it is only that there are too few of something.
    pub fn is_count(&self) -> bool {
        matches!(self, Self::Runs { .. } | Self::Copies { .. } | Self::Cases { .. })
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Runs { have, want } => write!(out, "{have} of {want} live runs in a row matched"),
            Self::Copies { have, want } => write!(out, "they ran on {have} of {want} copies that differ"),
            Self::Cases { have, want } => write!(out, "{have} of {want} distinct cases were shown"),
            Self::Newest { began, hours } => {
                write!(out, "the newest run began at {began}, more than {hours} hours ago")
            }
            Self::Verdict { run, verdict, against } => {
                let list =
                    if against.is_empty() { String::new() } else { format!(": {}", against.join(", ")) };
                write!(out, "run {run} came to `{}`{list}", verdict.name())
            }
            Self::Waivers { ids } => {
                write!(out, "waivers were used: accept each with --accept-waiver, {}", ids.join(", "))
            }
            Self::Since { run, changes } => {
                let list: Vec<String> = changes.iter().take(3).map(ToString::to_string).collect();
                let more = if changes.len() > 3 {
                    format!(" and {} more", changes.len() - 3)
                } else {
                    String::new()
                };
                write!(out, "since run {run}: {}{more}", list.join(", "))
            }
            Self::Rounds { runs, want } => {
                write!(out, "{runs} of its runs ran each side less than {want} times and do not count")
            }
        }
    }
}

/// What the runs in a ledger that were made under `seal` show of an operation, and what the rule asks for beyond.
pub fn assess(
    entries: &[Entry],
    operation: &str,
    seal: &Seal,
    now: Timestamp,
    rule: &Rule,
    accepted: &[String],
) -> Assessment {
    let mut found = Assessment::default();
    let (mut copies, mut cases, mut waivers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut newest, mut once) = (None, 0);
    for (run, shown) in newest_first(entries, operation) {
        let changes = run.seal.changes(seal);
        if !changes.is_empty() {
            if found.runs.len() < rule.runs {
                found.missing.push(Missing::Since { run: run.run.clone(), changes });
            }
            break;
        }
        if !matches!(shown.verdict, Verdict::Matched | Verdict::Waived) {
            if found.runs.len() < rule.runs || run.source != Source::Live {
                let (run, against) = (run.run.clone(), shown.against.clone());
                found.missing.push(Missing::Verdict { run, verdict: shown.verdict, against });
            }
            break;
        }
        waivers.extend(shown.waivers.iter().cloned());
        cases.extend(shown.cases.iter().map(String::as_str));
        if run.source != Source::Live {
            continue;
        }
        if run.rounds < rule.rounds {
            once += 1;
            continue;
        }
        newest.get_or_insert(&run.began);
        found.runs.push(run.run.clone());
        copies.insert(run.copy.clone());
    }
    found.copies = copies.into_iter().collect();
    found.cases = cases.len();
    let open: Vec<String> = waivers.iter().filter(|id| !accepted.contains(id)).cloned().collect();
    found.waivers = waivers.into_iter().collect();
    count(&mut found, rule);
    if once > 0 && found.runs.len() < rule.runs {
        found.missing.push(Missing::Rounds { runs: once, want: rule.rounds });
    }
    if let Some(began) = newest.filter(|began| is_old(began, now, rule.newest_hours)) {
        found.missing.push(Missing::Newest { began: began.clone(), hours: rule.newest_hours });
    }
    if !open.is_empty() {
        found.missing.push(Missing::Waivers { ids: open });
    }
    found
}

fn count(found: &mut Assessment, rule: &Rule) {
    let (runs, copies, cases) = (found.runs.len(), found.copies.len(), found.cases);
    let counted = [
        (runs < rule.runs, Missing::Runs { have: runs, want: rule.runs }),
        (copies < rule.copies, Missing::Copies { have: copies, want: rule.copies }),
        (cases < rule.cases, Missing::Cases { have: cases, want: rule.cases }),
    ];
    found.missing.extend(counted.into_iter().filter_map(|(lacks, missing)| lacks.then_some(missing)));
}

/// The comparisons that showed something of an operation.
fn newest_first<'e>(
    entries: &'e [Entry],
    operation: &'e str,
) -> impl Iterator<Item = (&'e RunEvidence, &'e Shown)> {
    entries.iter().rev().filter_map(move |entry| match &entry.event {
        Event::Run(run) => run.operations.get(operation).map(|shown| (run, shown)),
        _ => None,
    })
}

/// A time that cannot be read is old.
fn is_old(began: &str, now: Timestamp, hours: u64) -> bool {
    let limit = SignedDuration::from_hours(i64::try_from(hours).unwrap_or(i64::MAX / 3600));
    !began.parse::<Timestamp>().is_ok_and(|began| now.duration_since(began) <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-01T12:00:00Z";

    fn rule() -> Rule {
        Rule { runs: 2, copies: 2, cases: 3, newest_hours: 24, rounds: 2 }
    }

    fn seal(program: &str) -> Seal {
        serde_json::from_value(serde_json::json!({ "program": program })).unwrap()
    }

    /// A live run of `claim` that matched, on a copy, with cases.
    fn run(name: &str, copy: &str, cases: &[&str]) -> RunEvidence {
        let cases = cases.iter().map(|case| (*case).to_owned()).collect();
        let shown = Shown { cases, ..Shown::default() };
        RunEvidence {
            run: name.to_owned(),
            source: Source::Live,
            began: "2026-03-01T10:00:00Z".to_owned(),
            rounds: 2,
            copy: copy.to_owned(),
            seal: seal("1"),
            operations: [("claim".to_owned(), shown)].into(),
        }
    }

    fn changed(mut run: RunEvidence, change: impl FnOnce(&mut RunEvidence)) -> RunEvidence {
        change(&mut run);
        run
    }

    fn mismatched(run: &mut RunEvidence) {
        for shown in run.operations.values_mut() {
            shown.verdict = Verdict::Mismatched;
            shown.against = vec!["claim/held".to_owned()];
        }
    }

    fn assessed(runs: Vec<RunEvidence>, accepted: &[&str]) -> Vec<String> {
        let entries: Vec<Entry> = runs
            .into_iter()
            .zip(1..)
            .map(|(run, number)| Entry { number, at: String::new(), event: Event::Run(run) })
            .collect();
        let accepted: Vec<String> = accepted.iter().map(|id| (*id).to_owned()).collect();
        let found = assess(&entries, "claim", &seal("1"), NOW.parse().unwrap(), &rule(), &accepted);
        found.missing.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn runs_in_a_row_on_copies_that_differ_with_enough_cases_are_enough() {
        let enough = vec![run("1", "monday", &["a", "b"]), run("2", "tuesday", &["b", "c"])];
        assert!(assessed(enough, &[]).is_empty());
        assert_eq!(
            assessed(vec![run("1", "monday", &["a", "b"])], &[]),
            [
                "1 of 2 live runs in a row matched",
                "they ran on 1 of 2 copies that differ",
                "2 of 3 distinct cases were shown"
            ]
        );
        let one_copy = vec![run("1", "monday", &["a", "b"]), run("2", "monday", &["c"])];
        assert_eq!(assessed(one_copy, &[]), ["they ran on 1 of 2 copies that differ"]);
    }

    #[test]
    fn a_mismatch_breaks_the_row_and_made_up_cases_and_shadowed_calls_count_as_cases_only() {
        let broken = vec![
            run("1", "monday", &["a"]),
            changed(run("2", "tuesday", &["b"]), mismatched),
            run("3", "monday", &["a", "b", "c"]),
        ];
        let told = assessed(broken, &[]);
        assert_eq!(told[0], "run 2 came to `mismatched`: claim/held");
        assert_eq!(told[1], "1 of 2 live runs in a row matched");

        let of = |source| move |run: &mut RunEvidence| run.source = source;
        let with_others = vec![
            run("1", "monday", &["a"]),
            changed(run("2", "x", &["b"]), of(Source::Fuzz)),
            changed(run("3", "y", &["c"]), of(Source::Shadow)),
            run("4", "tuesday", &["a"]),
        ];
        assert!(assessed(with_others, &[]).is_empty());
        let found = vec![
            run("1", "monday", &["a", "b", "c"]),
            run("2", "tuesday", &["a"]),
            changed(changed(run("3", "z", &["d"]), of(Source::Fuzz)), mismatched),
        ];
        assert_eq!(assessed(found, &[])[0], "run 3 came to `mismatched`: claim/held");
    }

    #[test]
    fn what_was_shown_before_a_change_an_old_run_and_one_without_noise_do_not_count() {
        let other = changed(run("1", "monday", &["a"]), |run| run.seal = seal("0"));
        let told = assessed(vec![other, run("2", "tuesday", &["a", "b", "c"])], &[]);
        assert_eq!(told[0], "since run 1: program changed");
        let old = |run: &mut RunEvidence| run.began = "2026-02-27T10:00:00Z".to_owned();
        let old = vec![changed(run("1", "a", &["a", "b"]), old), changed(run("2", "b", &["c"]), old)];
        assert_eq!(
            assessed(old, &[]),
            ["the newest run began at 2026-02-27T10:00:00Z, more than 24 hours ago"]
        );
        let once = |run: &mut RunEvidence| run.rounds = 1;
        let once = vec![run("1", "a", &["a", "b"]), changed(run("2", "b", &["c"]), once)];
        assert!(
            assessed(once, &[])
                .contains(&"1 of its runs ran each side less than 2 times and do not count".to_owned())
        );
    }

    #[test]
    fn a_waiver_counts_when_somebody_accepts_it() {
        let waived = |run: &mut RunEvidence| {
            for shown in run.operations.values_mut() {
                shown.verdict = Verdict::Waived;
                shown.waivers = vec!["comments".to_owned()];
            }
        };
        let runs = || vec![run("1", "a", &["a", "b"]), changed(run("2", "b", &["c"]), waived)];
        assert_eq!(assessed(runs(), &[]), ["waivers were used: accept each with --accept-waiver, comments"]);
        assert!(assessed(runs(), &["comments"]).is_empty());
    }
}
