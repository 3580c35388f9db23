//! Digests of what goldens are made of.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::adapter::Adapter;
use crate::hex::sha256;

use super::GoldenError;

/// What a scenario does: its file without summary, comments and layout, so that a better wording needs no new
/// recording.
pub fn scenario(text: &str) -> String {
    let mut page: Value = toml::from_str(text).unwrap_or_default();
    if let Value::Object(page) = &mut page {
        page.shift_remove("summary");
    }
    sha256(page.to_string())
}

pub(crate) fn adapter(adapter: &Adapter) -> String {
    sha256(adapter.text())
}

/// The files of a checkout that the adapter requires.
pub(crate) fn reference(adapter: &Adapter, checkout: &Path) -> Result<String, GoldenError> {
    let mut all = Vec::new();
    for file in &adapter.requires.files {
        let path = checkout.join(file);
        let bytes = fs::read(&path).map_err(GoldenError::file(&path))?;
        all.extend_from_slice(format!("\n{file} {}\n", bytes.len()).as_bytes());
        all.extend_from_slice(&bytes);
    }
    Ok(sha256(all))
}

#[cfg(test)]
mod tests {
    use super::scenario;

    #[test]
    fn only_what_a_scenario_does_counts() {
        let text = "summary = \"one\"\nstart = \"standard\"\n[[steps]]\noperation = \"ready\"\n";
        let reworded =
            "# more\nsummary = \"two\"\nstart   = 'standard'\n\n[[steps]]\noperation = \"ready\"\n";
        assert_eq!(scenario(text), scenario(reworded));
        assert_ne!(scenario(text), scenario(&text.replace("ready", "claim")));
    }
}
