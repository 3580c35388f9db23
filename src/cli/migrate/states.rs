//! The canonical states of a migration's two sides, read by the harness through the adapters of both.

use std::path::Path;
use std::time::Duration;

use fairway_parity::run::{new_run_id, reread};
use fairway_parity::system::state_of;
use fairway_parity::{Library, RunRequest};
use serde_json::Value;

use crate::migrate::verify::Canonical;
use crate::ops::{StatesRead, StatesWanted};

/// The adapter of Fairway's own store.
const OWN: &str = "fairway";
/// What the source is asked, so that it reads its queue file again.
const OPERATION: &str = "export";
/// How long the source's commands may take.
const TIMEOUT: Duration = Duration::from_mins(5);

/// Reads both, or says why nobody can.
pub(super) fn read(root: &Path, wanted: &StatesWanted) -> Result<StatesRead, String> {
    let library = Library::load(Some(root)).map_err(|error| error.to_string())?;
    let find = |name: &str| library.adapter(name).ok_or_else(|| format!("there is no adapter `{name}`"));
    let (theirs, ours) = (find(&wanted.adapter)?, find(OWN)?);
    let kept = match &wanted.database {
        Some(path) => {
            let folder = path.parent().unwrap_or(root);
            let state = state_of(folder, Some(path), theirs, &library.schema);
            Some(canonical(&state.map_err(|error| error.to_string())?))
        }
        None => None,
    };
    let live = wanted.checkout.clone().and_then(|checkout| {
        let state = ask(&checkout, &library, &wanted.adapter)?;
        let by = format!("`{OPERATION}` of {}, in a copy of {}", wanted.adapter, checkout.display());
        Ok((canonical(&state), by))
    });
    let (mut source, by) = match (live, &kept) {
        (Ok(live), _) => live,
        // The database alone is the whole source where no queue file goes with it.
        (Err(_), Some(kept)) if !wanted.has_queue => {
            (kept.clone(), format!("the queries of {}, in the kept database", wanted.adapter))
        }
        (Err(why), _) => return Err(why),
    };
    let store =
        state_of(root, Some(&wanted.store), ours, &library.schema).map_err(|error| error.to_string())?;
    let mut store = canonical(&store);
    for side in [&mut source, &mut store] {
        forget_arrivals(side, kept.as_ref());
    }
    Ok(StatesRead { source, store, by })
}

fn ask(
    checkout: &Path,
    library: &Library,
    adapter: &str,
) -> Result<fairway_parity::observation::QueueState, String> {
    let out =
        tempfile::Builder::new().prefix("fairway-verify-").tempdir().map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let request = RunRequest {
        run_id: new_run_id(),
        reference_dir: checkout.to_owned(),
        reference: adapter.to_owned(),
        candidate: OWN.to_owned(),
        program: Some(program.clone()),
        behaviours: Vec::new(),
        scenario: None,
        seed: 0,
        once: true,
        jobs: 1,
        out: out.path().to_owned(),
        keep: false,
        timeout: TIMEOUT,
        replay: false,
        config: None,
        keeper: Some(program),
    };
    reread(&request, library, OPERATION).map_err(|error| error.to_string())
}

fn canonical(state: &fairway_parity::observation::QueueState) -> Canonical {
    // Rows of texts, numbers, lists and objects under text keys always serialise.
    serde_json::to_value(state).and_then(serde_json::from_value).unwrap_or_default()
}

/// A task that is only in the queue file gets its first row of history when either side reads the file: at another moment,
/// and by another hand. What the row says is compared.
fn forget_arrivals(state: &mut Canonical, kept: Option<&Canonical>) {
    let known = kept.and_then(|kept| kept.get("history"));
    for (key, row) in state.get_mut("history").into_iter().flatten() {
        if known.is_none_or(|known| !known.contains_key(key)) {
            for column in ["at", "actor"] {
                row.insert(column.to_owned(), Value::Null);
            }
        }
    }
}
