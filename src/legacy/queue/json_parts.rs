//! Where the parts of a JSON list or object stand, in text that is known to be JSON.

use std::ops::Range;

/// The items of the list, or the keys and values in turn of the object, that begins at `start`.
pub(super) fn parts(text: &str, start: usize) -> Parts<'_> {
    Parts { bytes: text.as_bytes(), at: start + 1 }
}

/// See [`parts`].
#[derive(Debug)]
pub(super) struct Parts<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Iterator for Parts<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':');
        let rest = self.bytes.get(self.at..)?;
        self.at += rest.iter().position(|byte| !between(byte))?;
        let start = self.at;
        match self.bytes[start] {
            b']' | b'}' => return None,
            b'"' => self.string(),
            b'[' | b'{' => self.collection(),
            _ => {
                let ends = |byte: &u8| between(byte) || matches!(byte, b']' | b'}');
                self.skip(ends);
            }
        }
        Some(start..self.at)
    }
}

impl Parts<'_> {
    /// Goes on to the next byte that `ends`.
    fn skip(&mut self, ends: impl Fn(&u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
    }

    /// Goes behind the text that begins here.
    fn string(&mut self) {
        self.at += 1;
        loop {
            self.skip(|byte| matches!(byte, b'"' | b'\\'));
            match self.bytes.get(self.at) {
                Some(b'\\') => self.at += 2,
                Some(_) => break,
                None => return,
            }
        }
        self.at += 1;
    }

    /// Goes behind the list or object that begins here.
    fn collection(&mut self) {
        let mut depth = 0_usize;
        loop {
            self.skip(|byte| matches!(byte, b'"' | b'[' | b']' | b'{' | b'}'));
            match self.bytes.get(self.at) {
                Some(b'"') => self.string(),
                Some(b'[' | b'{') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(_) => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        return;
                    }
                }
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        parts(text, text.find(['[', '{']).unwrap()).map(|at| &text[at]).collect()
    }

    #[test]
    fn parts_stand_between_commas_and_colons() {
        assert_eq!(texts("[]"), [""; 0]);
        assert_eq!(texts(" [1,\n-2.5e+3 ,null]"), ["1", "-2.5e+3", "null"]);
        let object = r#"{"a\\": {"b": ["]", "\"}"]}, "é,:": "x\\", "": []}"#;
        assert_eq!(
            texts(object),
            ["\"a\\\\\"", r#"{"b": ["]", "\"}"]}"#, "\"é,:\"", "\"x\\\\\"", "\"\"", "[]"]
        );
    }

    proptest! {
        #[test]
        fn every_part_is_what_was_written(items in proptest::collection::vec(any::<(String, Vec<String>, i32)>(), 0..6)) {
            let parsed: Vec<serde_json::Value> =
                items.iter().map(|(text, list, number)| serde_json::json!({text.as_str(): [list, number]})).collect();
            for written in [serde_json::to_string(&parsed).unwrap(), serde_json::to_string_pretty(&parsed).unwrap()] {
                let found: Vec<serde_json::Value> =
                    texts(&written).iter().map(|part| serde_json::from_str(part).unwrap()).collect();
                prop_assert_eq!(&found, &parsed);
            }
        }
    }
}
