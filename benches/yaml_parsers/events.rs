//! Each parser's nodes of a first document, as text that `ruby.rb` writes too. Names of anchors, positions and styles are
//! left out: not every parser tells them.

use std::fmt::Write as _;

use libyaml_safer::EventData;
use saphyr_parser::Event;

/// The outcome for a document that a parser refuses.
const REFUSED: &str = "refused";
/// The outcome for a stream without a document.
const NOTHING: &str = "nothing";

/// One document's text so far.
#[derive(Default)]
struct Nodes {
    text: Option<String>,
}

impl Nodes {
    fn begin(&mut self) {
        self.text = Some(String::new());
    }

    fn put(&mut self, sign: &str, anchored: bool, tag: Option<&str>) {
        let text = self.text.get_or_insert_default();
        let _ = write!(text, "{sign}{}<{}> ", if anchored { "&" } else { "" }, tag.unwrap_or_default());
    }

    fn scalar(&mut self, anchored: bool, tag: Option<&str>, quoted: bool, value: &str) {
        self.put("S", anchored, tag);
        let text = self.text.get_or_insert_default();
        text.pop();
        text.push_str(if quoted { "\"" } else { "" });
        for byte in value.bytes() {
            let _ = write!(text, "{byte:02x}");
        }
        text.push(' ');
    }

    fn sign(&mut self, sign: &str) {
        self.text.get_or_insert_default().push_str(sign);
    }

    fn finish(self) -> String {
        self.text.unwrap_or_else(|| NOTHING.to_owned())
    }
}

/// What libyaml-safer makes of a document.
pub(crate) fn libyaml_safer(bytes: &[u8]) -> String {
    let mut input = bytes;
    let mut parser = libyaml_safer::Parser::new();
    parser.set_encoding(libyaml_safer::Encoding::Utf8);
    parser.set_input_string(&mut input);
    let mut nodes = Nodes::default();
    loop {
        let Ok(event) = parser.parse() else { return REFUSED.to_owned() };
        match event.data {
            EventData::DocumentStart { .. } => nodes.begin(),
            EventData::DocumentEnd { .. } | EventData::StreamEnd => return nodes.finish(),
            EventData::Scalar { anchor, tag, value, quoted_implicit, .. } => {
                nodes.scalar(anchor.is_some(), tag.as_deref(), quoted_implicit, &value);
            }
            EventData::SequenceStart { anchor, tag, .. } => nodes.put("[", anchor.is_some(), tag.as_deref()),
            EventData::MappingStart { anchor, tag, .. } => nodes.put("{", anchor.is_some(), tag.as_deref()),
            EventData::Alias { .. } => nodes.sign("* "),
            EventData::SequenceEnd => nodes.sign("] "),
            EventData::MappingEnd => nodes.sign("} "),
            EventData::StreamStart { .. } => {}
        }
    }
}

/// What saphyr-parser makes of a document.
pub(crate) fn saphyr(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return REFUSED.to_owned() };
    let mut nodes = Nodes::default();
    for event in saphyr_parser::Parser::new_from_str(text) {
        let Ok((event, _)) = event else { return REFUSED.to_owned() };
        match event {
            Event::DocumentStart(_) => nodes.begin(),
            Event::DocumentEnd | Event::StreamEnd => return nodes.finish(),
            Event::Scalar(value, style, anchor, tag) => {
                let quoted = tag.is_none() && style != saphyr_parser::ScalarStyle::Plain;
                let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
                nodes.scalar(anchor > 0, tag.as_deref(), quoted, &value);
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
                nodes.put("[", anchor > 0, tag.as_deref());
            }
            Event::MappingStart(anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
                nodes.put("{", anchor > 0, tag.as_deref());
            }
            Event::Alias(_) => nodes.sign("* "),
            Event::SequenceEnd => nodes.sign("] "),
            Event::MappingEnd => nodes.sign("} "),
            Event::StreamStart | Event::Nothing => {}
        }
    }
    nodes.finish()
}
