//! Mutants that a person judged to be no fault, as data: `parity/equivalent.toml`.

use super::site::Mutant;
use crate::datafile::{self, Problems, Source, Table};

/// A mutant that does what the original does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equivalent {
    /// The script, relative to the checkout.
    pub file: String,
    /// [`Mutant::line_digest`].
    pub line: String,
    /// The kind of fault.
    pub operator: String,
    /// The line with the fault, without the blanks around it.
    pub after: String,
    /// Why nothing can tell them apart.
    pub reason: String,
}

impl Equivalent {
    /// Whether it is this mutant.
    pub fn is(&self, mutant: &Mutant) -> bool {
        self.file == mutant.file
            && self.operator == mutant.operator
            && self.line == mutant.line_digest()
            && self.after == mutant.after.trim()
    }
}

/// Reads the data.
///
/// # Errors
/// Every problem in it.
pub fn parse(source: &Source) -> Result<Vec<Equivalent>, Problems> {
    datafile::read(source, |root| {
        if let Some(schema) = root.need("schema") {
            schema.one_of("schema", ["fairway-equivalent/1"]);
        }
        let nodes = root.get("equivalent").map(|node| node.list()).unwrap_or_default();
        nodes.iter().filter_map(|node| node.table(one)).collect()
    })
}

fn one(table: &Table<'_>) -> Equivalent {
    let reason = table.need("reason").map(|node| {
        let text = node.text();
        if text.trim().is_empty() {
            node.problem("a judgement without a reason", None);
        }
        text
    });
    Equivalent {
        file: table.need_text("file"),
        line: table.need_text("line"),
        operator: table.need_text("operator"),
        after: table.need_text("after").trim().to_owned(),
        reason: reason.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::mutators::Effect;

    #[test]
    fn a_judgement_holds_for_its_line_and_fault_alone() {
        let mutant = Mutant {
            file: "q.rb".into(),
            line: 3,
            operator: "flip".into(),
            effect: Effect::Answer,
            before: "  a == b".into(),
            after: "  a != b".into(),
        };
        let text = format!(
            "schema = \"fairway-equivalent/1\"\n[[equivalent]]\nfile = \"q.rb\"\nline = \"{}\"\n\
             operator = \"flip\"\nafter = \"a != b\"\nreason = \"b is never a\"\n",
            mutant.line_digest()
        );
        let judged = parse(&Source::new("e.toml", text.as_str())).unwrap();
        assert!(judged[0].is(&mutant));
        assert!(judged[0].is(&Mutant { line: 9, ..mutant.clone() }), "a shift of lines changes nothing");
        assert!(!judged[0].is(&Mutant { before: "  a == c".into(), ..mutant }));
        let problems = parse(&Source::new("e.toml", text.replace("b is never a", " "))).unwrap_err();
        assert!(problems.to_string().contains("without a reason"), "{problems}");
    }

    #[test]
    fn what_ships_is_sound() {
        parse(&crate::grade::shipped_equivalent()).unwrap_or_else(|error| panic!("{error}"));
    }
}
