//! The queue file, task by task and field by field, against the store.
//!
//! It is read here as YAML 1.2 or JSON by a library that the importer does not use. Where the two versions of YAML read
//! a plain scalar differently the legacy's reading counts, and the plan says so; those places are counted apart.

use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::types::Value as Sql;
use serde::Serialize;
use serde_json::{Map, Value};

use super::account::{FieldAccount, Loss, Losses};
use super::{Changed, VerifyError};
use crate::legacy::plain::{PlainDatabase, PlainRow, to_json};

/// The queue file's tasks and their fields, by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FileAccount {
    /// Its tasks.
    pub tasks: usize,
    /// Tasks that are in the store.
    pub imported: usize,
    /// Tasks that are nowhere.
    pub lost: usize,
    /// The fields of its tasks that hold something.
    pub fields: FieldAccount,
    /// Of those imported, scalars that YAML 1.1 reads otherwise than YAML 1.2; the legacy reads 1.1.
    pub read_as_yaml_1_1: usize,
    /// Why it could not be read by the other library, when it could not: then nothing above counts.
    pub unread: Option<String>,
}

/// What is known beside the two.
pub(super) struct Reading<'a> {
    pub(super) store: &'a PlainDatabase,
    pub(super) project: &'a str,
    /// Their name of a field, ours.
    pub(super) field_names: &'a BTreeMap<String, String>,
    /// Their name of a role, ours.
    pub(super) role_names: &'a BTreeMap<String, String>,
    /// Fields, by the place of their task in the list, whose scalars the two versions of YAML read differently.
    pub(super) differently: &'a HashSet<(usize, String)>,
    /// Tasks whose state is the database's.
    pub(super) in_database: &'a HashSet<String>,
    pub(super) changed: &'a Changed,
}

/// The name of a field, and the store's column that holds it.
const DEFINITION: [(&str, &str); 9] = [
    ("id", "id"),
    ("title", "title"),
    ("role", "role"),
    ("kind", "kind"),
    ("parent", "parent_id"),
    ("priority", "priority"),
    ("sequence", "sequence"),
    ("acceptance_checks", "acceptance_checks"),
    ("notes", "notes"),
];
const STATE: [(&str, &str); 5] = [
    ("status", "status"),
    ("owner", "owner"),
    ("branch", "branch"),
    ("commit", "commit_sha"),
    ("completed_at", "completed_at"),
];

/// A field of the file.
#[derive(Clone, Copy)]
struct At<'a> {
    /// Where its task stands in the list.
    place: usize,
    id: &'a str,
    name: &'a str,
}

/// A task as the store has it.
struct Stored {
    definition: PlainRow,
    state: Option<PlainRow>,
    depends_on: Vec<String>,
    extra: Map<String, Value>,
}

impl Reading<'_> {
    /// Accounts for the whole file.
    pub(super) fn account(
        &self,
        bytes: &[u8],
        is_json: bool,
        losses: &mut Losses,
    ) -> Result<FileAccount, VerifyError> {
        let mut account = FileAccount::default();
        let tasks = match tasks(bytes, is_json) {
            Ok(tasks) => tasks,
            Err(why) => return Ok(FileAccount { unread: Some(why), ..account }),
        };
        let stored = self.stored()?;
        for (place, task) in tasks {
            account.tasks += 1;
            let id = task.get("id").map(words).unwrap_or_default();
            let Some(found) = stored.get(&id) else {
                account.lost += 1;
                let source = Value::Object(task);
                losses.add(Loss { table: "file".into(), row: id, field: None, source, store: Value::Null });
                continue;
            };
            account.imported += 1;
            for (name, value) in task.iter().filter(|(_, value)| holds(value)) {
                self.field(At { place, id: &id, name }, value, found, &mut account, losses);
            }
        }
        Ok(account)
    }

    fn field(
        &self,
        at: At<'_>,
        value: &Value,
        stored: &Stored,
        account: &mut FileAccount,
        losses: &mut Losses,
    ) {
        let name = at.name;
        let ours = self.field_names.get(name).map_or(name, String::as_str);
        let column = |list: &[(&str, &'static str)]| {
            list.iter().find(|(field, _)| *field == ours).map(|(_, column)| *column)
        };
        account.fields.all += 1;
        let (found, is_state) = if ours == "depends_on" {
            // A dependency that is named twice is one.
            let value = Value::from(without_repeats(value));
            let found = Value::from(stored.depends_on.clone());
            return self.judge(at, (&value, &found), same(&value, &found), false, account, losses);
        } else if let Some(column) = column(&DEFINITION) {
            (Self::definition(stored, column), false)
        } else if let Some(column) = column(&STATE) {
            let state = stored.state.as_ref().and_then(|row| row.get(column));
            (state.map(to_json).unwrap_or_default(), true)
        } else {
            (stored.extra.get(name).cloned().unwrap_or_default(), false)
        };
        let value = if ours == "role" { self.renamed(value) } else { value.clone() };
        let equal = same(&value, &found) || is_moment(ours) && same_moment(&value, &found);
        self.judge(at, (&value, &found), equal, is_state, account, losses);
    }

    fn judge(
        &self,
        At { place, id, name }: At<'_>,
        (value, found): (&Value, &Value),
        equal: bool,
        is_state: bool,
        account: &mut FileAccount,
        losses: &mut Losses,
    ) {
        let fields = &mut account.fields;
        if equal {
            fields.imported += 1;
        } else if is_state && self.in_database.contains(id) {
            fields.superseded += 1;
        } else if is_state && self.changed.task(id) {
            fields.changed_since += 1;
        } else if self.differently.contains(&(place, name.to_owned())) {
            fields.imported += 1;
            account.read_as_yaml_1_1 += 1;
        } else {
            fields.lost += 1;
            let (row, field) = (id.to_owned(), Some(name.to_owned()));
            losses.add(Loss {
                table: "file".into(),
                row,
                field,
                source: value.clone(),
                store: found.clone(),
            });
        }
    }

    fn definition(stored: &Stored, column: &str) -> Value {
        let value = stored.definition.get(column).map(to_json).unwrap_or_default();
        match &value {
            Value::String(text) if column == "acceptance_checks" => {
                serde_json::from_str(text).unwrap_or_default()
            }
            _ => value,
        }
    }

    fn renamed(&self, role: &Value) -> Value {
        let name = role.as_str().and_then(|name| self.role_names.get(name));
        name.map_or_else(|| role.clone(), |name| Value::from(name.clone()))
    }

    fn stored(&self) -> Result<HashMap<String, Stored>, VerifyError> {
        let project = [("project_id", Sql::Text(self.project.to_owned()))];
        let text = |row: &PlainRow, column: &str| {
            row.get(column).map(to_json).as_ref().map(words).unwrap_or_default()
        };
        let mut states = HashMap::new();
        for row in self.store.find("task_state", &project)? {
            states.insert(text(&row, "task_id"), row);
        }
        let mut links: HashMap<String, Vec<(i64, String)>> = HashMap::new();
        for row in self.store.find("task_dependencies", &project)? {
            let position =
                row.get("position").map(to_json).and_then(|place| place.as_i64()).unwrap_or_default();
            links.entry(text(&row, "task_id")).or_default().push((position, text(&row, "depends_on")));
        }
        let mut tasks = HashMap::new();
        for definition in self.store.find("task_definitions", &project)? {
            let id = text(&definition, "id");
            let extra = serde_json::from_str(&text(&definition, "extra")).unwrap_or_default();
            let mut depends_on = links.remove(&id).unwrap_or_default();
            depends_on.sort();
            let depends_on = depends_on.into_iter().map(|(_, target)| target).collect();
            let state = states.remove(&id);
            tasks.insert(id, Stored { definition, state, depends_on, extra });
        }
        Ok(tasks)
    }
}

/// A task as the file has it, and its place in the list.
type Placed = (usize, Map<String, Value>);

/// The tasks of a file, a bare list or the `tasks` of an envelope, each with its place in the list.
fn tasks(bytes: &[u8], is_json: bool) -> Result<Vec<Placed>, String> {
    let whole = if is_json {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?
    } else {
        let mut value: serde_yaml::Value =
            serde_yaml::from_slice(bytes).map_err(|error| error.to_string())?;
        value.apply_merge().map_err(|error| error.to_string())?;
        from_yaml(value)
    };
    let list = match whole {
        Value::Array(list) => list,
        Value::Object(mut envelope) => match envelope.remove("tasks") {
            Some(Value::Array(list)) => list,
            _ => return Err("there is no list of tasks in it".to_owned()),
        },
        Value::Null => Vec::new(),
        _ => return Err("it is neither a list nor a mapping".to_owned()),
    };
    let task = |(place, item): (usize, Value)| match item {
        Value::Object(task) => Some((place, task)),
        _ => None,
    };
    Ok(list.into_iter().enumerate().filter_map(task).collect())
}

fn from_yaml(value: serde_yaml::Value) -> Value {
    use serde_yaml::Value as Yaml;
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => flag.into(),
        Yaml::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => number.as_f64().map_or_else(|| number.to_string().into(), Value::from),
        },
        Yaml::String(text) => text.into(),
        Yaml::Sequence(items) => items.into_iter().map(from_yaml).collect(),
        Yaml::Mapping(mapping) => {
            mapping.into_iter().map(|(key, value)| (words(&from_yaml(key)), from_yaml(value))).collect()
        }
        Yaml::Tagged(tagged) => from_yaml(tagged.value),
    }
}

/// The store keeps the scalars of its own columns as text, and a lone value as the list of it.
fn same(file: &Value, store: &Value) -> bool {
    match (file, store) {
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one.iter().all(|(key, value)| two.get(key).is_some_and(|two| same(value, two)))
        }
        (scalar, Value::Array(items)) if !scalar.is_array() => {
            matches!(items.as_slice(), [item] if same(scalar, item))
        }
        (one, two) => one == two || !is_collection(one) && !is_collection(two) && words(one) == words(two),
    }
}

/// The texts of a list, or of a lone value, each once.
fn without_repeats(value: &Value) -> Vec<String> {
    let items = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
    let mut seen = HashSet::new();
    items.iter().map(words).filter(|text| !text.is_empty() && seen.insert(text.clone())).collect()
}

fn is_moment(field: &str) -> bool {
    field == "completed_at"
}

fn same_moment(file: &Value, store: &Value) -> bool {
    let sql = |value: &Value| Sql::Text(words(value));
    let column = super::carried::Column { time: true, ..Default::default() };
    super::carried::carried(&sql(file), &sql(store), column)
}

fn is_collection(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Nothing, blank text and empty collections carry nothing.
fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}
