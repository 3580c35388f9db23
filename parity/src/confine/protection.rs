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
    /// What it lacks although it was in force, for at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
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
        let (name, means) = (name.to_owned(), means.map(str::to_owned));
        Self { name, in_force: true, means, lacks: None, why_not: None }
    }

    /// The same, without what a stronger means would give.
    pub(crate) fn lacking(self, what: impl Into<String>) -> Self {
        Self { lacks: Some(what.into()), ..self }
    }

    /// One that is not.
    pub(crate) fn missing(name: &str, why_not: impl Into<String>) -> Self {
        let (name, why_not) = (name.to_owned(), Some(why_not.into()));
        Self { name, in_force: false, means: None, lacks: None, why_not }
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
                // The weakest counts.
                Some(known) if known.in_force && (known.lacks.is_none() || !one.in_force) => {
                    *known = one.clone();
                }
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

    #[test]
    fn what_one_sandbox_lacks_is_said_whatever_the_others_have() {
        let given = || Protection::given("process-limit", Some("control group"));
        let weaker = || Protection::given("process-limit", Some("counting")).lacking("a control group");
        let told = |sandboxes: &[Protection]| {
            let all = Protections::default();
            for one in sandboxes {
                all.note(std::slice::from_ref(one));
            }
            all.told().into_iter().find(|one| one.name == "process-limit").unwrap()
        };
        assert_eq!(told(&[weaker(), given()]), weaker());
        assert_eq!(told(&[given(), weaker(), given()]), weaker());
        assert!(!told(&[weaker(), Protection::missing("process-limit", "none"), given()]).in_force);
    }
}
