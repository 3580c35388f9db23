//! Text with a form of its own: how such a type is read, written and described.

/// Why a text does not have the form that it should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Malformed {
    /// Stable name of the kind of problem.
    pub(in crate::config) code: &'static str,
    /// What is wrong, in words that follow the key's name.
    pub(in crate::config) message: String,
    /// What such a text looks like.
    pub(in crate::config) expected: String,
}

impl Malformed {
    pub(in crate::config) fn new(
        code: &'static str,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), expected: expected.into() }
    }
}

/// Makes a type with `parse(&str) -> Result<Self, Malformed>` and `Display` a value of the configuration. The phrase
/// is what a value of another type should have been.
macro_rules! text_value {
    ($type:ty, $phrase:literal, $schema:tt) => {
        impl $crate::config::reader::FromToml for $type {
            fn from_toml(
                node: $crate::config::reader::Node<'_>,
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                if !node.value.get_ref().is_str() {
                    reader.wrong_type(node, $phrase);
                    return None;
                }
                let text = String::from_toml(node, reader)?;
                <$type>::parse(&text)
                    .map_err(|malformed| {
                        let message = format!("`{}` {}", node.path, malformed.message);
                        let problem = $crate::model::diagnostic::Diagnostic::error(malformed.code, message);
                        reader.note(node.path, problem.expecting(malformed.expected));
                    })
                    .ok()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

pub(super) use text_value;
