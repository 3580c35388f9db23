//! Launching sessions, by the shipped backends, the examples, and backends of a project's own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::support::Project;

/// A project whose role `api` has its worktree.
fn project() -> Project {
    let project = Project::initialised();
    project.git(&["commit", "-q", "--allow-empty", "-m", "first"]);
    project.git(&["worktree", "add", "-q", "-b", "agent/api", "../worktrees/repo-api"]);
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project
}

fn configure(project: &Project, more: &str) {
    let path = project.root().join(".fairway/config.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, format!("{config}\n{more}")).unwrap();
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/session-adapters").join(name)
}

fn example_text(name: &str) -> String {
    std::fs::read_to_string(example(name)).unwrap()
}

/// Waits until a file has a line that begins so.
fn wait_for(path: &Path, text: &str) -> String {
    let begun = Instant::now();
    loop {
        let found = std::fs::read_to_string(path).unwrap_or_default();
        if found.contains(text) {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{} has no {text:?}: {found:?}", path.display());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A program of this name, first on the search path, that writes its words down and ends so.
fn stub(project: &Project, name: &str, code: i32) -> String {
    use std::os::unix::fs::PermissionsExt;
    let folder = project.root().join("../bin");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let log = folder.join(format!("{name}.log"));
    let text = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\n[ {code} = 0 ] || echo no room >&2\nexit {code}\n",
        log.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

fn data(output: &std::process::Output) -> Value {
    let envelope: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    envelope["data"].clone()
}

fn session(project: &Project, id: &str) -> Value {
    project.json(&["session", "status", id])["sessions"][0].clone()
}

#[test]
fn a_dry_run_shows_everything_and_does_nothing() {
    let project = project();
    let launch = |words: &[&str]| project.run(&[&["session", "launch", "--dry-run"], words].concat());
    assert_snapshot!("launch_dry_run", launch(&["--role", "api", "--task-id", "API-1"]));
    assert_snapshot!(
        "launch_dry_run_tmux",
        launch(&["--role", "api", "--backend", "tmux", "--command", "echo 'hi there'", "--id", "night.1"])
    );
    assert_snapshot!("launch_dry_run_json", launch(&["--as", "api", "--backend", "zellij", "--json"]));
    assert_eq!(project.json(&["session", "status", "--all"])["sessions"], serde_json::json!([]));
    assert!(!project.root().join(".fairway/transcripts").exists());
}

#[test]
fn what_cannot_be_launched_leaves_nothing_behind() {
    let project = project();
    let launch = |words: &[&str]| project.run(&[&["session", "launch"], words].concat());
    assert_snapshot!("launch_no_role", launch(&[]));
    assert_snapshot!("launch_unknown_role", launch(&["--role", "apu"]));
    assert_snapshot!("launch_unknown_backend", launch(&["--role", "api", "--backend", "screen"]));
    assert_snapshot!("launch_recorded_only", launch(&["--role", "api", "--backend", "codex-api"]));
    assert_snapshot!("launch_nothing_to_run", launch(&["--role", "web"]));
    assert_snapshot!("launch_no_worktree", launch(&["--role", "web", "--command", "true"]));
    assert_snapshot!(
        "launch_unknown_task",
        launch(&["--role", "api", "--task-id", "API-9", "--command", "true"])
    );
    configure(&project, "[[session_backends]]\nname = \"moon\"\nspawn = [\"moonshell\", \"{command}\"]\n");
    assert_snapshot!(
        "launch_not_installed",
        launch(&["--role", "api", "--backend", "moon", "--command", "true"])
    );
    assert_eq!(project.json(&["session", "status", "--all"])["sessions"], serde_json::json!([]));
}

/// Not through `kill`, which a small installation of Debian lacks.
fn kill_group(pid: i64) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process_group(pid, Signal::KILL).unwrap();
}

#[test]
fn a_launched_process_outlives_the_launch() {
    let project = project();
    configure(&project, &example_text("shell.toml"));
    let said = "echo session=$FAIRWAY_SESSION_ID role=$FAIRWAY_ROLE task=$FAIRWAY_TASK_ID; pwd; sleep 30";
    let words = ["session", "launch", "--role", "api", "--task-id", "API-1", "--command", said];
    let launched = project.json(&words);
    assert_eq!(launched["status"], "running");
    let pid = launched["pid"].as_i64().unwrap();
    let log = project.root().join(".fairway/transcripts/api-API-1.log");
    let text = wait_for(&log, "repo-api");
    assert!(text.starts_with("session=api-API-1 role=api task=API-1\n"), "{text}");

    let row = session(&project, "api-API-1");
    assert_eq!((&row["pid"], &row["session_backend"]), (&pid.into(), &"shell".into()));
    assert_eq!(project.json(&["task-detail", "API-1"])["task"]["status"], "todo", "a launch claims nothing");
    configure(&project, "[sessions]\nstale_when = [\"process_gone\"]\n");
    let alive = project.json(&["session", "reconcile", "--dry-run"]);
    assert_eq!(alive["sessions"][0]["verdict"], "alive");
    // It leads a process group of its own, so the whole group can be ended.
    kill_group(pid);
    let begun = Instant::now();
    while project.json(&["session", "reconcile"])["sessions"][0]["verdict"] != "stale" {
        assert!(begun.elapsed() < Duration::from_secs(30), "the process is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_failed_launch_claims_nothing_and_is_recorded_as_failed() {
    let project = project();
    let path = stub(&project, "tmux", 1);
    let words = [
        "session",
        "launch",
        "--role",
        "api",
        "--task-id",
        "API-1",
        "--backend",
        "tmux",
        "--command",
        "true",
    ];
    let output = project.fairway(&project.root()).env("PATH", path).args(words).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!("launch_failed", String::from_utf8_lossy(&output.stderr));
    let row = session(&project, "api-API-1");
    assert_eq!((&row["status"], &row["pid"]), (&"failed".into(), &Value::Null));
    assert_eq!(project.json(&["task-detail", "API-1"])["task"]["status"], "todo");
}

#[test]
fn a_launch_over_a_session_at_work_says_what_becomes_of_it() {
    let project = project();
    let launch = |command: &str| {
        project.run(&["session", "launch", "--role", "api", "--id", "night", "--command", command, "--json"])
    };
    let first: Value = serde_json::from_str(&launch("sleep 60").stdout).unwrap();
    let pid = first["data"]["pid"].as_i64().unwrap();
    let over = launch("true");
    assert_eq!(over.code, 0, "it is not refused: {over}");
    let over: Value = serde_json::from_str(&over.stdout).unwrap();
    let said = format!("session night was at work as process {pid}, which goes on unrecorded");
    assert_eq!((&over["data"]["created"], &over["warnings"][0]), (&false.into(), &said.as_str().into()));
    kill_group(pid);
    assert_eq!(session(&project, "night")["pid"], over["data"]["pid"]);
}

/// The examples of the shipped backends say what the shipped ones do.
#[test]
fn the_examples_are_the_shipped_backends() {
    let shipped = project();
    for name in ["shell", "tmux", "zellij"] {
        let own = project();
        configure(&own, &example_text(&format!("{name}.toml")));
        own.ok(&["config", "validate"]);
        let plan = |project: &Project| {
            let words = ["session", "launch", "--role", "api", "--backend", name, "--dry-run", "--json"];
            project.run(&words).to_string()
        };
        assert_eq!(plan(&own), plan(&shipped), "{name}");
    }
}

/// A tmux server of this test's own, ended with it.
struct Tmux(PathBuf);

impl Tmux {
    fn run(&self, words: &[&str]) -> String {
        let output = Command::new("tmux").args(words).env("TMUX_TMPDIR", &self.0).env_remove("TMUX").output();
        let output = output.expect("tmux is installed; `make setup` installs it");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

#[test]
fn tmux_runs_a_session_in_a_pane() {
    let project = project();
    configure(&project, &example_text("tmux.toml"));
    let tmux = Tmux(project.root().join("../home"));
    let launch = |id: &str, said: &str| {
        let words = [
            "session",
            "launch",
            "--role",
            "api",
            "--backend",
            "tmux",
            "--id",
            id,
            "--command",
            said,
            "--json",
        ];
        project.fairway(&project.root()).env("TMUX_TMPDIR", &tmux.0).args(words).output().unwrap()
    };
    let launched = data(&launch("night.1", "sleep 1; echo I am $FAIRWAY_ROLE in $PWD; sleep 60"));
    assert_eq!(launched["session"], "night.1");
    // A longer name must not be taken for it.
    assert_eq!(tmux.run(&["list-sessions", "-F", "#{session_name}"]), "night-1");
    let pid = tmux.run(&["list-panes", "-t", "=night-1:", "-F", "#{pane_id} #{pane_pid}"]);
    let recorded = session(&project, "night.1");
    assert_eq!(format!("{} {}", recorded["tmux_pane"].as_str().unwrap(), recorded["pid"]), pid);
    wait_for(&project.root().join(".fairway/transcripts/night-1.log"), "I am api in ");

    let again = launch("night.1", "true");
    assert_eq!(again.status.code(), Some(2), "a session of that name is there");
    assert!(String::from_utf8_lossy(&again.stderr).contains("duplicate session"), "{again:?}");
    assert_eq!(session(&project, "night.1")["status"], "failed");
}

#[test]
fn zellij_is_asked_in_two_steps() {
    let project = project();
    configure(&project, &example_text("zellij.toml"));
    let path = stub(&project, "zellij", 0);
    let words = ["session", "launch", "--role", "api", "--backend", "zellij", "--command", "true", "--json"];
    let launched = data(&project.fairway(&project.root()).env("PATH", path).args(words).output().unwrap());
    assert_eq!((&launched["status"], &launched["pid"]), (&"running".into(), &Value::Null));
    let asked = std::fs::read_to_string(project.root().join("../bin/zellij.log")).unwrap();
    let lines: Vec<&str> = asked.lines().collect();
    assert_eq!(lines[0], "attach --create-background api-adhoc");
    assert!(lines[1].starts_with("--session api-adhoc run --cwd /"), "{asked}");
    assert!(
        lines[1].ends_with("FAIRWAY_SESSION_ID=api-adhoc FAIRWAY_ROLE=api FAIRWAY_TASK_ID= /bin/sh -c true"),
        "{asked}"
    );
}

#[test]
fn an_api_bridge_speaks_for_its_session() {
    let project = project();
    configure(&project, &example_text("api.toml"));
    let program = Path::new(env!("CARGO_BIN_EXE_fairway")).parent().unwrap().display().to_string();
    let bridge = example("").display().to_string();
    let path = format!("{bridge}:{program}:{}", std::env::var("PATH").unwrap());
    for (id, request, status, code) in [("ask-1", "echo 42", "ended", 0), ("ask-2", "exit 7", "failed", 7)] {
        let words = [
            "session",
            "launch",
            "--role",
            "api",
            "--backend",
            "api-bridge",
            "--id",
            id,
            "--command",
            request,
        ];
        let output = project.fairway(&project.root()).env("PATH", &path).args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let log = project.root().join(format!(".fairway/transcripts/{id}.log"));
        wait_for(&log, &format!("session {id} {status}"));
        let row = session(&project, id);
        assert_eq!((&row["status"], &row["exit_code"]), (&status.into(), &code.into()), "{row}");
    }
}

#[test]
fn a_backend_that_makes_no_sense_is_a_problem_of_the_configuration() {
    let project = project();
    configure(
        &project,
        "[sessions]\ndefault_backend = \"manual\"\nenvironment = [\"ROLE\", \"LANE={lame}\"]\n\n[[session_backends]]\nname = \"a\"\nspawn = []\n\n\
         [[session_backends]]\nname = \"a\"\nlaunch = [[\"run\", \"{comand}\", \"#{pane_id}\"]]\n",
    );
    assert_snapshot!("launch_bad_configuration", project.run(&["config", "validate"]));
}
