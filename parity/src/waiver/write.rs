//! Adds a waiver to a waiver file and leaves everything else in it as it is, comments too.

use serde_json::Value;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{Shown, Waiver, WaiverKind};

/// A waiver cannot be added to a file.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// The file is no TOML.
    #[error("{0}")]
    Toml(#[from] toml_edit::TomlError),
    /// `waivers` is something else than a list of `[[waivers]]`.
    #[error("`waivers` is not written as [[waivers]] tables")]
    Form,
}

/// The text of a waiver file with one more waiver at its end.
///
/// # Errors
/// It is no waiver file.
pub fn append(text: &str, waiver: &Waiver) -> Result<String, NotWritten> {
    let mut document: DocumentMut = text.parse()?;
    // Comments at the end of a file without a table belong to the document, and would come after the new table.
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing("");
    let entry = document.entry("waivers").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let tables = entry.as_array_of_tables_mut().ok_or(NotWritten::Form)?;
    let mut table = self::table(waiver);
    let before = match trailing.trim_end() {
        "" if text.trim().is_empty() => String::new(),
        comments => format!("{}\n", blank(comments)),
    };
    table.decor_mut().set_prefix(before);
    tables.push(table);
    Ok(document.to_string())
}

fn blank(comments: &str) -> String {
    if comments.is_empty() { String::new() } else { format!("{comments}\n") }
}

fn table(waiver: &Waiver) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, text: &str| table.insert(key, value(text));
    put("id", &waiver.id);
    put("behaviour", &waiver.behaviour);
    put("scenario", &waiver.scenario);
    put("channel", &waiver.channel);
    put("place", &waiver.place);
    put("differs", &waiver.differs);
    for (key, shown) in [("reference", &waiver.reference), ("candidate", &waiver.candidate)] {
        if let Some(Shown(shown)) = shown {
            put(key, &shown.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string));
        }
    }
    put("reason", &waiver.reason);
    match &waiver.kind {
        WaiverKind::ByDesign { decision } => {
            put("kind", "by-design");
            put("decision", decision);
        }
        WaiverKind::Temporary { owner, expires } => {
            put("kind", "temporary");
            put("owner", owner);
            // A date of the format's own, as the file's other dates are.
            let date = expires.to_string().parse::<toml_edit::Datetime>();
            table.insert("expires", date.map_or_else(|_| value(expires.to_string()), value));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::Source;
    use crate::waiver::{escaped, parse};
    use jiff::civil::date;
    use std::collections::BTreeSet;

    fn waiver(id: &str) -> Waiver {
        Waiver {
            id: id.into(),
            behaviour: "claim".into(),
            scenario: "held".into(),
            channel: "answer".into(),
            place: escaped("step 2 · answer · /rules/*/\"x\""),
            differs: "\"A\" -> nothing".into(),
            reference: Some(Shown(Some("A\n\"".into()))),
            candidate: Some(Shown(None)),
            reason: "it's \"better\"".into(),
            kind: WaiverKind::Temporary { owner: "ops".into(), expires: date(2026, 3, 1) },
        }
    }

    fn read(text: &str) -> Vec<Waiver> {
        let source = Source::new("w.toml", text);
        parse(&source, &BTreeSet::from(["1.md".to_owned()]), date(2026, 3, 1))
            .unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn what_was_there_stays_and_the_new_one_reads_as_it_is() {
        let by_design = Waiver { kind: WaiverKind::ByDesign { decision: "1.md".into() }, ..waiver("second") };
        let mut text = "# head\n#\n# [[waivers]]\n# id = \"x\"\n".to_owned();
        let all = [waiver("first"), by_design];
        for (index, one) in all.iter().enumerate() {
            let longer = append(&text, one).unwrap();
            assert!(longer.starts_with(text.trim_end()), "{longer}");
            assert_eq!(read(&longer), all[..=index]);
            // Somebody writes a comment between the two.
            text = longer + "# tail\n";
        }
        assert_eq!(read(&append("", &all[0]).unwrap()), all[..1]);
        assert!(text.contains("\n\n[[waivers]]\nid = \"first\""), "{text}");
        assert!(text.contains("# tail\n\n[[waivers]]\nid = \"second\""), "{text}");
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        assert!(matches!(append("waivers = 3\n", &waiver("w")), Err(NotWritten::Form)));
        assert!(matches!(append("waivers = \n", &waiver("w")), Err(NotWritten::Toml(_))));
    }
}
