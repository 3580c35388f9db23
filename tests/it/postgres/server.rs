//! A PostgreSQL of the test's own: in a temporary folder, on a socket in it, and on no network.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A server that ends with the test.
pub(super) struct Server {
    folder: TempDir,
    programs: PathBuf,
}

/// Where Debian has the programs of a server; else they are in PATH.
fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    let in_path = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    versions.pop().or_else(in_path).expect("no PostgreSQL server; `make setup` installs it")
}

/// A program, as somebody else than root: the server refuses to be run by root.
fn as_somebody(program: &Path) -> Command {
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

impl Server {
    pub(super) fn start() -> Self {
        let server = Self { folder: TempDir::new().unwrap(), programs: programs() };
        server.hand_over();
        let data = server.data();
        let auth = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C"];
        server.must("initdb", &[&["--pgdata", &data], auth.as_slice()].concat());
        let socket = server.folder.path().display().to_string();
        let options = format!("-c listen_addresses='' -c unix_socket_directories='{socket}' -c fsync=off");
        let log = format!("{socket}/log");
        server.must("pg_ctl", &["--pgdata", &data, "--log", &log, "--options", &options, "--wait", "start"]);
        server
    }

    /// The folder becomes that of who runs the server.
    fn hand_over(&self) {
        let who = as_somebody(Path::new("id")).arg("-u").output().expect("setpriv is installed").stdout;
        let who = String::from_utf8(who).unwrap();
        let status = Command::new("chown").arg(who.trim()).arg(self.folder.path()).status().unwrap();
        assert!(status.success(), "the temporary folder cannot be given to `{}`", who.trim());
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn program(&self, name: &str) -> Command {
        let mut command = as_somebody(&self.programs.join(name));
        command.current_dir("/").env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
        command
    }

    /// Output goes to files: a server that lives on would keep a pipe open.
    fn must(&self, program: &str, words: &[&str]) {
        let log = tempfile::NamedTempFile::new().unwrap();
        let out = || Stdio::from(log.reopen().unwrap());
        let status = self.program(program).args(words).stdout(out()).stderr(out()).status().unwrap();
        assert!(status.success(), "{program}: {}", std::fs::read_to_string(log.path()).unwrap());
    }

    /// Runs statements in one transaction. Answers what they print: rows of fields between bars.
    pub(super) fn run(&self, sql: &str) -> Result<String, String> {
        let socket = self.folder.path().display().to_string();
        let mut child = self
            .program("psql")
            .args(["--host", &socket, "--username", "postgres", "--dbname", "postgres", "--no-psqlrc"])
            .args(["--quiet", "--no-align", "--tuples-only", "--single-transaction"])
            .args(["--set", "ON_ERROR_STOP=1", "--file", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let sql = sql.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(sql.as_bytes()));
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let _ = writer.join();
        if status.success() {
            Ok(String::from_utf8(stdout).unwrap())
        } else {
            Err(String::from_utf8_lossy(&stderr).into_owned())
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        let mut command = self.program("pg_ctl");
        command.args(["--pgdata", &data, "--mode", "immediate", "--wait", "stop"]);
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}
