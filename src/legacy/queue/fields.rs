//! Which field of a task is which, and what Ruby takes for blank.

use crate::legacy::yaml::{Mapping, Node};

/// A field that Fairway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Title,
    Role,
    Kind,
    Parent,
    DependsOn,
    Priority,
    Sequence,
    AcceptanceChecks,
    Notes,
    Status,
    Owner,
    Branch,
    Commit,
    CompletedAt,
}

const COUNT: usize = Field::CompletedAt as usize + 1;

impl Field {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "title" => Self::Title,
            "role" => Self::Role,
            "kind" => Self::Kind,
            "parent" => Self::Parent,
            "depends_on" => Self::DependsOn,
            "priority" => Self::Priority,
            "sequence" => Self::Sequence,
            "acceptance_checks" => Self::AcceptanceChecks,
            "notes" => Self::Notes,
            "status" => Self::Status,
            "owner" => Self::Owner,
            "branch" => Self::Branch,
            "commit" => Self::Commit,
            "completed_at" => Self::CompletedAt,
            _ => return None,
        })
    }
}

/// The entries of a task's mapping, sorted: those that are fields, and the others in their order.
#[derive(Debug)]
pub(super) struct Fields<'n> {
    known: [Option<(&'n str, &'n Node)>; COUNT],
    /// Places in the mapping of the entries that are no fields.
    pub(super) unknown: Vec<usize>,
}

impl<'n> Fields<'n> {
    /// Sorts a mapping's entries. A field under its own name comes before one under an alias; what stands under an
    /// alias then is an unknown field.
    pub(super) fn of(mapping: &'n Mapping, aliases: &[(String, String)]) -> Self {
        let mut fields = Self { known: [None; COUNT], unknown: Vec::new() };
        let mut others = Vec::new();
        for (index, (key, value)) in mapping.entries.iter().enumerate() {
            let Some(name) = key.value.as_str() else {
                others.push(index);
                continue;
            };
            match Field::named(name) {
                Some(field) => fields.known[field as usize] = Some((name, value)),
                None => others.push(index),
            }
        }
        for index in others {
            let (key, value) = &mapping.entries[index];
            let alias = key.value.as_str().and_then(|name| {
                let (_, ours) = aliases.iter().find(|(theirs, _)| theirs == name)?;
                Some((Field::named(ours)?, name))
            });
            match alias {
                Some((field, name)) if fields.known[field as usize].is_none() => {
                    fields.known[field as usize] = Some((name, value));
                }
                _ => fields.unknown.push(index),
            }
        }
        fields
    }

    /// A field's name in the file, and its value.
    pub(super) fn get(&self, field: Field) -> Option<(&'n str, &'n Node)> {
        self.known[field as usize]
    }
}

/// Whether Ruby's `strip` leaves nothing of a text.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'..=b'\r' | 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::definitions::TASK_FIELDS;

    #[test]
    fn the_fields_are_those_that_a_configuration_may_name() {
        let mut places: Vec<usize> =
            TASK_FIELDS.iter().filter_map(|name| Field::named(name)).map(|field| field as usize).collect();
        places.sort_unstable();
        assert_eq!(places, (0..COUNT).collect::<Vec<_>>());
    }
}
