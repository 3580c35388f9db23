//! The items of a long list: a thread of its own reads them as they are written, the caller's makes values of them.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use libyaml_safer::EventData;

use super::compose::{Raw, compose};
use super::error::{Refusal, YamlError};
use super::events::Events;

/// From how many bytes on a second thread pays.
const LONG: usize = 1 << 16;
/// How many items go over at once.
const BATCH: usize = 32;
/// How many batches may wait.
const WAITING: usize = 16;

/// Hands over every item of a sequence that has just begun, each `depth` collections below the document. Its end is
/// read as well.
///
/// # Errors
/// The first error in the order of the file. One of syntax outweighs one of `take`, wherever it stands: it is looked for
/// as far as was read.
pub(super) fn items(
    events: &mut Events<'_>,
    depth: usize,
    mut take: impl FnMut(Raw) -> Result<(), YamlError>,
) -> Result<(), YamlError> {
    if events.size() >= LONG
        && let Some(outcome) = in_two_threads(events, depth, &mut take)
    {
        return outcome;
    }
    while let Some(raw) = next(events, depth)? {
        take(raw)?;
    }
    Ok(())
}

/// The next item; none at the sequence's end.
fn next(events: &mut Events<'_>, depth: usize) -> Result<Option<Raw>, YamlError> {
    let event = events.next()?;
    if matches!(event.data, EventData::SequenceEnd) {
        return Ok(None);
    }
    compose(events, event, depth).map(Some)
}

/// None when there is no second thread to be had; then nothing was read.
fn in_two_threads(
    events: &mut Events<'_>,
    depth: usize,
    take: &mut impl FnMut(Raw) -> Result<(), YamlError>,
) -> Option<Result<(), YamlError>> {
    thread::scope(|scope| {
        let (give, batches) = sync_channel(WAITING);
        let reader = thread::Builder::new().spawn_scoped(scope, move || read(events, depth, &give)).ok()?;
        let taken = take_all(batches, take);
        let read = match reader.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        Some(match (taken, read) {
            (Err(_), Err(error)) if error.refusal == Refusal::Syntax => Err(error),
            (Err(error), _) => Err(error),
            (Ok(()), read) => read,
        })
    })
}

/// Reads until the end, an error, or nobody wants more.
fn read(events: &mut Events<'_>, depth: usize, give: &SyncSender<Vec<Raw>>) -> Result<(), YamlError> {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let item = next(events, depth);
        let ends = !matches!(item, Ok(Some(_)));
        let outcome = item.map(|item| batch.extend(item));
        if ends || batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if give.send(full).is_err() || ends {
                return outcome;
            }
        }
    }
}

/// Takes until the end or an error; dropping the receiver tells the reader that no more is wanted.
fn take_all(
    batches: Receiver<Vec<Raw>>,
    take: &mut impl FnMut(Raw) -> Result<(), YamlError>,
) -> Result<(), YamlError> {
    batches.into_iter().flatten().try_for_each(take)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many items were taken, and what came of it; `refused` is an item that `take` refuses.
    fn outcome(text: &str, refused: &str, two: bool) -> (usize, Result<(), String>) {
        let mut events = Events::new(text.as_bytes());
        events.open_document().unwrap();
        let mut taken = 0;
        let mut take = |raw: Raw| {
            if format!("{raw:?}").contains(refused) {
                return Err(YamlError::new(Refusal::BadAlias, raw.mark, "refused"));
            }
            taken += 1;
            Ok(())
        };
        let outcome = if two {
            in_two_threads(&mut events, 1, &mut take).unwrap()
        } else {
            items(&mut events, 1, &mut take)
        };
        let outcome = events.syntax_first(outcome).map_err(|error| error.problem);
        (taken, outcome)
    }

    #[test]
    fn two_threads_read_what_one_reads() {
        let list = |items: std::ops::Range<usize>| -> String {
            items.map(|number| format!("- {{id: T{number}.}}\n")).collect::<Vec<_>>().concat()
        };
        let deep = format!("- {}\n", "[".repeat(crate::legacy::yaml::MAX_DEPTH + 1));
        for (text, refused) in [
            (list(0..0) + "[]", "none"),
            (list(0..1), "none"),
            (list(0..BATCH), "none"),
            (list(0..2_000), "none"),
            (list(0..2_000), "T0."),
            (list(0..2_000), "T1999."),
            (list(0..1_000) + "- {id: [}\n" + &list(1_000..2_000), "none"),
            (list(0..1_000) + "- {id: [}\n" + &list(1_000..2_000), "T5."),
            (list(0..1_000) + &deep, "none"),
            (list(0..1_000) + &deep, "T999."),
        ] {
            let one = outcome(&text, refused, false);
            for _ in 0..3 {
                let two = outcome(&text, refused, true);
                assert_eq!(two.1, one.1, "{refused} in {text:.40}");
                // A syntax error may be found before the items in front of it were taken.
                assert!(two.0 == one.0 || one.1.is_err(), "{refused} in {text:.40}");
            }
        }
    }
}
