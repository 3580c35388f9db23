//! The rules by which a project's queue works, as far as its configuration says them: what a proof depends on, and what
//! the candidate of a comparison is given.

use fairway_parity::hex;
use serde_json::Value;
use toml_edit::DocumentMut;

use crate::config::Config;

/// Sections that have no say in what a verb does to the queue, or that are about the comparison itself.
const ASIDE: [&str; 2] = ["legacy", "dashboard"];
/// Keys of `[fairway]` that name the project and its store.
const NAMES: [&str; 2] = ["project_name", "db_path"];

/// The digest of the configuration that is in effect, defaults included: how the file is written has no part in it.
pub fn policy_digest(config: &Config) -> String {
    let mut config = config.clone();
    // A mapping that is not named is the one of the scripts' adapter.
    config.import.mapping =
        config.import.mapping.or_else(|| config.legacy.as_ref().map(|legacy| legacy.adapter.clone()));
    let mut effective = serde_json::to_value(&config).unwrap_or_default();
    if let Value::Object(sections) = &mut effective {
        for section in ASIDE {
            sections.shift_remove(section);
        }
        if let Some(Value::Object(fairway)) = sections.get_mut("fairway") {
            for key in NAMES {
                fairway.shift_remove(key);
            }
        }
    }
    hex::sha256(effective.to_string())
}

/// A project's configuration for the candidate of a comparison: without `[legacy]`, so that nothing is gated, and with its
/// store where the adapter looks for it.
///
/// # Errors
/// The text is no TOML.
pub fn candidate_config(text: &str) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let legacy = document.remove("legacy");
    let adapter = legacy.as_ref().and_then(|legacy| legacy.get("adapter")?.as_str());
    let named = document.get("import").is_some_and(|import| import.get("mapping").is_some());
    // A mapping that is not named is the one of the scripts' adapter, which is not named any more.
    if let (Some(adapter), false) = (adapter, named) {
        document["import"]["mapping"] = toml_edit::value(adapter);
    }
    if let Some(fairway) = document.get_mut("fairway").and_then(|section| section.as_table_like_mut()) {
        fairway.remove("db_path");
    }
    Ok(document.to_string())
}

/// A project's configuration for a store that shadows the scripts' queue.
///
/// # Errors
/// The text is no TOML.
pub fn shadow_config(text: &str, store: &std::path::Path) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = candidate_config(text)?.parse()?;
    document["fairway"]["db_path"] = toml_edit::value(store.display().to_string());
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn digest(text: &str) -> String {
        policy_digest(&config::parse("config.toml", text).unwrap().config)
    }

    #[test]
    fn only_what_the_rules_say_counts() {
        let preset = config::preset("gpuaas", "one").unwrap();
        let other = config::preset("gpuaas", "two").unwrap();
        assert_eq!(digest(&preset), digest(&other));
        assert_eq!(digest(&preset), digest(&format!("{preset}\n[legacy]\nadapter = \"gpuaas\"\n")));
        let stricter = preset.replace("require_blocked_reason = true", "require_blocked_reason = false");
        assert_ne!(stricter, preset);
        assert_ne!(digest(&stricter), digest(&preset));
    }

    #[test]
    fn a_candidate_has_no_legacy_and_the_same_rules() {
        let text = "[fairway]\ndb_path = \"x.db\"\nmain_branch = \"trunk\"\n[legacy]\nadapter = \"gpuaas\"\n\
                    [legacy.graduation]\nruns = 1\n[gates]\nrequire_evidence_before_done = true\n";
        let candidate = candidate_config(text).unwrap();
        assert_eq!(digest(&candidate), digest(text));
        assert!(!candidate.contains("legacy") && !candidate.contains("db_path"), "{candidate}");
        assert!(candidate.contains("mapping = \"gpuaas\""), "the mapping was the adapter's: {candidate}");
    }
}
