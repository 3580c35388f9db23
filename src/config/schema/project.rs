//! `[fairway]` and `[dashboard]`: the project and its page.

use std::path::{Path, PathBuf};

use crate::config::section::section;
use crate::config::value::{Address, Pattern, QueueSource};

section! {
    /// The project itself.
    pub struct Fairway {
        /// The project's name, unique in the registry of projects. Default: the name of the root directory.
        pub project_name: Option<String> = None,
        /// The store, relative to the project's root.
        pub db_path: PathBuf = PathBuf::from(".fairway/state.db"),
        /// Where the definitions of tasks come from: `inline`, `yaml:<path>` or `json:<path>`, the path relative
        /// to the project's root. The store stays authoritative for the state of a task.
        pub queue_source: QueueSource = QueueSource::Inline,
        /// The catalogue of workflow regression packs, relative to the root of the checkout that asks.
        pub regression_packs: Option<PathBuf> = None,
        /// The branch that work is merged into.
        pub main_branch: String = "main".to_owned(),
        /// What the id of a task looks like, as a regular expression.
        pub task_id_pattern: Pattern = Pattern::default_task_id(),
    }
}

impl Fairway {
    /// The project's name: as configured, else the name of its root directory.
    pub fn name_in(&self, root: &Path) -> String {
        self.project_name.clone().unwrap_or_else(|| {
            root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned())
        })
    }
}

section! {
    /// The dashboard in the browser.
    pub struct Dashboard {
        /// The host and port that the dashboard listens on.
        pub listen: Address = Address { host: "127.0.0.1".to_owned(), port: 7878 },
        /// Whether starting the dashboard opens it in a browser.
        pub auto_open: bool = true,
    }
}
