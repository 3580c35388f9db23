//! In which order scenarios are tried on a fault.
//!
//! Most faults are noticed by some scenario that does what no other before it did, and rarely by the second of its kind.
//! So the next is always the one that adds the most lines, and arms of conditions, to those that were run so far, for the
//! time it takes; once none adds any, it begins anew with the rest. A guard that one scenario alone falls into is thereby
//! held against that one early. A line that all scenarios run, such as a table of names, says nothing about who would
//! notice; its words do: before the others come those scenarios in whose steps or answers the word stands that the
//! fault changes.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Known;
use super::site::Mutant;

/// What a scenario costs beside its commands.
const OVERHEAD: f64 = 0.5;

/// What a scenario may be the first to run.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Ran<'k> {
    Line(&'k str, usize),
    Arm(&'k str, &'k str),
}

/// The place of each scenario in the order.
pub(super) struct Turns(BTreeMap<String, usize>);

impl Turns {
    pub(super) fn of(known: &[Known<'_>]) -> Self {
        let mut numbers: BTreeMap<Ran<'_>, usize> = BTreeMap::new();
        let mut lines: Vec<Vec<usize>> = Vec::new();
        for known in known {
            let ran = known.coverage.iter().flat_map(|(script, lines)| {
                let ran = lines.ran.iter().map(move |line| Ran::Line(script, *line));
                ran.chain(lines.arms.iter().map(move |arm| Ran::Arm(script, arm)))
            });
            let mut own = Vec::new();
            for place in ran {
                let next = numbers.len();
                own.push(*numbers.entry(place).or_insert(next));
            }
            lines.push(own);
        }
        let seconds: Vec<f64> = known.iter().map(|known| known.seconds).collect();
        let order = order(&lines, &seconds, numbers.len());
        let ids = order.into_iter().enumerate().map(|(turn, index)| (known[index].scenario.id(), turn));
        Self(ids.collect())
    }

    /// These in the order in which they are tried on a fault: in turn one of each that takes other arms of the line's
    /// conditions, those that few take first; of these, the ones that know most of the changed words. A guard is
    /// thereby tried where it refuses, and a name where it is used.
    pub(super) fn sorted<'k, 's>(&self, scenarios: &[&'k Known<'s>], mutant: &Mutant) -> Vec<&'k Known<'s>> {
        let changed = changed_words(&mutant.before, &mutant.after);
        let mentions = |known: &Known<'_>| changed.intersection(&known.words).count();
        let mut sorted = scenarios.to_vec();
        sorted.sort_by_cached_key(|known| {
            (std::cmp::Reverse(mentions(known)), self.0.get(&known.scenario.id()))
        });
        let taken = |known: &&'k Known<'s>| {
            let lines = known.coverage.get(&mutant.file);
            lines.map(|lines| lines.arms_on(mutant.line - 1)).unwrap_or_default()
        };
        in_turn(sorted, taken)
    }
}

fn tokens(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '-'))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The words of a text, in small letters: a script's `COMMIT_SHA` is an answer's `commit_sha`.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    tokens(text).into_iter().map(str::to_lowercase).collect()
}

/// The words of a line that are others with the fault, or gone.
fn changed_words(before: &str, after: &str) -> BTreeSet<String> {
    tokens(before).difference(&tokens(after)).map(|word| word.to_lowercase()).collect()
}

/// One of each kind in turn, the kinds with the fewest first; of a kind in the order in which they come.
fn in_turn<T, K: Ord>(all: Vec<T>, kind: impl Fn(&T) -> K) -> Vec<T> {
    let mut kinds: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for one in all {
        kinds.entry(kind(&one)).or_default().push(one);
    }
    let mut kinds: Vec<Vec<T>> = kinds.into_values().collect();
    kinds.sort_by_key(Vec::len);
    let mut kinds: Vec<_> = kinds.into_iter().map(Vec::into_iter).collect();
    let mut ordered = Vec::new();
    while !kinds.is_empty() {
        kinds.retain_mut(|kind| kind.next().map(|one| ordered.push(one)).is_some());
    }
    ordered
}

fn order(lines: &[Vec<usize>], seconds: &[f64], all: usize) -> Vec<usize> {
    let mut covered = vec![false; all];
    let mut left: Vec<usize> = (0..lines.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let gain = |index: usize| lines[index].iter().filter(|line| !covered[**line]).count();
        let worth = |index: usize| {
            f64::from(u32::try_from(gain(index)).unwrap_or(u32::MAX)) / (seconds[index] + OVERHEAD)
        };
        let worths: Vec<f64> = left.iter().map(|index| worth(*index)).collect();
        let best = (0..left.len()).reduce(|best, at| if worths[at] > worths[best] { at } else { best });
        let Some(best) = best else { break };
        if worths[best] <= 0.0 && covered.contains(&true) {
            covered.fill(false);
            continue;
        }
        let index = left.remove(best);
        for line in &lines[index] {
            covered[*line] = true;
        }
        order.push(index);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{changed_words, in_turn, order};

    #[test]
    fn the_words_that_a_fault_changes_are_known_however_they_are_written() {
        let changed = |before, after| changed_words(before, after).into_iter().collect::<Vec<_>>();
        assert_eq!(changed("'LANE' => 'lane',", "'LANE' => 'role',"), ["lane"]);
        assert_eq!(changed("when 'in-progress', 'blocked'", "when 'in-progress', 'todo'"), ["blocked"]);
        assert_eq!(changed("return problem(x) if y", "problem(x) if y"), ["return"]);
    }

    #[test]
    fn what_adds_lines_comes_before_more_of_the_same() {
        let lines = [vec![0, 1], vec![0, 1], vec![2], vec![0, 1, 2], vec![]];
        assert_eq!(order(&lines, &[1.0, 1.0, 1.0, 9.0, 1.0], 3), [0, 2, 1, 3, 4]);
        assert_eq!(order(&[], &[], 0), [0; 0]);
    }

    #[test]
    fn one_of_each_kind_comes_in_turn_and_the_rarest_first() {
        let all = ["pass 1", "pass 2", "refuse 1", "pass 3", "skip 1", "skip 2"];
        let kind = |one: &&str| one.split(' ').next().map(str::to_owned);
        let expected = ["refuse 1", "skip 1", "pass 1", "skip 2", "pass 2", "pass 3"];
        assert_eq!(in_turn(all.to_vec(), kind), expected);
    }
}
