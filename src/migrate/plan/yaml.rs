//! Values of the queue file that YAML 1.1 and 1.2 read differently, by the two readings.

use serde::Serialize;

use crate::legacy::queue::Format;
use crate::legacy::yaml::version_differences;
use crate::migrate::sources::TakenFile;

/// How many values of one kind a plan lists; it counts all of them.
const LISTED: usize = 100;

/// Values that are one thing in YAML 1.1 and another in 1.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct YamlGroup {
    /// What they are in YAML 1.1, and so to the legacy and to Fairway.
    pub yaml_1_1: &'static str,
    /// What they are in YAML 1.2.
    pub yaml_1_2: &'static str,
    /// How many there are.
    pub total: usize,
    /// The first of them, in the order of the file.
    pub values: Vec<YamlValue>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct YamlValue {
    /// Where it is in the document; a key is named with a colon after it.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// As it is written.
    pub text: String,
    /// What YAML 1.1 makes of it.
    pub reads: String,
    /// What YAML 1.2 makes of it.
    pub would_read: String,
}

/// The values of the sources' queue file; none when it is JSON.
pub(super) fn groups(file: Option<&TakenFile>, format: Format) -> Vec<YamlGroup> {
    let Some(file) = file.filter(|_| format == Format::Yaml) else { return Vec::new() };
    let mut groups: Vec<YamlGroup> = Vec::new();
    let told = version_differences(&file.bytes, &mut |found| {
        let (old, new) = (found.old, found.new);
        let known = groups.iter().position(|group| (group.yaml_1_1, group.yaml_1_2) == (old.0, new.0));
        let place = known.unwrap_or_else(|| {
            groups.push(YamlGroup { yaml_1_1: old.0, yaml_1_2: new.0, total: 0, values: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[place];
        group.total += 1;
        if group.values.len() < LISTED {
            let (path, line, text) = (found.path, found.mark.line, found.text);
            group.values.push(YamlValue { path, line, text, reads: old.1, would_read: new.1 });
        }
    });
    // A file that is no YAML never comes here: its errors end the plan before.
    if told.is_err() {
        return Vec::new();
    }
    groups.sort_by_key(|group| (group.yaml_1_1, group.yaml_1_2));
    groups
}
