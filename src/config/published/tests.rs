//! `UPDATE_SCHEMAS=1 cargo test` writes the files that are checked here anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::json_schema;
use crate::config::{parse, preset};

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

fn expect_content(path: &Path, generated: &str) {
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(path, generated).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap();
    assert!(published == generated, "{} is out of date: UPDATE_SCHEMAS=1 cargo test", path.display());
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let generated = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    expect_content(&docs("schemas/config.schema.json"), &generated);
}

#[test]
fn nothing_in_it_is_null() {
    assert!(!json_schema().to_string().contains("null"));
}

/// The prose of the reference is written by hand; each table stands below a marker and comes from the schema.
#[test]
fn the_reference_has_a_table_for_every_section() {
    let path = docs("config-reference.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let schema = json_schema();
    let gpuaas = parse("gpuaas", &preset("gpuaas", "gpuaas").unwrap()).unwrap().config;
    let gpuaas = serde_json::to_value(gpuaas).unwrap();

    let mut missing: Vec<&str> =
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    missing.push("task_priorities.levels");
    let mut generated = String::new();
    let mut in_table = false;
    for line in page.lines() {
        in_table &= line.starts_with('|');
        if !in_table {
            generated += line;
            generated.push('\n');
        }
        if let Some(section) = line.strip_prefix("<!-- keys of ").and_then(|rest| rest.strip_suffix(" -->")) {
            generated += &table(&schema, &gpuaas, section);
            missing.retain(|other| *other != section);
            in_table = true;
        }
    }
    assert!(missing.is_empty(), "the reference has no table for {missing:?}");
    expect_content(&path, &generated);
}

/// The lanes and the routes of GPUaaS stand on the page in full.
#[test]
fn the_reference_has_the_lanes_and_routes_of_gpuaas() {
    let page = std::fs::read_to_string(docs("config-reference.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let config = parse("gpuaas", &preset("gpuaas", "gpuaas").unwrap()).unwrap().config;
    let routes = config.review_routes.iter();
    let expected: Vec<String> = routes
        .map(|route| format!("| `{}` | `{}` |", route.r#match.as_slice().join(" "), route.reviewer))
        .collect();
    let at = rows.iter().position(|row| *row == expected[0]).expect("the first route is not on the page");
    assert_eq!(rows[at..at + expected.len()], expected);
    for role in &config.roles {
        let (name, provider) = (&role.name, role.provider.as_ref().unwrap());
        let end = format!("| `{}` | `{provider}` |", role.branch());
        let lane = rows.iter().find(|row| row.starts_with(&format!("| `{name}` |")) && row.ends_with(&end));
        assert!(lane.is_some(), "the lane {name} is not on the page");
    }
}

/// One table: key, type, default, GPUaaS, meaning.
fn table(schema: &Value, gpuaas: &Value, section: &str) -> String {
    let definition = section.split('.').fold(schema, |at, key| target(schema, &at["properties"][key]));
    let required = definition["required"].as_array().cloned().unwrap_or_default();
    let values = section.split('.').fold(gpuaas, |at, key| &at[key]);
    let mut rows = "| key | type | default | GPUaaS | meaning |\n|---|---|---|---|---|\n".to_owned();
    for (key, property) in definition["properties"].as_object().unwrap() {
        let default = match &property["default"] {
            Value::Null if required.contains(&key.as_str().into()) => "required".to_owned(),
            Value::Null => "none".to_owned(),
            value => toml(value),
        };
        let ours = match &values[key] {
            _ if values.is_array() => "see below".to_owned(),
            Value::Null => "none".to_owned(),
            value => toml(value),
        };
        let ours = if ours == default { "same" } else { &ours };
        let meaning = property["description"].as_str().unwrap().replace('|', "\\|");
        let kind = type_of(schema, property);
        writeln!(rows, "| `{key}` | {kind} | {default} | {ours} | {meaning} |").unwrap();
    }
    rows
}

/// The definition that a property refers to: itself, what `$ref` names, or what a list holds.
fn target<'a>(schema: &'a Value, property: &'a Value) -> &'a Value {
    if let Some(name) = property["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
        return &schema["$defs"][name];
    }
    if property["items"].is_object() { target(schema, &property["items"]) } else { property }
}

fn type_of(schema: &Value, property: &Value) -> String {
    if let Some(title) = property["title"].as_str() {
        return title.to_owned();
    }
    if let Some(choices) = target(schema, property)["oneOf"].as_array() {
        let words: Vec<String> =
            choices.iter().map(|choice| format!("`{}`", choice["const"].as_str().unwrap())).collect();
        let list = if property["items"].is_object() { "list out of " } else { "" };
        return list.to_owned() + &words.join(", ");
    }
    match property["type"].as_str() {
        Some("array") if property["prefixItems"].is_array() || property["maxItems"] == 2 => {
            "pair of texts".to_owned()
        }
        Some("array") => format!("list: {}", type_of(schema, &property["items"])),
        Some("boolean") => "boolean".to_owned(),
        Some("integer") if property["minimum"] == 0 => "whole number from 0".to_owned(),
        Some("integer") => "whole number".to_owned(),
        Some("string") => "text".to_owned(),
        _ => "table".to_owned(),
    }
}

/// A value as the file would have it.
fn toml(value: &Value) -> String {
    format!("`{}`", toml::Value::try_from(value).unwrap()).replace('|', "\\|")
}
