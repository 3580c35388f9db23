//! Writes proposals as the file of normalisers that they are to become part of.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;

use super::Proposal;

/// For how many days a proposal would hold.
const DAYS: i64 = 90;

/// The proposals as TOML. It is refused as it stands: the owner is blank until a person accepts the rule.
pub fn write(proposals: &[Proposal], today: Date) -> String {
    let mut text = "# Proposed, not accepted. Whoever accepts a rule looks at its place, writes the reason and the owner, and moves\n\
                    # it into parity/normalisers.toml, in a project .fairway/parity/normalisers.toml.\n"
        .to_owned();
    for proposal in proposals {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let expires = today.saturating_add(DAYS.days());
        let [one, two] = &proposal.seen;
        let places =
            if proposal.places == 1 { "1 place".to_owned() } else { format!("{} places", proposal.places) };
        let _ = write!(
            text,
            "\n# In {places}, such as {one} and {two}.\n[[normalisers]]\nid = {}\nbehaviour = {}\nplace = {}\nis = {}\n",
            quoted(&proposal.id),
            quoted(&proposal.behaviour),
            quoted(&proposal.place),
            quoted(proposal.is),
        );
        if let Some(pattern) = &proposal.pattern {
            let _ = writeln!(text, "pattern = {}", quoted(pattern));
        }
        let _ = writeln!(text, "reason = \"\"\nowner = \"\"\nexpires = {expires}");
    }
    text
}
