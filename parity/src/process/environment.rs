//! The environment of a hermetic run: everything that two honest runs could pick up from the machine is fixed.

use std::path::Path;

use crate::sandbox::Sandbox;

/// Author and committer of whatever a run commits, so that commit ids come out the same on both sides.
const IDENTITY: [(&str, &str); 6] = [
    ("GIT_AUTHOR_NAME", "parity"),
    ("GIT_AUTHOR_EMAIL", "parity@fairway.example"),
    ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"),
    ("GIT_COMMITTER_NAME", "parity"),
    ("GIT_COMMITTER_EMAIL", "parity@fairway.example"),
    ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
];

/// The whole environment of a run in `sandbox`. `path` is the `PATH` as it stands: the sandbox's `bin` is on
/// it only when the caller puts it there. `extra` comes last and replaces what has the same name.
///
/// Git reads no configuration but that of the copy, finds no repository above the sandbox, asks nothing, and
/// may use no transport: the copy has the remotes of the original, and must not push to them.
pub fn hermetic_environment(
    sandbox: &Sandbox,
    path: &str,
    extra: &[(String, String)],
) -> Vec<(String, String)> {
    hermetic(&Rooms { root: sandbox.root(), home: sandbox.home(), temp: sandbox.temp() }, path, extra)
}

/// The folders that an environment names.
pub(crate) struct Rooms<'a> {
    /// No repository is looked for in this folder or above it.
    pub root: &'a Path,
    /// `HOME`.
    pub home: &'a Path,
    /// `TMPDIR`.
    pub temp: &'a Path,
}

/// See [`hermetic_environment`].
pub(crate) fn hermetic(rooms: &Rooms<'_>, path: &str, extra: &[(String, String)]) -> Vec<(String, String)> {
    let home = rooms.home.to_string_lossy();
    let temp = rooms.temp.to_string_lossy();
    let root = rooms.root.to_string_lossy();
    let fixed = [
        ("PATH", path),
        ("HOME", &home),
        ("TMPDIR", &temp),
        ("USER", "parity"),
        ("LOGNAME", "parity"),
        ("TZ", "UTC"),
        ("LC_ALL", "C.UTF-8"),
        ("LANG", "C.UTF-8"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CEILING_DIRECTORIES", &root),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_ALLOW_PROTOCOL", "none"),
    ];
    let mut environment: Vec<(String, String)> = fixed
        .into_iter()
        .chain(IDENTITY)
        .filter(|(name, _)| !extra.iter().any(|(other, _)| other == name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    environment.extend(extra.iter().cloned());
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_replaces_and_never_doubles() {
        let rooms = Rooms { root: Path::new("/s"), home: Path::new("/s/home"), temp: Path::new("/s/tmp") };
        let extra = [("TZ".to_owned(), "Asia/Tokyo".to_owned()), ("QUEUE_NOW".to_owned(), "x".to_owned())];
        let environment = hermetic(&rooms, "/bin", &extra);
        let named = |name: &str| -> Vec<&str> {
            environment.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
        };
        assert_eq!(named("TZ"), ["Asia/Tokyo"]);
        assert_eq!(named("QUEUE_NOW"), ["x"]);
        assert_eq!(named("HOME"), ["/s/home"]);
        assert_eq!(named("PATH"), ["/bin"]);
    }
}
