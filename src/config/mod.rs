//! `.fairway/config.toml`: schema, defaults, and validation that points into the file.
//!
//! [`find`] says which file and which store belong to a directory, [`load`] reads the file and reports every
//! problem in it at once. The schema is in [`schema`](Config), declared once per key; [`preset`] has complete,
//! commented files to begin with.

mod check;
mod load;
mod locate;
mod presets;
mod published;
mod reader;
mod schema;
mod section;
mod source;
mod value;

pub use load::{ConfigErrors, Loaded, load, parse};
pub use locate::{FindError, ProjectPaths, find};
pub use presets::{PRESET_NAMES, preset};
pub use published::json_schema;
pub use schema::{
    Blocker, Claims, Config, Coordinator, Dashboard, Fairway, Gates, Graduation, HandoffField, Import,
    Legacy, Owner, PriorityLevel, ProblemLevel, Refresh, ReviewRoute, Reviewers, Reviews, Role,
    SessionBackend, Sessions, Staleness, States, TaskKinds, TaskPriorities, Transition, Worktrees,
};
pub use value::{Address, FieldNames, Globs, Pattern, QueueSource, RoleNames, Template, TimeSpan};
