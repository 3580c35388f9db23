//! Complete, commented configurations to begin with.

/// The names of the presets, for help and for errors; the first is what a project gets that names none.
pub const PRESET_NAMES: [&str; 2] = ["default", "gpuaas"];

/// What stands for the project's name in a preset.
const PROJECT_NAME: &str = "{project_name}";

/// The text of a preset for a project of that name; `None` when there is no such preset.
pub fn preset(name: &str, project_name: &str) -> Option<String> {
    let text = match name {
        "default" => include_str!("default.toml"),
        "gpuaas" => include_str!("gpuaas.toml"),
        _ => return None,
    };
    let quoted = toml::Value::from(project_name).to_string();
    Some(text.replace(&format!("\"{PROJECT_NAME}\""), &quoted))
}

#[cfg(test)]
mod tests;
