//! What is in force, and what is not and why.

use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One protection, and whether it held what ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Protection {
    /// Its name, such as `read-only-original`.
    pub name: String,
    /// Whether it was in force for every command of both sides.
    pub in_force: bool,
    /// By what means, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
    /// Why it was not, for at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

impl Protection {
    /// Every protection there is, strongest first.
    pub const ALL: [&str; 10] = [
        "read-only-original",
        "landlock-writes",
        "landlock-tcp",
        "own-processes",
        "private-tmp",
        "few-capabilities",
        "process-limit",
        "memory-limit",
        "file-size-limit",
        "time-limit",
    ];

    /// One that is in force.
    pub(crate) fn given(name: &str, means: Option<&str>) -> Self {
        Self { name: name.to_owned(), in_force: true, means: means.map(str::to_owned), why_not: None }
    }

    /// One that is not.
    pub(crate) fn missing(name: &str, why_not: impl Into<String>) -> Self {
        Self { name: name.to_owned(), in_force: false, means: None, why_not: Some(why_not.into()) }
    }
}

/// What the sandboxes of a run had, added up: a protection counts as in force when every sandbox had it.
#[derive(Debug, Default)]
pub struct Protections(Mutex<Vec<Protection>>);

impl Protections {
    /// Notes what one sandbox had.
    pub(crate) fn note(&self, sandbox: &[Protection]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in sandbox {
            match all.iter_mut().find(|known| known.name == one.name) {
                None => all.push(one.clone()),
                Some(known) if known.in_force => *known = one.clone(),
                Some(_) => {}
            }
        }
    }

    /// Notes that a sandbox had none, but for the timeout that the harness itself keeps.
    pub(crate) fn note_none(&self, why: &str) {
        let none: Vec<Protection> =
            Protection::ALL.iter().map(|name| Protection::missing(name, why)).collect();
        self.note(&none);
    }

    /// All of them, in the order of [`Protection::ALL`]. One that no sandbox told of was not in force.
    pub fn told(&self) -> Vec<Protection> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |name: &&str| {
            let known = all.iter().find(|known| known.name == **name).cloned();
            known.unwrap_or_else(|| Protection::missing(name, "no command was run"))
        };
        Protection::ALL.iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sandbox_without_a_protection_is_enough_to_say_so() {
        let all = Protections::default();
        all.note(&[Protection::given("landlock-tcp", None), Protection::given("private-tmp", None)]);
        all.note(&[
            Protection::missing("landlock-tcp", "old kernel"),
            Protection::given("private-tmp", None),
        ]);
        all.note(&[Protection::given("landlock-tcp", None), Protection::given("private-tmp", None)]);
        let told = all.told();
        let of = |name: &str| told.iter().find(|one| one.name == name).unwrap();
        assert_eq!(of("landlock-tcp").why_not.as_deref(), Some("old kernel"));
        assert!(of("private-tmp").in_force);
        assert!(!of("time-limit").in_force, "nobody told of it");
    }
}
