//! `fairway pilot report`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use fairway_parity::Library;
use fairway_parity::ledger::{Missing, ShadowedCall, Standing};
use fairway_parity::verdict::Verdict;
use fairway_parity::waiver::WaiverKind;

use super::{legacy_adapter, standing};
use crate::cli::{CliError, Session};
use crate::ops::{self, OpError};
use crate::pilot::{self, Project};
use crate::views::{
    ExceptionMade, OperationLine, Packet, PilotReport, PilotReportWritten, ShadowDay, WaiverLine,
};

/// How many mismatches are told.
const MISMATCHES: usize = 20;

/// Write down where the pilot stands, for those who decide on its next step.
///
/// Lanes and who holds them, what a cut-over lacks, operations and their proof, shadowed calls by day, mismatches, waivers and
/// their expiry, and every call that was let through without proof. The Markdown comes from a template;
/// `.fairway/templates/pilot-report.md.j2` replaces the shipped one.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway pilot report\n  fairway pilot report --output pilot.html\n  fairway pilot report --json"
)]
pub struct ReportArgs {
    /// Write to this file instead: HTML where its name ends in .html, JSON where it ends in .json, else Markdown.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(session: &mut Session, args: ReportArgs) -> Result<(), CliError> {
    let (project, status) = standing(session)?;
    let context = session.context()?;
    let shadowed = project.shadowed_calls()?;
    let mut mismatches: Vec<ShadowedCall> = shadowed.iter().filter(|call| call.is_open()).cloned().collect();
    mismatches.drain(..mismatches.len().saturating_sub(MISMATCHES));
    let report = PilotReport {
        project: context.store_settings().project,
        at: context.now.to_seconds(),
        adapter: project.legacy.adapter.clone(),
        ready: !status.checks.is_empty() && status.checks.iter().all(|check| check.passed),
        lanes: status.lanes,
        checks: status.checks,
        behind: status.behind,
        pilot: status.pilot,
        rule: project.rule(),
        operations: operations(&project)?,
        shadow: by_day(&shadowed),
        mismatches,
        waivers: waivers(&project)?,
        exceptions: project.exceptions()?.into_iter().map(ExceptionMade::from).collect(),
    };
    let report = Packet::render(&context.paths.root, report).map_err(OpError::from)?;
    match args.output.map(|path| session.path(&path)) {
        None => session.ui.emit("pilot report", &report),
        Some(path) => {
            ops::write_document(&path, &report.document(&path))?;
            session.ui.emit("pilot report", &PilotReportWritten { path });
        }
    }
    Ok(())
}

fn operations(project: &Project) -> Result<Vec<OperationLine>, CliError> {
    let candidates = pilot::candidates();
    let names: Vec<&str> = candidates.iter().map(|candidate| candidate.operation).collect();
    let found = pilot::stand(project, &legacy_adapter(project)?, &names)?;
    let line = |(name, (standing, assessment)): (&str, (Standing, fairway_parity::ledger::Assessment))| {
        let open = match &standing {
            Standing::Graduated { .. } => Vec::new(),
            Standing::Revoked { by: Some(by), .. } => vec![format!("{}: {}", by.by, by.reason)],
            Standing::Revoked { by: None, changes } => changes.iter().map(ToString::to_string).collect(),
            // The counts have columns of their own.
            _ => assessment
                .missing
                .iter()
                .filter(|missing| !missing.is_count())
                .map(Missing::to_string)
                .collect(),
        };
        OperationLine {
            operation: name.to_owned(),
            standing: standing.name(),
            runs: assessment.runs.len(),
            copies: assessment.copies.len(),
            cases: assessment.cases,
            open,
        }
    };
    Ok(names.iter().copied().zip(found).map(line).collect())
}

fn by_day(calls: &[ShadowedCall]) -> Vec<ShadowDay> {
    let mut days: BTreeMap<String, ShadowDay> = BTreeMap::new();
    for call in calls {
        let day: String = call.began.chars().take(10).collect();
        let line = days.entry(day.clone()).or_insert_with(|| ShadowDay { day, ..ShadowDay::default() });
        match call.verdict {
            Verdict::Matched => line.matched += 1,
            Verdict::Mismatched => line.mismatched += 1,
            _ => line.not_compared += 1,
        }
    }
    days.into_values().collect()
}

fn waivers(project: &Project) -> Result<Vec<WaiverLine>, CliError> {
    let library = Library::load(Some(project.root()))?;
    let line = |waiver: &fairway_parity::waiver::Waiver| {
        let (until, by) = match &waiver.kind {
            WaiverKind::ByDesign { decision } => (None, decision.clone()),
            WaiverKind::Temporary { owner, expires } => (Some(expires.to_string()), owner.clone()),
        };
        let (id, behaviour) = (waiver.id.clone(), waiver.behaviour.clone());
        WaiverLine { id, behaviour, differs: waiver.differs.clone(), until, by }
    };
    Ok(library.waivers.iter().map(line).collect())
}
