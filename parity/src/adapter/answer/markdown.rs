//! Reads a Markdown document of the form that packets and reports have: a title, fields, sections.

use serde_json::{Map, Value, json};

use super::ReadError;

/// Where in the document a line stands.
enum Part {
    /// Under the title, before the first section.
    Head,
    /// In the section of this name.
    Section(String),
}

/// `title`; `fields`, from the lines `- key: value` under the title, each with the lines that follow it, up to a blank
/// one, as Markdown has it; `text`, what else stands there; `sections`, the text under each `## Name`. Texts are trimmed.
/// A heading in a fenced block is text.
pub(super) fn read(text: &str) -> Result<Value, ReadError> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| line.trim().is_empty());
    let first = lines.next().map_or("", |(_, line)| line);
    let title = first.strip_prefix("# ").ok_or_else(|| ReadError::NoTitle(first.to_owned()))?.trim();
    let (mut fields, mut sections) = (Map::new(), Map::new());
    let (mut body, mut head) = (String::new(), String::new());
    let (mut part, mut fenced) = (Part::Head, false);
    // The field that a line may go on.
    let mut open: Option<String> = None;
    for (index, line) in lines {
        fenced ^= line.trim_start().starts_with("```");
        let heading = line.strip_prefix("## ").filter(|_| !fenced);
        let goes_on = open.take().filter(|_| heading.is_none() && !fenced && !line.trim().is_empty());
        if let Some(name) = heading.map(|name| name.trim().to_owned()) {
            close(&mut part, &mut body, &mut head, &mut sections);
            if sections.contains_key(&name) {
                return Err(ReadError::Again { line: index + 1, name });
            }
            // It is there even when nothing stands under it.
            sections.insert(name.clone(), Value::from(""));
            part = Part::Section(name);
        } else if let (Part::Head, false, Some((key, value))) = (&part, fenced, field(line)) {
            if fields.insert(key.to_owned(), Value::from(value)).is_some() {
                return Err(ReadError::Again { line: index + 1, name: key.to_owned() });
            }
            open = Some(key.to_owned());
        } else if let Some(key) = goes_on {
            let value = fields.get(&key).and_then(Value::as_str).unwrap_or_default();
            let value = format!("{value}\n{}", line.trim());
            fields.insert(key.clone(), Value::from(value));
            open = Some(key);
        } else {
            body.push_str(line);
            body.push('\n');
        }
    }
    close(&mut part, &mut body, &mut head, &mut sections);
    Ok(json!({ "title": title, "fields": fields, "text": head, "sections": sections }))
}

/// Puts the text that was gathered where it belongs.
fn close(part: &mut Part, body: &mut String, head: &mut String, sections: &mut Map<String, Value>) {
    let text = std::mem::take(body).trim().to_owned();
    match part {
        Part::Head => *head = text,
        Part::Section(name) => drop(sections.insert(std::mem::take(name), Value::from(text))),
    }
}

fn field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix("- ")?.split_once(':')?;
    Some((key.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_title_fields_and_sections() {
        let packet = "# Context Packet: A-1\n\n- task_id: A-1\n- at: 10:30\nfor the night\n\nOf two.\n\n\
                      ## Goal\n\nShip it.\n\n```\n## no heading\n```\n\n## Risks\n## Files\n- a: b\n";
        let read = read(packet).unwrap();
        assert_eq!(read["title"], "Context Packet: A-1");
        assert_eq!(read["fields"], json!({"task_id": "A-1", "at": "10:30\nfor the night"}));
        assert_eq!(read["text"], "Of two.");
        let sections = json!({"Goal": "Ship it.\n\n```\n## no heading\n```", "Risks": "", "Files": "- a: b"});
        assert_eq!(read["sections"], sections);
    }

    #[test]
    fn what_is_no_such_document_is_an_error() {
        assert!(matches!(read("written to x\n"), Err(ReadError::NoTitle(_))));
        assert!(matches!(read("# T\n- a: 1\n- a: 2\n"), Err(ReadError::Again { line: 3, .. })));
        assert!(matches!(read("# T\n## A\n\n## A\n"), Err(ReadError::Again { line: 4, .. })));
    }
}
