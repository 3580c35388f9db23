//! What a masked value claims to be.

use std::path::Path;

use serde_json::Value;

use crate::operation::FieldType;

/// A kind of value that two honest runs may each have their own of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Claim {
    /// A time.
    Time,
    /// A commit id, or another of 7 to 64 hexadecimal digits.
    Sha,
    /// The number of a process.
    Pid,
    /// An absolute path below a folder for temporary files.
    TempPath,
    /// An absolute path.
    Path,
    /// A whole number.
    Integer,
}

/// The folders for temporary files, beside the one that the environment names.
const TEMPORARY: [&str; 4] = ["/tmp", "/var/tmp", "/private/tmp", "/dev/shm"];

/// The largest number that Linux can be told to give to a process, 2 to the 22nd.
const LARGEST_PID: i64 = 1 << 22;

impl Claim {
    /// Every claim with its name in a file.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Time, "time"),
        (Self::Sha, "sha"),
        (Self::Pid, "pid"),
        (Self::TempPath, "temp-path"),
        (Self::Path, "path"),
        (Self::Integer, "integer"),
    ];

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(claim, _)| *claim == self).map_or("", |(_, name)| name)
    }

    /// Whether a value is what it claims to be.
    pub fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Time, Value::String(text)) => !text.is_empty() && FieldType::Time.canonical(value).is_ok(),
            (Self::Sha, Value::String(text)) => {
                (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            (Self::Pid, Value::String(text)) => text.parse().is_ok_and(is_pid),
            (Self::Pid, Value::Number(number)) => number.as_i64().is_some_and(is_pid),
            (Self::TempPath, Value::String(text)) => is_temporary(Path::new(text)),
            (Self::Path, Value::String(text)) => Path::new(text).is_absolute(),
            (Self::Integer, Value::String(text)) => text.parse::<i64>().is_ok(),
            (Self::Integer, Value::Number(number)) => number.is_i64(),
            _ => false,
        }
    }
}

fn is_pid(number: i64) -> bool {
    (1..=LARGEST_PID).contains(&number)
}

fn is_temporary(path: &Path) -> bool {
    let folders = TEMPORARY.iter().map(Path::new);
    let below =
        |folder: &Path| path.strip_prefix(folder).is_ok_and(|rest| rest.components().next().is_some());
    path.is_absolute() && (folders.into_iter().any(below) || below(&std::env::temp_dir()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_claim_holds_for_its_kind_and_for_no_other() {
        let all = |value: Value| -> Vec<&str> {
            Claim::ALL.iter().filter(|(claim, _)| claim.holds(&value)).map(|(_, name)| *name).collect()
        };
        assert_eq!(all(json!("2026-02-27T16:00:00Z")), ["time"]);
        assert_eq!(all(json!("0a1b2c3d")), ["sha"]);
        assert_eq!(all(json!("/tmp/queue.x8")), ["temp-path", "path"]);
        assert_eq!(all(json!("/srv/queue")), ["path"]);
        assert_eq!(all(json!(4711)), ["pid", "integer"]);
        assert_eq!(all(json!(0)), ["integer"]);
        assert_eq!(all(json!("4711")), ["pid", "integer"]);
        for nothing in [json!(null), json!(""), json!("late"), json!(1.5), json!("sha256:0a1b2c3d")] {
            assert!(all(nothing.clone()).is_empty(), "{nothing}: {:?}", all(nothing.clone()));
        }
    }
}
