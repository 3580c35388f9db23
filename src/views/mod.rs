//! What a verb shows: one serialisable type per answer, which is both the JSON and the page.

mod adaptation;
mod artifact;
mod checkpoints;
mod checks;
mod claims;
mod compat;
mod coordinator;
mod export_back;
mod goldens;
mod graded;
mod handoffs;
mod hierarchy;
mod import;
mod migrate;
mod mismatches;
pub mod packet;
mod packs;
mod parity;
mod parity_fuzz;
mod parity_soak;
mod pilot;
mod pilot_report;
mod pilot_shadow;
mod project;
mod records;
mod reports;
mod review;
mod sessions;
mod sessions_pruned;
mod standings;
mod store;
mod sync_yaml;
mod task;
mod waivers;
mod watchers;
mod worktrees;

pub use adaptation::{Adaptation, AdapterHeld};
pub use artifact::{
    ArtifactWritten, ImportSummary, PackValidation, ParityArtifact, ReadyRole, RouteSample, SessionLine,
};
pub use checkpoints::{CheckpointRecorded, Checkpoints, StaleTrack, StaleTracks};
pub use checks::{Findings, MergeReadiness};
pub use claims::{Claimed, HeartBeaten, LeaseRenewed, Released, TakenOver};
pub use compat::Compatibility;
pub use coordinator::{
    CoordinatorPreflight, CoordinatorStatus, CoordinatorTick, Count, Dispatch, DispatchPlan, NextTask,
    RoleLine,
};
pub use export_back::{ExportedBack, FileBack};
pub use goldens::{GoldenLine, GoldenReview, GoldenState, GoldensRecorded};
pub use graded::Graded;
pub use handoffs::{HandoffAcknowledged, HandoffList};
pub use hierarchy::{ChildProgress, OpenSibling, RollUp, Spawned, Tree, TreeNode};
pub use import::ImportReport;
pub use migrate::{
    MigrationApplied, MigrationEvent, MigrationLine, MigrationLog, MigrationPlanned, MigrationRehearsed,
    MigrationRolledBack, MigrationStatus, MigrationVerified,
};
pub use mismatches::{MismatchTask, MismatchTasks};
pub use packet::{
    Brief, BugfixPacket, ContextPacket, DependencyBrief, Packet, PacketWritten, TaskBrief, WatchPacket,
};
pub use packs::{PackDetail, PackLine, PackList, PacksChecked};
pub use parity::{
    DiffLayout, Examined, ExceptionMade, NoiseLearnt, OperationStanding, OperationsGraduated,
    OperationsRevoked, ParityRun, ParityStatus, ReportMade, RunShown, ScenarioDiffs, ShadowedCalls,
};
pub use parity_fuzz::{FuzzCase, ParityFuzz};
pub use parity_soak::ParitySoak;
pub use pilot::{
    LanesHanded, PilotCheck, PilotCutOver, PilotLane, PilotRolledBack, PilotStanding, PilotStarted,
    PilotStatus, PilotSynced,
};
pub use pilot_report::{OperationLine, PilotReport, PilotReportWritten, ShadowDay, WaiverLine};
pub use pilot_shadow::{ShadowInstalled, ShadowRemoved};
pub use project::{ConfigChecked, Initialised, Made};
pub use records::{EvidenceRecorded, HandoffRecorded, ReviewRecorded};
pub use reports::{Active, Blocked, Counted, HealthReport, RoleTime, StatusReport, TaskTime, TimingReport};
pub use review::{ReviewRouted, RouteMatch};
pub use sessions::{
    LaunchPlan, Launched, Reconciled, ReconciledSession, SessionEnded, SessionSaved, Sessions,
};
pub use sessions_pruned::Pruned;
pub use standings::{SessionStanding, TrackStanding};
pub use store::{
    BackupMade, ExportFormat, ExportShape, ExportWritten, Exported, MigrationPlan, StoreChecked,
};
pub use sync_yaml::Synced;
pub use task::{Moved, NotReadyTask, ReadyQueue, ReadyTask, TaskDetail, TaskWritten, Unready};
pub use waivers::WaiverWritten;
pub use watchers::{WatchFinished, WatchStarted, Watches};
pub use worktrees::{LaneStatus, Lanes, ReviewCheckout, WorktreePlan, WorktreeStep};
