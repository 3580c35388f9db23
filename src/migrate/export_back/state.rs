//! Which state keys of the queue file have to say something else, and what.

use std::collections::HashMap;

use super::BackError;
use super::yaml::{Change, StateKey};
use crate::legacy::queue::{QueueDocument, Seed};
use crate::legacy::snapshot::{FileKey, Mapping};
use crate::model::Timestamp;
use crate::model::task::{ReviewStatus, TaskState};

/// The state of each task, by id.
pub type States = HashMap<String, TaskState>;

/// The state keys of a queue file: those of the mapping, under the names that the configuration gives them as well.
pub fn keys(mapping: &Mapping, other_names: &[(String, String)]) -> Vec<StateKey> {
    let key = |key: &FileKey| {
        let others =
            other_names.iter().filter(|(_, ours)| *ours == key.name).map(|(theirs, _)| theirs.clone());
        StateKey {
            names: std::iter::once(key.name.clone()).chain(others).collect(),
            default: key.default.clone(),
        }
    };
    mapping.file.keys.iter().map(key).collect()
}

/// What differs between two states of the tasks, in the words of the file. Tasks that `now` does not have are left out;
/// of those that `base` does not have everything differs.
///
/// # Errors
/// When the mapping names a column or a form of times that does not exist.
pub fn changes<'s>(
    mapping: &Mapping,
    base: &States,
    now: impl Iterator<Item = (&'s str, &'s TaskState)>,
) -> Result<Vec<Change>, BackError> {
    if mapping.file.keys.is_empty() {
        return Err(BackError::NoKeys);
    }
    let none = TaskState::default();
    let mut found = Vec::new();
    for (id, state) in now {
        let before = base.get(id).unwrap_or(&none);
        for (place, key) in mapping.file.keys.iter().enumerate() {
            let value = column(state, &key.column)?;
            if value != column(before, &key.column)? {
                let value =
                    value.map(|value| if key.time { theirs(mapping, value) } else { Ok(value.to_owned()) });
                found.push(Change { task: id.to_owned(), key: place, value: value.transpose()? });
            }
        }
    }
    Ok(found)
}

/// A time of the store as the legacy writes it; what is no time stays as it is.
///
/// # Errors
/// When the mapping's form of times is none.
pub fn theirs(mapping: &Mapping, stored: &str) -> Result<String, BackError> {
    match (Timestamp::parse(stored), &mapping.time_form) {
        (Some(time), Some(form)) if time.to_store() == stored => {
            time.to_form(form).ok_or_else(|| BackError::Mapping(format!("the time form {form:?}")))
        }
        _ => Ok(stored.to_owned()),
    }
}

/// One column of a task's state; empty is none.
pub(super) fn column<'s>(state: &'s TaskState, name: &str) -> Result<Option<&'s str>, BackError> {
    let value = match name {
        "status" => Some(state.status.as_str()),
        "owner" => state.owner.as_deref(),
        "claimant" => state.claimant.as_deref(),
        "branch" => state.branch.as_deref(),
        "claimed_at" => state.claimed_at.as_deref(),
        "completed_at" => state.completed_at.as_deref(),
        "commit_sha" => state.commit_sha.as_deref(),
        "blocked_reason" => state.blocked_reason.as_deref(),
        "review_status" => Some(state.review_status)
            .filter(|review| *review != ReviewStatus::NotRequired)
            .map(ReviewStatus::as_str),
        "updated_at" => Some(state.updated_at.as_str()),
        other => return Err(BackError::Mapping(format!("the state column {other:?}"))),
    };
    Ok(value.filter(|text| !text.is_empty()))
}

/// The states that a queue file names itself.
pub fn of_file(queue: &QueueDocument) -> States {
    let none = Seed::default();
    let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let state = |seed: &Seed| TaskState {
        status: seed.status().to_owned(),
        owner: owned(&seed.owner),
        branch: owned(&seed.branch),
        commit_sha: owned(&seed.commit),
        completed_at: owned(&seed.completed_at),
        ..TaskState::default()
    };
    queue
        .tasks
        .iter()
        .map(|task| (task.id.to_string(), state(task.seed.as_deref().unwrap_or(&none))))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_changed_comes_in_the_words_of_the_file() {
        let mapping = Mapping::named("gpuaas", Path::new("/nowhere")).unwrap();
        let before =
            TaskState { status: "todo".to_owned(), owner: Some("codex".to_owned()), ..TaskState::default() };
        let after = TaskState {
            status: "done".to_owned(),
            completed_at: Some("2026-02-27T16:00:00.250Z".to_owned()),
            commit_sha: Some("abc".to_owned()),
            ..TaskState::default()
        };
        let base = States::from([("A".to_owned(), before)]);
        let found = changes(&mapping, &base, [("A", &after)].into_iter()).unwrap();
        let said: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|change| (mapping.file.keys[change.key].name.as_str(), change.value.as_deref()))
            .collect();
        assert_eq!(
            said,
            [
                ("status", Some("done")),
                ("owner", None),
                ("commit", Some("abc")),
                ("completed_at", Some("2026-02-27T16:00:00Z"))
            ]
        );
    }

    #[test]
    fn every_column_that_ships_is_one_and_others_are_refused() {
        let mut mapping = Mapping::named("gpuaas", Path::new("/nowhere")).unwrap();
        let state = TaskState::default();
        assert!(changes(&mapping, &States::new(), [("A", &state)].into_iter()).is_ok());
        mapping.file.keys[0].column = "state".to_owned();
        assert!(changes(&mapping, &States::new(), [("A", &state)].into_iter()).is_err());
        mapping.time_form = Some("%!".to_owned());
        assert!(theirs(&mapping, "2026-02-27T16:00:00.000Z").is_err());
        assert_eq!(theirs(&mapping, "soon").unwrap(), "soon");
    }
}
