//! Streams a document and puts the pieces together again.

use fairway::legacy::yaml::{self, List, Node, Sink, Top, Value, YamlError};

/// Keeps the items that count.
#[derive(Default)]
struct Kept(Vec<Node>);

impl Sink for Kept {
    fn restart(&mut self) {
        self.0.clear();
    }

    fn item(&mut self, index: usize, item: Node) {
        assert_eq!(index, self.0.len(), "items come in order");
        self.0.push(item);
    }
}

/// What `load` would give.
fn streamed(bytes: &[u8], list_key: &str) -> Result<Node, YamlError> {
    let mut kept = Kept::default();
    let list = |list: List, kept: Kept| {
        assert_eq!(list.items, kept.0.len());
        Node { value: Value::Seq(kept.0), mark: list.mark }
    };
    match yaml::stream(bytes, list_key, &mut kept)? {
        Top::Other(node) => Ok(node),
        Top::List(top) => Ok(list(top, kept)),
        Top::Mapping { mut rest, mark, list: Some(entry) } => {
            rest.entries.insert(entry.slot, (entry.key, list(entry.list, kept)));
            Ok(Node { value: Value::Map(Box::new(rest)), mark })
        }
        Top::Mapping { rest, mark, list: None } => {
            assert!(kept.0.is_empty(), "no list, no items");
            Ok(Node { value: Value::Map(Box::new(rest)), mark })
        }
    }
}

/// Both outcomes as text, in which one NaN equals another.
pub(crate) fn both(bytes: &[u8], list_key: &str) -> (String, String) {
    (format!("{:?}", streamed(bytes, list_key)), format!("{:?}", yaml::load(bytes)))
}
