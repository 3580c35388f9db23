//! Verbs that look and change nothing.

use fairway::model::WatchBrief;
use fairway::ops::*;
use proptest::prelude::*;
use proptest::sample::select;

use super::calls::{Id, id, maybe, owned, role};
use super::project::Project;

/// A look.
#[derive(Debug, Clone)]
pub(super) enum Look {
    Task { id: Id },
    Reports,
    MergeReady { id: Id, base: Option<Id> },
    GitCheck { base: Option<Id> },
    Preflight { role: Option<Id> },
    Worktrees,
    CoordinatorPreflight,
    CoordinatorStatus,
    CoordinatorTick,
    DispatchPlan { role: Option<Id> },
    ContextPacket { id: Option<Id>, whole: bool, pack: Option<Id> },
    BugfixPacket { id: Option<Id>, whole: bool },
    WatchPacket { watch: Option<Id>, whole: bool },
    LaunchPlan { role: Option<Id>, backend: Option<Id>, task: Option<Id> },
}

pub(super) fn looks() -> impl Strategy<Value = Look> {
    let base = || maybe(select(vec!["master", "agent/A-backend", "gone"]));
    prop_oneof![
        id().prop_map(|id| Look::Task { id }),
        Just(Look::Reports),
        (id(), base()).prop_map(|(id, base)| Look::MergeReady { id, base }),
        base().prop_map(|base| Look::GitCheck { base }),
        maybe(role()).prop_map(|role| Look::Preflight { role }),
        Just(Look::Worktrees),
        Just(Look::CoordinatorPreflight),
        Just(Look::CoordinatorStatus),
        Just(Look::CoordinatorTick),
        maybe(role()).prop_map(|role| Look::DispatchPlan { role }),
        (maybe(id()), any::<bool>(), prop::option::weighted(0.2, Just("no-pack")))
            .prop_map(|(id, whole, pack)| Look::ContextPacket { id, whole, pack }),
        (maybe(id()), any::<bool>()).prop_map(|(id, whole)| Look::BugfixPacket { id, whole }),
        (maybe(select(vec!["w-1", "w-2"])), any::<bool>())
            .prop_map(|(watch, whole)| Look::WatchPacket { watch, whole }),
        (maybe(role()), maybe(select(vec!["shell", "tmux", "manual", "screen"])), maybe(id()))
            .prop_map(|(role, backend, task)| Look::LaunchPlan { role, backend, task }),
    ]
}

impl Look {
    pub(super) fn ask(&self, project: &Project) -> Result<()> {
        let context = project.context(None);
        match self.clone() {
            Self::Task { id } => {
                ready(&context, &ReadyRequest { explain: true, ..ReadyRequest::default() })?;
                tree(&context, id, None)?;
                task_detail(&context, id).map(drop)
            }
            Self::Reports => {
                status_report(&context)?;
                timing_report(&context)?;
                health_report(&context).map(drop)
            }
            Self::MergeReady { id, base } => merge_ready(&context, id, base).map(drop),
            Self::GitCheck { base } => git_check(&context, base).map(drop),
            Self::Preflight { role } => {
                context.role_in_view(role, true).and_then(|role| preflight(&context, role, None)).map(drop)
            }
            Self::Worktrees => worktree_status(&context).map(drop),
            Self::CoordinatorPreflight => coordinator_preflight(&context).map(drop),
            Self::CoordinatorStatus => coordinator_status(&context).map(drop),
            Self::CoordinatorTick => coordinator_tick(&context).map(drop),
            Self::DispatchPlan { role } => {
                context.role_in_view(role, true).and_then(|role| dispatch_plan(&context, role, 2)).map(drop)
            }
            Self::ContextPacket { .. } | Self::BugfixPacket { .. } | Self::WatchPacket { .. } => {
                self.packet(&context)
            }
            Self::LaunchPlan { role, backend, task } => {
                let request = Launch {
                    role: owned(role),
                    backend: owned(backend),
                    task: owned(task),
                    command: Some("true".to_owned()),
                    ..Launch::default()
                };
                launch_session(&context, &request, true).map(drop)
            }
        }
    }

    fn packet(&self, context: &Context) -> Result<()> {
        match self.clone() {
            Self::ContextPacket { id, whole, pack } => {
                let request = ContextRequest {
                    task: owned(id),
                    goal: Some("G".to_owned()),
                    owner: whole.then(|| "A-backend".to_owned()),
                    acceptance: vec!["it works".to_owned()],
                    workflow_pack: owned(pack),
                    ..ContextRequest::default()
                };
                context_packet(context, request).map(drop)
            }
            Self::BugfixPacket { id, whole } => {
                let some = whole.then(|| "x".to_owned());
                let request = BugfixRequest {
                    task: owned(id),
                    bug_summary: some.clone(),
                    root_cause: some.clone(),
                    owning_layer: some.clone(),
                    impact: some.clone(),
                    proof_command: some.clone(),
                    regression_coverage: some.clone(),
                    residual_risk: some,
                    ..BugfixRequest::default()
                };
                bugfix_packet(context, request).map(drop)
            }
            Self::WatchPacket { watch, whole } => {
                let some = whole.then(|| "x".to_owned());
                let brief = WatchBrief {
                    task_id: some.clone(),
                    owner: some.clone(),
                    process: some.clone(),
                    command: some.clone(),
                    success: some.clone(),
                    failure: some.clone(),
                    close_condition: some,
                    ..WatchBrief::default()
                };
                watch_packet(context, watch, brief, None).map(drop)
            }
            _ => Ok(()),
        }
    }
}
