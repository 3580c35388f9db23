//! The schema of `.fairway/config.toml`: one type per section, one file per group of sections.
//!
//! A type says what the file says; what a key that was left out means is in its default, or in a method.

mod backends;
mod import;
mod lanes;
mod legacy;
mod packets;
mod project;
mod queue;
mod rules;
mod sessions;

pub use backends::SessionBackend;
pub(super) use backends::{PLACEHOLDERS, VARIABLES};
pub use import::{Import, ProblemLevel, Refresh};
pub use lanes::{Role, Worktrees};
pub use legacy::{Graduation, Legacy};
pub use packets::Packets;
pub use project::{Dashboard, Fairway};
pub use queue::{PriorityLevel, States, TaskKinds, TaskPriorities, Transition};
pub use rules::{Claims, Gates, HandoffField, Owner, ReviewRoute, Reviewers, Reviews};
pub use sessions::{Blocker, Coordinator, Sessions, Staleness};

use super::section::section;

section! {
    /// The configuration of one project.
    pub struct Config {
        /// The project itself.
        pub fairway: Fairway = Fairway::default(),
        /// The lanes in which work is done, in the order in which reports list them.
        pub roles: Vec<Role> = Vec::new(),
        /// Where the roles' worktrees are and what they are called.
        pub worktrees: Worktrees = Worktrees::default(),
        /// The states of a task.
        pub states: States = States::default(),
        /// The kinds of task.
        pub task_kinds: TaskKinds = TaskKinds::default(),
        /// The priorities of a task.
        pub task_priorities: TaskPriorities = TaskPriorities::default(),
        /// What a claim writes and asks for.
        pub claims: Claims = Claims::default(),
        /// What has to be there before a task moves on.
        pub gates: Gates = Gates::default(),
        /// Who may review, and what a verdict needs.
        pub reviews: Reviews = Reviews::default(),
        /// Which changed paths need whose review; every route that matches counts, in this order.
        pub review_routes: Vec<ReviewRoute> = Vec::new(),
        /// How a queue file is read, and how much each problem in it weighs.
        pub import: Import = Import::default(),
        /// Sessions of coding agents.
        pub sessions: Sessions = Sessions::default(),
        /// What a packet says where its caller says nothing.
        pub packets: Packets = Packets::default(),
        /// What runs sessions, besides the backends that ship with Fairway.
        pub session_backends: Vec<SessionBackend> = Vec::new(),
        /// Reports of the coordinator.
        pub coordinator: Coordinator = Coordinator::default(),
        /// The dashboard in the browser.
        pub dashboard: Dashboard = Dashboard::default(),
        /// The scripts that this project still has or had; absent in a project that never had any.
        pub legacy: Option<Legacy> = None,
    }
}

impl Config {
    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// Every backend: those of the file, then the shipped ones that it does not replace.
    pub fn backends(&self) -> impl Iterator<Item = SessionBackend> {
        let own = &self.session_backends;
        let shipped = SessionBackend::shipped().into_iter();
        let kept = shipped.filter(|backend| own.iter().all(|other| other.name != backend.name));
        own.iter().cloned().chain(kept)
    }

    /// The names of all roles, in the order of the file.
    pub fn role_names(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|role| role.name.as_str())
    }
}

/// The section that has a key of that name, for a key that stands in the wrong one.
pub(super) fn home_of(key: &str) -> Option<String> {
    let sections: [(&str, &[&str]); 17] = [
        ("[fairway]", Fairway::KEYS),
        ("[[roles]]", Role::KEYS),
        ("[worktrees]", Worktrees::KEYS),
        ("[states]", States::KEYS),
        ("[task_kinds]", TaskKinds::KEYS),
        ("[task_priorities]", TaskPriorities::KEYS),
        ("[claims]", Claims::KEYS),
        ("[gates]", Gates::KEYS),
        ("[reviews]", Reviews::KEYS),
        ("[[review_routes]]", ReviewRoute::KEYS),
        ("[import]", Import::KEYS),
        ("[sessions]", Sessions::KEYS),
        ("[packets]", Packets::KEYS),
        ("[[session_backends]]", SessionBackend::KEYS),
        ("[coordinator]", Coordinator::KEYS),
        ("[dashboard]", Dashboard::KEYS),
        ("[legacy]", Legacy::KEYS),
    ];
    if Config::KEYS.contains(&key) {
        return Some("the top level".to_owned());
    }
    let homes: Vec<&str> =
        sections.iter().filter(|(_, keys)| keys.contains(&key)).map(|(name, _)| *name).collect();
    (!homes.is_empty()).then(|| homes.join(" and "))
}
