//! Where the rows of a legacy database go: data, kept beside the adapter of that legacy.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A mapping of a whole database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The newest `PRAGMA user_version` that it was written for.
    #[serde(default)]
    pub schema: i64,
    /// Where a checkout keeps what is moved.
    #[serde(default)]
    pub sources: SourcesMapping,
    /// What the database does not have as one table, made from several.
    #[serde(default, rename = "view")]
    pub views: Vec<ViewMapping>,
    /// The column that says whose rows they are, where a database may hold several projects.
    #[serde(default)]
    pub project: Option<String>,
    /// The project whose rows are meant when there are several; not part of the file.
    #[serde(skip)]
    pub wanted_project: String,
    /// The table of tasks; nameless where there is no database.
    #[serde(default)]
    pub tasks: TasksMapping,
    /// The table of dependencies.
    #[serde(default)]
    pub dependencies: DependenciesMapping,
    /// The tables whose rows go to one table of the store each, in the order in which they are written.
    #[serde(default, rename = "table")]
    pub tables: Vec<TableMapping>,
    /// Tables that carry nothing over, with the reason.
    #[serde(default)]
    pub ignored: BTreeMap<String, String>,
    /// How they write a time, as `strftime` has it; without it the store's form is written.
    #[serde(default)]
    pub time_form: Option<String>,
    /// Our tables and columns that nothing is lost with when they do not go back; a table without columns is meant whole.
    #[serde(default)]
    pub alone: BTreeMap<String, Vec<String>>,
    /// The state that their queue file carries.
    #[serde(default)]
    pub file: FileMapping,
    /// How their rows say that they were written on behalf of Fairway; without it they cannot be told of its lanes.
    #[serde(default)]
    pub told: Option<ToldMapping>,
}

/// How rows say which event of Fairway's they tell.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldMapping {
    /// The field that carries the mark.
    pub mark: MarkedField,
}

/// A field that every row has room for a mark in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkedField {
    /// Who did it, as the adapter's environment says it: the mark follows the name.
    Actor,
}

/// The keys of a task in the queue file that carry state: those that the legacy itself writes there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMapping {
    /// The keys, in the order in which a task that has none of them gets them.
    #[serde(default, rename = "key")]
    pub keys: Vec<FileKey>,
}

/// A key of the queue file that carries state.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileKey {
    /// Its name in the file.
    pub name: String,
    /// Our column of the state.
    pub column: String,
    /// What they take a blank or missing value for.
    #[serde(default)]
    pub default: Option<String>,
    /// Whether it is a time.
    #[serde(default)]
    pub time: bool,
}

/// Where a checkout keeps what is moved. A place is relative to the root of the checkout; after `git:` it is relative to
/// the git directory that all its worktrees share.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcesMapping {
    /// The queue file.
    pub queue: Option<String>,
    /// The database that goes with it.
    pub database: Option<String>,
    /// The catalogue of regression packs.
    pub packs: Option<String>,
    /// The branch of a role, by the legacy's name for it: `{role}`.
    pub branch: Option<String>,
}

/// A table that is made from others by a query. It stands in the place of those that it carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewMapping {
    /// Its name; none of the database's tables has it.
    pub name: String,
    /// The query.
    pub sql: String,
    /// The columns that tell its rows apart.
    pub key: Vec<String>,
    /// Tables of which every row is in a row of this view, or of another one that carries the table too: each with the column
    /// that holds what is first in the view's key.
    #[serde(default)]
    pub carries: BTreeMap<String, String>,
    /// Columns that only say again what others say.
    #[serde(default)]
    pub repeats: Vec<String>,
}

/// The table of tasks: partly definition, partly state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasksMapping {
    /// Its name.
    pub source: String,
    /// The column with the task's id.
    pub id: String,
    /// The column that says whether the legacy's file still has the task.
    pub in_source: Option<String>,
    /// Whether the table defines the tasks, so that one which no file has is as good as any.
    #[serde(default)]
    pub defines: bool,
    /// Columns of the definition: theirs, ours.
    pub definition: BTreeMap<String, String>,
    /// Columns of the state: theirs, ours.
    pub state: BTreeMap<String, String>,
    /// Their columns that are times.
    #[serde(default)]
    pub times: Vec<String>,
    /// For their columns: their value, our value. Other values stay.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// The table of dependencies.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DependenciesMapping {
    /// Its name.
    pub source: String,
    /// The column with the task.
    pub task: String,
    /// The column with what it depends on.
    pub depends_on: String,
    /// The column that orders a task's dependencies.
    pub position: String,
}

/// A table whose rows go to one table of the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMapping {
    /// Its name.
    pub source: String,
    /// The store's table.
    pub target: String,
    /// Our column that tells rows apart.
    pub key: String,
    /// Our columns that agree when two rows with one key are one row.
    pub same: Vec<String>,
    /// Whether keys count up and are never given twice.
    pub counts: bool,
    /// Our column that names a task which has to exist.
    pub task: Option<String>,
    /// Columns: theirs, ours.
    pub columns: BTreeMap<String, String>,
    /// Our columns that they lack, and the value that they get. Where they have the column after all, theirs counts.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// On the way back, for their columns: our column whose value is written where ours is empty.
    #[serde(default)]
    pub instead: BTreeMap<String, String>,
    /// Their columns that are times.
    #[serde(default)]
    pub times: Vec<String>,
    /// For their columns: their value, our value. Other values stay.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// For their columns: the only values that the store takes.
    #[serde(default)]
    pub one_of: BTreeMap<String, Vec<String>>,
    /// Their columns that the store refuses when they are empty.
    #[serde(default)]
    pub not_empty: Vec<String>,
    /// Their columns that the store refuses when they are below zero.
    #[serde(default)]
    pub not_negative: Vec<String>,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// When it is none; the error names line and column.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The mapping for a queue that calls the roles otherwise: theirs, ours.
    #[must_use]
    pub fn with_role_names<'n>(mut self, names: impl Iterator<Item = (&'n str, &'n str)>) -> Self {
        let names: Vec<(&str, &str)> = names.collect();
        let tasks = &mut self.tasks;
        rename(&tasks.definition, &mut tasks.values, &names);
        for table in &mut self.tables {
            rename(&table.columns, &mut table.values, &names);
        }
        self
    }

    /// The mapping for one project of a database that may hold several.
    #[must_use]
    pub fn for_project(mut self, name: &str) -> Self {
        name.clone_into(&mut self.wanted_project);
        self
    }

    /// Whose rows are meant, of the projects that a database holds: the only one, whatever it is called, else the one of
    /// that name.
    pub fn project_among<'n>(&self, found: &'n [String]) -> Option<&'n String> {
        match found {
            [only] => Some(only),
            several => several.iter().find(|name| **name == self.wanted_project),
        }
    }

    /// Whether a view stands in the place of a table.
    pub fn is_carried(&self, table: &str) -> bool {
        self.views.iter().any(|view| view.carries.contains_key(table))
    }

    /// Every table that the mapping names.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        [self.tasks.source.as_str(), self.dependencies.source.as_str()]
            .into_iter()
            .chain(self.tables.iter().map(|table| table.source.as_str()))
            .chain(self.ignored.keys().map(String::as_str))
    }
}

/// The store's columns that hold a role. A reviewer may be any text, a role among others.
const ROLE_COLUMNS: [&str; 4] = ["role", "from_role", "to_role", "reviewer"];

/// Has role names changed wherever a role stands.
fn rename(
    columns: &BTreeMap<String, String>,
    values: &mut BTreeMap<String, BTreeMap<String, String>>,
    names: &[(&str, &str)],
) {
    if names.is_empty() {
        return;
    }
    for (theirs, _) in columns.iter().filter(|(_, ours)| ROLE_COLUMNS.contains(&ours.as_str())) {
        let renamed = names.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
        values.entry(theirs.clone()).or_default().extend(renamed);
    }
}

impl TasksMapping {
    /// Every column that it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str())
            .chain(self.in_source.as_deref())
            .chain(self.definition.keys().chain(self.state.keys()).map(String::as_str))
    }
}
