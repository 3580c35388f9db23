//! Of which kind the values are that differ in a place.

use serde_json::Value;

use super::is_content;
use crate::compare::Difference;
use crate::normalise::Claim;

/// A kind that all values of a place are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) claim: Claim,
    /// Where in a longer text the value stands; `None` when it is all of it.
    pub(super) pattern: Option<String>,
}

/// What says enough by itself. A number says nothing: it has to be called that of a process.
const TELLING: [Claim; 3] = [Claim::Time, Claim::Sha, Claim::TempPath];

impl Kind {
    /// The kind of everything that was seen in a place, with two of the values; `None` when there is none.
    pub(super) fn of(seen: &[&Difference]) -> Option<(Self, [Value; 2])> {
        if seen.iter().any(|difference| is_content(difference)) {
            return None;
        }
        let pair =
            |difference: &&Difference| Some([difference.reference.clone()?, difference.candidate.clone()?]);
        let pairs: Vec<[Value; 2]> = seen.iter().map(pair).collect::<Option<_>>()?;
        let first = pairs.first()?.clone();
        let values: Vec<&Value> = pairs.iter().flatten().collect();
        let all = |claim: Claim| values.iter().all(|value| claim.holds(value));
        let named = seen.iter().all(|difference| names_a_process(&difference.place.path));
        let whole = TELLING.into_iter().find(|claim| all(*claim));
        let whole = whole.or_else(|| Some(Claim::Pid).filter(|pid| named && all(*pid)));
        if let Some(claim) = whole {
            return Some((Self { claim, pattern: None }, first));
        }
        let texts: Vec<&str> = values.iter().map(|value| value.as_str()).collect::<Option<_>>()?;
        Some((inside(&texts)?, first))
    }
}

/// Whether the last word of a place says that its value is the number of a process.
fn names_a_process(path: &str) -> bool {
    let last = path.rsplit(['/', '.']).find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    last.to_lowercase().split(['_', '-']).any(|word| matches!(word, "pid" | "pids" | "ppid"))
}

/// The kind of the one word in which texts differ, when they are the same around it.
fn inside(texts: &[&str]) -> Option<Kind> {
    let first: Vec<char> = texts.first()?.chars().collect();
    let (mut head, mut tail) = (first.len(), first.len());
    for text in texts {
        let text: Vec<char> = text.chars().collect();
        head = head.min(first.iter().zip(&text).take_while(|(one, two)| one == two).count());
        tail = tail.min(first.iter().rev().zip(text.iter().rev()).take_while(|(a, b)| a == b).count());
    }
    // The word is whole: what its ends have in common is a part of it.
    while head > 0 && !first[head - 1].is_whitespace() && !"=(\"'`,;".contains(first[head - 1]) {
        head -= 1;
    }
    while tail > 0
        && !first[first.len() - tail].is_whitespace()
        && !")\"'`,;".contains(first[first.len() - tail])
    {
        tail -= 1;
    }
    if head + tail >= first.len() || head + tail == 0 {
        return None;
    }
    let (before, after): (String, String) =
        (first[..head].iter().collect(), first[first.len() - tail..].iter().collect());
    let words: Vec<Value> = texts
        .iter()
        .map(|text| text.strip_prefix(&before)?.strip_suffix(&after).map(Value::from))
        .collect::<Option<_>>()?;
    let all = |claim: Claim| words.iter().all(|word| claim.holds(word));
    let called = before.to_lowercase();
    let process =
        ["pid", "process"].iter().any(|word| called.trim_end_matches([' ', '=', ':', '#']).ends_with(word));
    let claim = TELLING.into_iter().find(|claim| all(*claim));
    let claim = claim.or_else(|| Some(Claim::Pid).filter(|pid| process && all(*pid)))?;
    let pattern = format!(r"\A{}(.+){}\z", regex::escape(&before), regex::escape(&after));
    Some(Kind { claim, pattern: Some(pattern) })
}
