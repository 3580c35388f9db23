//! Path globs of a review route.

use std::borrow::Cow;
use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use toml::de::DeValue;

use crate::config::reader::{FromToml, Node, Reader};
use crate::model::diagnostic::Diagnostic;

/// One glob or several; a path matches when any of them does.
///
/// `*` and `?` stay within one path component, `**` crosses them, `{a,b}` alternates (also with nothing, as in
/// `doc{,/**}`), and a match is always of the whole path, relative to the repository's root.
///
/// What could be wrong with them is found when they are read; they are compiled when a path is first asked about: most
/// calls ask about none, and compiling those of a large configuration takes longer than the rest of such a call.
#[derive(Debug, Clone)]
pub struct Globs {
    texts: Vec<String>,
    set: OnceLock<GlobSet>,
}

/// More text than this, or more braces in one glob, is compiled when it is read. What parses compiles too, within
/// the size and the nesting that are allowed for compiled globs, and nothing smaller comes near those.
const LONG: usize = 16 * 1024;
const BRACES: usize = 100;

impl Globs {
    /// Reads globs; the error is the first that is none, with the reason.
    pub fn new(texts: Vec<String>) -> Result<Self, globset::Error> {
        let set = OnceLock::new();
        let braces = |text: &String| text.matches('{').count() > BRACES;
        if texts.iter().map(String::len).sum::<usize>() > LONG || texts.iter().any(braces) {
            let _ = set.set(compiled(&texts)?);
        } else {
            texts.iter().try_for_each(|text| check(text))?;
        }
        Ok(Self { texts, set })
    }

    /// Whether a path, relative to the repository's root and with `/` between components, matches.
    pub fn is_match(&self, path: &str) -> bool {
        self.set().is_match(path)
    }

    /// The first glob that matches a path, as it was written.
    pub fn matching(&self, path: &str) -> Option<&str> {
        self.set().matches(path).first().map(|&index| self.texts[index].as_str())
    }

    fn set(&self) -> &GlobSet {
        self.set.get_or_init(|| compiled(&self.texts).unwrap_or_default())
    }

    /// The globs as they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.texts
    }
}

/// Refuses what is no glob. Parsing those that plainly are takes longer than looking.
fn check(text: &str) -> Result<(), globset::Error> {
    if is_plain(text) { Ok(()) } else { parsed(text).map(drop) }
}

/// Whether nothing in a glob can be wrong: no classes, no escapes, and every brace has its other.
fn is_plain(text: &str) -> bool {
    let mut open = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'[' | b'\\' => return false,
            b'{' => open += 1,
            b'}' if open == 0 => return false,
            b'}' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

fn parsed(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).empty_alternates(true).build()
}

fn compiled(texts: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for text in texts {
        builder.add(parsed(text)?);
    }
    builder.build()
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

impl FromToml for Globs {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let texts = match node.value.get_ref() {
            DeValue::String(_) => vec![String::from_toml(node, reader)?],
            DeValue::Array(list) if !list.is_empty() => Vec::from_toml(node, reader)?,
            _ => {
                reader.wrong_type(node, "a glob or a list of globs");
                return None;
            }
        };
        if !reader.intact(node.path) {
            return None;
        }
        let paths: Vec<String> = match node.value.get_ref() {
            DeValue::String(_) => vec![node.path.to_owned()],
            _ => (0..texts.len()).map(|index| format!("{}[{index}]", node.path)).collect(),
        };
        for (text, path) in texts.iter().zip(&paths) {
            if let Err(error) = check(text) {
                let message = format!("`{path}` is not a glob: {}", error.kind());
                let problem = Diagnostic::error("bad-glob", message);
                reader.note(
                    path,
                    problem.expecting("a path with *, **, ? or {a,b}, such as doc/{api,design}/**"),
                );
            }
        }
        if reader.intact(node.path) { Self::new(texts).ok() } else { None }
    }
}

impl Serialize for Globs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts.serialize(serializer)
    }
}

impl JsonSchema for Globs {
    fn schema_name() -> Cow<'static, str> {
        "Globs".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "glob or list of globs",
            "anyOf": [
                { "type": "string", "minLength": 1 },
                { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1 }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BRACES, Globs, LONG, compiled, is_plain, parsed};

    proptest! {
        #[test]
        fn what_is_plain_parses(text in r"[a*?/.,{}\[\]!\\-]{0,12}") {
            prop_assert!(!is_plain(&text) || parsed(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn most_globs_are_plain() {
        for (text, plain) in
            [("doc/{api,design}{,/**}", true), ("a]", true), ("a}{", false), ("[a", false), ("a\\", false)]
        {
            assert_eq!(is_plain(text), plain, "{text}");
        }
    }

    #[test]
    fn a_star_stays_in_its_component() {
        let globs = Globs::new(vec!["cmd/*.go".into(), "doc/{api,design}{,/**}".into()]).unwrap();
        assert!(globs.is_match("cmd/main.go"));
        assert!(!globs.is_match("cmd/api/main.go"));
        assert!(globs.is_match("doc/api"));
        assert!(globs.is_match("doc/design/a/b.md"));
        assert!(!globs.is_match("doc/apis"));
        assert_eq!(globs.matching("doc/api/x"), Some("doc/{api,design}{,/**}"));
    }

    #[test]
    fn what_is_read_can_be_compiled() {
        // The costliest globs for their length, up to where they are compiled when they are read.
        for costly in ["?", "*", "**/", "[!a-z]", "ü"] {
            assert!(compiled(&[costly.repeat(LONG / costly.len())]).is_ok(), "{costly}");
        }
        let nested = |depth: usize| "{a,".repeat(depth) + &"}".repeat(depth);
        assert!(Globs::new(vec![nested(BRACES)]).unwrap().is_match("a"));
        assert!(
            Globs::new(vec![nested(1000)]).is_err(),
            "said when it is read, not when a path is asked about"
        );
    }
}
