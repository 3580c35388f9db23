//! What to know before a plan is applied: each hazard by its class, with what it means and what to do about it.
//!
//! `docs/migration-guide.md` explains the classes. No advice is a command that destroys something.

use serde::Serialize;

use super::{LaneFacts, MovePlan, YamlGroup};
use crate::migrate::import::{Drift, Unmapped};
use crate::migrate::sources::Taken;
use crate::model::{Diagnostic, Severity, WorktreeState};
use crate::store::Finding;

/// How many examples a hazard names.
const EXAMPLES: usize = 5;

/// How heavy a hazard is; the heaviest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HazardWeight {
    /// `apply` refuses.
    Stops,
    /// Something comes out otherwise than one of the sources has it.
    High,
    /// Something is kept beside the queue instead of in it, or reads otherwise elsewhere.
    Medium,
    /// Good to know.
    Low,
}

/// A hazard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Hazard {
    /// Its class; stable.
    pub code: &'static str,
    /// How heavy it is.
    pub weight: HazardWeight,
    /// How many times it is met.
    pub count: usize,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub advice: &'static str,
    /// The first places where it is met.
    pub examples: Vec<String>,
}

/// A class of hazards: its code, its weight, what it means, what to do.
#[derive(Clone, Copy)]
struct Class(&'static str, HazardWeight, &'static str, &'static str);

const OWN_WORK: Class = Class(
    "own-work",
    HazardWeight::Stops,
    "the store holds work that did not come from an import; a migration would mix it with the legacy's",
    "migrate into a store that holds nothing but imports, or stay with `fairway import`, which brings definitions only",
);
const UNSOUND: Class = Class(
    "unsound",
    HazardWeight::Stops,
    "the store would break a rule that `fairway db check` checks",
    "mend the source that it names, with the legacy's own commands, and plan again",
);
const STATE_DRIFT: Class = Class(
    "state-drift",
    HazardWeight::High,
    "file and database say otherwise where a task stands; the database wins, the file's word is kept with the sources",
    "look at each: where the file is right, record it with the legacy's own commands before the move",
);
const DEFINITION_DRIFT: Class = Class(
    "definition-drift",
    HazardWeight::High,
    "file and database say otherwise what a task is; the file wins, the database's word is kept with the sources",
    "look at each: where the database is right, correct the file before the move",
);
const GIVING_WAY: Class = Class(
    "giving-way",
    HazardWeight::High,
    "an earlier import brought the task, and the sources do not have it; the migration brings the whole queue, and it gives way",
    "nothing, or put it into the queue file first; the store as it was before is kept with the sources",
);
const ONLY_IN_DATABASE: Class = Class(
    "only-in-database",
    HazardWeight::High,
    "the file has no such task any more; it comes along with its records, and is never ready",
    "nothing, when it was taken out on purpose; else put it back into the file before the move",
);
const PRESERVED: Class = Class(
    "row-preserved",
    HazardWeight::High,
    "the store cannot hold the row as it is: a task that is not there, a value that it refuses, a number that is taken; it is kept as JSON",
    "look at each row; what should be in the queue is corrected in the legacy's database by its own commands",
);
const ODD_SOURCE: Class = Class(
    "odd-source",
    HazardWeight::Medium,
    "a source holds something odd that was read all the same",
    "the warnings say line and column; correct the line, or leave it as it is",
);
const HISTORY_GAPS: Class = Class(
    "history-gaps",
    HazardWeight::Medium,
    "a transition of the legacy's history leaves another state than the one before it led to; it comes along as it is",
    "nothing: history is never rewritten; reports that count time in a state take the rows as they stand",
);
const YAML_VERSIONS: Class = Class(
    "yaml-1.1",
    HazardWeight::Medium,
    "the legacy reads the file as YAML 1.1; whoever reads it as YAML 1.2 sees another value there",
    "quote what is meant as text, before other tools read the file; Fairway reads it as the legacy does",
);
const UNKNOWN_FIELDS: Class = Class(
    "unknown-field",
    HazardWeight::Medium,
    "Fairway does not know the field; it is kept with its task, and an export gives it back",
    "nothing, unless it is a known field under another name: `[import] field_names` says so",
);
const UNMAPPED: Class = Class(
    "unmapped",
    HazardWeight::Medium,
    "the mapping has no place for the table or column; its rows are kept as JSON",
    "nothing, unless it matters to the queue's work: a mapping of the project's own can give it a place",
);
const PACKS: Class = Class(
    "packs",
    HazardWeight::Medium,
    "the catalogue of regression packs has problems; it is kept as it is",
    "`fairway regression-pack validate` shows each line",
);
const MISSING: Class = Class(
    "source-missing",
    HazardWeight::Medium,
    "the adapter names it, and it is not there; the move goes without it",
    "make sure that --from names the checkout that the legacy works in",
);
const LANES: Class = Class(
    "lane",
    HazardWeight::Low,
    "a role's branch or worktree is not as its work expects it; a migration leaves git as it is",
    "`fairway worktree status` shows them once the queue has moved",
);
const DEFAULTS: Class = Class(
    "default-taken",
    HazardWeight::Low,
    "the file leaves a field open",
    "nothing, unless the default is not what is meant",
);
const RENAMED: Class = Class(
    "renamed",
    HazardWeight::Low,
    "a role is called otherwise in the store, as `[import] role_names` says",
    "nothing, when the names are meant so",
);
const IGNORED: Class = Class(
    "table-ignored",
    HazardWeight::Low,
    "the mapping leaves the table out, with a reason; it is kept with the sources",
    "nothing",
);

/// The hazards of a plan, the heaviest first.
pub(super) fn of(plan: &MovePlan, taken: &Taken, gaps: &[Finding]) -> Vec<Hazard> {
    let import = &plan.import;
    let (preserved, odd): (Vec<&Diagnostic>, Vec<&Diagnostic>) = import
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Warning)
        .partition(|problem| problem.code == "row-preserved");
    let lanes =
        plan.lanes.iter().filter(|lane| lane.commit.is_none() || lane.worktree != WorktreeState::Clean);
    let mut all = vec![
        hazard(OWN_WORK, plan.own_work.iter().map(|work| format!("{} × {}", work.times, work.action))),
        hazard(UNSOUND, plan.findings.iter().map(|found| format!("{}: {}", found.subject, found.detail))),
        hazard(STATE_DRIFT, import.drift.iter().map(drift)),
        hazard(DEFINITION_DRIFT, import.definition_drift.iter().map(drift)),
        hazard(GIVING_WAY, plan.giving_way.iter().cloned()),
        hazard(ONLY_IN_DATABASE, import.definitions.only_in_snapshot.iter().cloned()),
        hazard(PRESERVED, preserved.into_iter().map(line)),
        hazard(ODD_SOURCE, odd.into_iter().map(line)),
        hazard(HISTORY_GAPS, gaps.iter().map(|gap| format!("{}: {}", gap.subject, gap.detail))),
        yaml(&plan.yaml_versions),
        hazard(
            UNKNOWN_FIELDS,
            import.unknown_fields.iter().map(|field| format!("{} of {} task(s)", field.name, field.tasks)),
        ),
        hazard(UNMAPPED, import.unmapped.iter().map(unmapped)),
        hazard(PACKS, packs(taken).into_iter()),
        hazard(MISSING, plan.missing.iter().cloned()),
        hazard(LANES, lanes.map(lane)),
        hazard(
            DEFAULTS,
            import.defaults.iter().map(|default| {
                let value = default.value.as_str().unwrap_or("none");
                format!("{}: {value}, for {} task(s)", default.field, default.tasks)
            }),
        ),
        hazard(
            RENAMED,
            plan.renamed
                .iter()
                .map(|name| format!("{} is {} for {} task(s)", name.from, name.to, name.tasks)),
        ),
        hazard(
            IGNORED,
            import.ignored.iter().map(|ignored| format!("{}: {}", ignored.table, ignored.reason)),
        ),
    ];
    all.retain(|hazard| hazard.count > 0);
    all.sort_by_key(|hazard| hazard.weight);
    all
}

fn drift(drift: &Drift) -> String {
    let word = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    let (file, db) = (word(&drift.file), word(&drift.db));
    format!("{} {}: {file} in the file, {db} in the database", drift.task, drift.field)
}

fn lane(lane: &LaneFacts) -> String {
    match lane.commit {
        None => format!("{}: there is no branch {}", lane.role, lane.branch),
        Some(_) => format!("{}: {}", lane.role, lane.worktree.sentence("its worktree", &lane.branch)),
    }
}

fn unmapped(unmapped: &Unmapped) -> String {
    match unmapped.columns.as_slice() {
        [] => format!("table {}, {} row(s)", unmapped.table, unmapped.rows),
        columns => format!("{}.{}, {} row(s)", unmapped.table, columns.join(", "), unmapped.rows),
    }
}

fn hazard(class: Class, met: impl Iterator<Item = String>) -> Hazard {
    let Class(code, weight, meaning, advice) = class;
    let mut hazard = Hazard { code, weight, count: 0, meaning, advice, examples: Vec::new() };
    for example in met {
        hazard.count += 1;
        if hazard.examples.len() < EXAMPLES {
            hazard.examples.push(example);
        }
    }
    hazard
}

fn yaml(groups: &[YamlGroup]) -> Hazard {
    let values = groups.iter().flat_map(|group| {
        let kinds = format!("{} in YAML 1.1, {} in 1.2", group.yaml_1_1, group.yaml_1_2);
        group
            .values
            .iter()
            .map(move |value| format!("line {}, {}: {} is {kinds}", value.line, value.path, value.text))
    });
    let mut hazard = hazard(YAML_VERSIONS, values);
    hazard.count = groups.iter().map(|group| group.total).sum();
    hazard
}

fn packs(taken: &Taken) -> Vec<String> {
    match taken.packs.as_ref().map(|packs| &packs.catalog) {
        Some(Ok(catalog)) => catalog.problems.iter().map(line).collect(),
        Some(Err(problem)) => vec![line(problem)],
        None => Vec::new(),
    }
}

fn line(problem: &Diagnostic) -> String {
    let place =
        problem.place.as_ref().map(|place| format!("{}:{}: ", place.file, place.line)).unwrap_or_default();
    let subject = problem.subject.as_ref().map(|subject| format!("{subject}: ")).unwrap_or_default();
    format!("{place}{subject}{}", problem.message)
}
