//! The rows of a long table, read and looked at by one thread and written by another.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::{panic, thread};

use super::{Looking, Part};
use crate::legacy::snapshot::{Snapshot, SnapshotError};
use crate::migrate::import::ImportError;
use crate::store;

/// How many parts may wait: enough that neither thread waits for the other's slow moments.
const WAITING: usize = 8;

/// Why reading ended early.
enum Stopped {
    Failed(SnapshotError),
    /// Writing failed: that is what is told.
    Nobody,
}

impl From<SnapshotError> for Stopped {
    fn from(error: SnapshotError) -> Self {
        Self::Failed(error)
    }
}

/// Looks at the rows of a table and writes them, in their order.
pub(super) fn run(
    snapshot: Snapshot,
    looking: Looking<'_>,
    mut write: impl FnMut(&Part) -> store::Result<()>,
) -> Result<Looking<'_>, ImportError> {
    let (tell, told) = sync_channel::<Part>(WAITING);
    // What was written goes back to the thread that made it: memory is given back fastest where it was taken.
    let (give_back, used) = channel();
    let (looked, written) = thread::scope(|scope| {
        let reading = scope.spawn(move || look(&snapshot, looking, &tell, &used));
        let written = told.into_iter().try_for_each(|part| {
            write(&part)?;
            // Whoever reads no more needs none.
            let _ = give_back.send(part);
            Ok::<_, store::StoreError>(())
        });
        (reading.join().unwrap_or_else(|panic| panic::resume_unwind(panic)), written)
    });
    written?;
    match looked {
        Ok(looking) => Ok(looking),
        Err(Stopped::Failed(error)) => Err(error.into()),
        Err(Stopped::Nobody) => unreachable!("nobody stops reading but a writer that failed"),
    }
}

fn look<'a>(
    snapshot: &Snapshot,
    mut looking: Looking<'a>,
    tell: &SyncSender<Part>,
    used: &Receiver<Part>,
) -> Result<Looking<'a>, Stopped> {
    let source = looking.source;
    let mut part = Part::default();
    snapshot.each_row(source, |row| {
        looking.at(&row, &mut part);
        if !part.is_full() {
            return Ok(());
        }
        let mut next = used.try_recv().unwrap_or_default();
        next.clear();
        tell.send(std::mem::replace(&mut part, next)).map_err(|_| Stopped::Nobody)
    })?;
    tell.send(part).map_err(|_| Stopped::Nobody)?;
    Ok(looking)
}
