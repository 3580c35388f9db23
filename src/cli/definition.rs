//! What is said of a task that is made by hand, whatever verb makes it.

use clap::Args;

use super::said;
use crate::model::Definition;

/// The parts of a definition that mean the same wherever a task is made.
#[derive(Debug, Args)]
pub struct DefinitionArgs {
    /// Its kind; without it `[task_kinds] default`.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Order within a priority.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    sequence: Option<i64>,
    /// Notes of any length.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Tasks that have to be done first; separated by commas, or given again.
    #[arg(long, value_name = "TASK", value_delimiter = ',')]
    dependencies: Vec<String>,
    /// What has to hold for it to be done; may be given again.
    #[arg(long, value_name = "TEXT")]
    acceptance: Vec<String>,
}

impl DefinitionArgs {
    /// The definition of a task of this id and title, as far as it is said here.
    pub(super) fn definition(self, id: String, title: String) -> Definition {
        let given = |texts: Vec<String>| texts.into_iter().filter(|text| !text.is_empty()).collect();
        Definition {
            id,
            title,
            kind: said(self.kind),
            sequence: self.sequence,
            notes: said(self.notes),
            depends_on: given(self.dependencies),
            acceptance_checks: given(self.acceptance),
            ..Definition::default()
        }
    }
}
