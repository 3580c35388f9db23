//! The two declarations that the schema is made of.
//!
//! A key is written down once, as a field: its name, type, default and meaning. From that come the reader, the
//! defaults, the serialised form and the published JSON Schema, so that none of them can drift from the others.

/// A table in which every key has a default, so the table itself may be left out.
macro_rules! section {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* pub $field:ident: $type:ty = $default:expr, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl $name {
            /// The keys of this section.
            pub(in crate::config) const KEYS: &'static [&'static str] = &[$( $crate::config::section::key(stringify!($field)), )*];
        }

        impl $crate::config::reader::FromToml for $name {
            fn from_toml(
                node: $crate::config::reader::Node<'_>,
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                let section = $crate::config::reader::Section::open(node, Self::KEYS, reader)?;
                Some(Self { $( $field: section.or($crate::config::section::key(stringify!($field)), reader, || $default), )* })
            }
        }
    };
}

/// A table with keys that have no default: an element of a list, or a section that is there or not.
/// Keys of type `Option` may be left out, all others are required.
macro_rules! entry {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* pub $field:ident: $type:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl $name {
            /// The keys of this table.
            pub(in crate::config) const KEYS: &'static [&'static str] = &[$( $crate::config::section::key(stringify!($field)), )*];
        }

        impl $crate::config::reader::FromToml for $name {
            fn from_toml(
                node: $crate::config::reader::Node<'_>,
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                let section = $crate::config::reader::Section::open(node, Self::KEYS, reader)?;
                $( let $field = section.required($crate::config::section::key(stringify!($field)), reader); )*
                Some(Self { $( $field: $field?, )* })
            }
        }
    };
}

/// A closed set of words, written in the file as text.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $word:tt, )* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
        pub enum $name { $( $(#[$variant_meta])* #[serde(rename = $word)] $variant, )* }

        impl $name {
            /// Every choice, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The word in the file.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::config::reader::FromToml for $name {
            fn from_toml(
                node: $crate::config::reader::Node<'_>,
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                $crate::config::value::choose(node, reader, Self::ALL, Self::as_str)
            }
        }
    };
}

/// The key of a field: a field that is named like a keyword of Rust is written `r#match`.
pub(super) const fn key(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

pub(super) use {choice, entry, section};
