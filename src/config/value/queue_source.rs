//! Where the definitions of the queue come from.

use std::fmt;
use std::path::{Path, PathBuf};

use super::text::{Malformed, text_value};

/// Where the definitions of the queue come from: the store itself, or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueSource {
    /// Tasks are added with verbs; there is no file.
    Inline,
    /// A YAML file, relative to the project's root.
    Yaml(PathBuf),
    /// A JSON file, relative to the project's root.
    Json(PathBuf),
}

impl QueueSource {
    /// The file as it was written, when there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Inline => None,
            Self::Yaml(path) | Self::Json(path) => Some(path),
        }
    }

    pub(in crate::config) fn parse(text: &str) -> Result<Self, Malformed> {
        match text.split_once(':') {
            None if text == "inline" => Ok(Self::Inline),
            Some(("yaml", path)) if !path.is_empty() => Ok(Self::Yaml(path.into())),
            Some(("json", path)) if !path.is_empty() => Ok(Self::Json(path.into())),
            _ => {
                let message = format!("is {text:?}, which names no source");
                Err(Malformed::new("bad-queue-source", message, "inline, yaml:<path> or json:<path>"))
            }
        }
    }
}

impl fmt::Display for QueueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline => f.write_str("inline"),
            Self::Yaml(path) => write!(f, "yaml:{}", path.display()),
            Self::Json(path) => write!(f, "json:{}", path.display()),
        }
    }
}

text_value!(QueueSource, "inline, yaml:<path> or json:<path>, in quotes", { "title": "`inline`, `yaml:<path>` or `json:<path>`", "type": "string", "pattern": "^(inline|(yaml|json):.+)$" });

#[cfg(test)]
mod tests {
    use super::QueueSource;

    #[test]
    fn knows_three_sources() {
        assert_eq!(QueueSource::parse("inline"), Ok(QueueSource::Inline));
        assert_eq!(QueueSource::parse("yaml:doc/q.yaml"), Ok(QueueSource::Yaml("doc/q.yaml".into())));
        assert_eq!(QueueSource::parse("json:C:/q.json").unwrap().to_string(), "json:C:/q.json");
        for text in ["Inline", "yaml", "yaml:", "xml:q.xml", "doc/q.yaml"] {
            assert!(QueueSource::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
