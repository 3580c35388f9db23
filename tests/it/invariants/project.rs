//! A temporary project that is asked in process.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use fairway::config::{self, Config, ProjectPaths};
use fairway::model::Timestamp;
use fairway::ops::{self, Context, InitRequest, OpError, Origin};
use fairway::policy::holding::Caller;
use fairway::store::Finding;
use serde_json::Value;
use tempfile::TempDir;

use super::calls::{Call, ROLES};

/// Under which configuration calls are made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rules {
    /// The defaults, with two roles and the evidence gate.
    Plain,
    /// The preset of the scripts, which reads the queue file again when it has changed.
    Gpuaas,
}

pub(super) struct Project {
    folder: TempDir,
    preset: &'static str,
    /// Each sequence has a store of its own.
    sequence: usize,
    /// Every call comes a minute after the one before.
    minutes: i64,
    /// Read once: that takes longer than most calls.
    loaded: OnceCell<(Config, ProjectPaths)>,
    /// Where work lies that is not committed.
    work: RefCell<BTreeSet<PathBuf>>,
    caller: RefCell<Caller>,
}

/// Backends that need nothing installed: one that starts nothing, one that fails, one that is not there.
const BACKENDS: &str = "
[[session_backends]]
name = \"nothing\"
launch = [[\"true\"]]
identify = [\"echo\", \"%1 99999991\"]

[[session_backends]]
name = \"broken\"
launch = [[\"false\"]]

[[session_backends]]
name = \"moon\"
launch = [[\"moonshell\"]]
";

/// Where the preset has the queue file.
const QUEUE: &str = "doc/governance/Agent_Work_Queue.yaml";

impl Project {
    pub(super) fn new(rules: Rules) -> Self {
        let preset = match rules {
            Rules::Gpuaas => "gpuaas",
            Rules::Plain => "default",
        };
        let project = Self {
            folder: folder(),
            preset,
            sequence: 0,
            minutes: 0,
            loaded: OnceCell::new(),
            work: RefCell::default(),
            caller: RefCell::default(),
        };
        std::fs::create_dir(project.folder.path().join("repo")).unwrap();
        let root = project.root();
        for words in [
            ["init", "-q", "-b", "master"].as_slice(),
            &["commit", "-q", "--allow-empty", "-m", "one"],
            &["branch", "agent/A-backend"],
        ] {
            let status = Command::new("git")
                .args(words)
                .current_dir(&root)
                .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "tester")))
                .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "tester@demo.example")))
                .status();
            assert!(status.unwrap().success(), "git {words:?}");
        }
        let text = match rules {
            Rules::Plain => {
                "[fairway]\nproject_name = \"demo\"\nmain_branch = \"master\"\n\n[[roles]]\nname = \"A-backend\"\n\n\
                 [[roles]]\nname = \"B-ui\"\n\n[gates]\nrequire_evidence_before_done = true\n"
                    .to_owned()
            }
            Rules::Gpuaas => config::preset(preset, "demo").unwrap(),
        };
        std::fs::create_dir(root.join(".fairway")).unwrap();
        std::fs::write(root.join(".fairway/config.toml"), text + BACKENDS).unwrap();
        project
    }

    /// A store of four tasks and the worktree of one role, as at the beginning.
    pub(super) fn begin(&mut self) {
        self.minutes = 0;
        self.sequence += 1;
        self.forget_lanes();
        self.write_queue("version: 1\ntasks: []\n");
        ops::init(&InitRequest {
            directory: self.root(),
            config: None,
            db: Some(self.db()),
            no_legacy: false,
            preset: self.preset.to_owned(),
            now: self.now(),
            actor: "tester@demo".to_owned(),
        })
        .unwrap();
        // The first call of all reads the queue file, be it refused or not.
        ops::status_report(&self.context(None)).unwrap();
        for (id, role, parent, depends_on) in [
            ("A-1", "A-backend", None, vec![]),
            ("A-2", "B-ui", Some("A-1"), vec![]),
            ("A-3", "A-backend", Some("A-1"), vec!["A-1", "A-2"]),
            ("A-4", "B-ui", Some("A-3"), vec!["A-3"]),
        ] {
            self.ask(&Call::Add { id, role, parent, depends_on, priority: None }).unwrap();
        }
        ops::worktree_setup(&self.context(None), &["A-backend".to_owned()], false).unwrap();
    }

    fn db(&self) -> PathBuf {
        self.root().join(format!(".fairway/state-{}.db", self.sequence))
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("repo").canonicalize().unwrap()
    }

    /// Takes the worktrees and their branches away again, by hand: every sequence begins without.
    fn forget_lanes(&self) {
        self.work.borrow_mut().clear();
        let git = self.root().join(".git");
        let places = [git.join("worktrees"), git.join("refs/heads/review")];
        let branches = ROLES[1..].iter().map(|role| git.join("refs/heads/agent").join(role));
        for place in places.into_iter().chain(ROLES.map(|role| self.worktree(role))).chain(branches) {
            let _ = std::fs::remove_dir_all(&place).or_else(|_| std::fs::remove_file(&place));
        }
    }

    fn worktree(&self, role: &str) -> PathBuf {
        let name = match self.preset {
            "gpuaas" => format!("../gpuas-{role}"),
            _ => format!("../worktrees/repo-{role}"),
        };
        self.root().join(name)
    }

    /// Leaves a file in a role's worktree, where there is one.
    pub(super) fn leave_work(&self, role: &str) {
        let worktree = self.worktree(role);
        if worktree.join(".git").exists() {
            let path = worktree.join("work.txt");
            std::fs::write(&path, "not committed").unwrap();
            self.work.borrow_mut().insert(path);
        }
    }

    /// Deletes a role's worktree, and what lies in it, behind git's back.
    pub(super) fn vanish(&self, role: &str) {
        let worktree = self.worktree(role);
        let _ = std::fs::remove_dir_all(&worktree);
        self.work.borrow_mut().retain(|path| !path.starts_with(&worktree));
    }

    /// What was left in worktrees and is not there any more.
    pub(super) fn lost_work(&self) -> Vec<PathBuf> {
        self.work.borrow().iter().filter(|path| !path.exists()).cloned().collect()
    }

    pub(super) fn queue(&self) -> PathBuf {
        self.root().join(QUEUE)
    }

    pub(super) fn write_queue(&self, text: &str) {
        let path = self.queue();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn now(&self) -> Timestamp {
        let text = format!(
            "2026-03-{:02}T{:02}:{:02}:00Z",
            1 + self.minutes / 1440,
            self.minutes / 60 % 24,
            self.minutes % 60
        );
        Timestamp::parse(&text).unwrap()
    }

    pub(super) fn context(&self, role: Option<&str>) -> Context {
        let (config, paths) = self.loaded.get_or_init(|| {
            let paths = config::find(&self.root(), None, None).unwrap();
            (config::load(&paths.config).unwrap().config, paths)
        });
        let origin = Origin {
            paths: paths.clone(),
            db: Some(self.db()),
            now: self.now(),
            actor: "tester@demo".to_owned(),
            role: role.map(str::to_owned),
            caller: self.caller.borrow().clone(),
            busy_timeout: Duration::from_secs(5),
        };
        Context::with_config(config.clone(), origin)
    }

    /// Everything in the store, as it stands: the queue file is not read again for it.
    pub(super) fn export(&self) -> Value {
        let context = self.context(None);
        let store = context.open_store().unwrap();
        let dump: Result<_, OpError> = store.read(|reader| Ok(reader.dump()?));
        let mut tables = dump.unwrap();
        // That the queue file is the same under another time may be remembered by any call, a refused one too.
        if let Some(Value::Array(events)) = tables.get_mut("audit_events") {
            events.retain(|event| event["action"] != "source-touched");
            for event in events {
                event["id"] = Value::Null;
            }
        }
        Value::Object(tables)
    }

    pub(super) fn check(&self) -> Vec<Finding> {
        ops::check(&self.context(None)).unwrap().findings
    }

    /// A call, a minute later.
    fn ask(&mut self, call: &Call) -> Result<(), String> {
        self.tick();
        self.call(call)
    }

    /// Lets a minute pass. Answers whether a lease ran out in it, which frees its task whatever is asked next.
    pub(super) fn tick(&mut self) -> bool {
        self.minutes += 1;
        let context = self.context(None);
        let store = context.open_store().unwrap();
        let now = self.now().to_store();
        let ran_out: Result<_, OpError> = store.read(|reader| Ok(reader.leases_ran_out(&now)?));
        let ran_out = ran_out.unwrap();
        if ran_out {
            // Any look frees it, unless the queue file is broken.
            let _ = ops::status_report(&context);
        }
        ran_out
    }

    pub(super) fn call(&self, call: &Call) -> Result<(), String> {
        call.ask(self).map_err(|error| error.to_string())
    }

    /// What the calls that follow say of who makes them.
    pub(super) fn say(&self, caller: Caller) {
        *self.caller.borrow_mut() = caller;
    }
}

/// In memory where there is such a place: each change waits for the disk otherwise.
fn folder() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}
