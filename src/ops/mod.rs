//! Use cases: what each verb does, once, for every face. Each reads, asks `policy`, writes, and answers a view.

mod add;
mod artifact;
mod checkpoint;
mod claim;
mod context;
mod coordinator;
mod database;
mod document;
mod error;
mod evidence;
mod export;
mod export_back;
mod git_check;
mod handoff;
mod import;
mod init;
mod mapping;
mod merge_ready;
mod migration;
mod mismatches;
mod packet;
mod packs;
mod pilot;
mod prune_stale;
mod ready;
mod reports;
mod review;
mod review_checkout;
mod routing;
mod session;
mod set_status;
mod spawn;
mod sync_yaml;
mod task_detail;
mod tree;
mod watcher;
mod worktrees;

pub use add::{NewTask, TaskChange, add, update};
pub use artifact::parity_artifact;
pub use checkpoint::{CheckpointRequest, TrackFilter, checkpoint_status, record_checkpoint, stale_tracks};
pub use claim::{ClaimRequest, ReleaseRequest, claim, release, takeover};
pub use context::{Context, Origin};
pub use coordinator::{coordinator_preflight, coordinator_status, coordinator_tick, dispatch_plan};
pub use database::{backup, check, migrate, postgres_compat};
pub use document::write_document;
pub use error::OpError;
pub use evidence::{EvidenceRequest, record_evidence};
pub use export::{ExportRequest, export, export_text, export_to};
pub use export_back::{ExportBackRequest, export_back};
pub use git_check::{git_check, preflight};
pub use handoff::{AckRequest, HandoffRequest, ack_handoff, list_handoffs, record_handoff};
pub use import::{ImportRequest, import};
pub use init::{InitRequest, init};
pub use merge_ready::merge_ready;
pub use migration::{
    ApplyRequest, PlanRequest, StateReader, StatesRead, StatesWanted, apply_migration, migration_log,
    migration_status, plan_migration, rehearse_migration, roll_back_migration, verify_migration,
};
pub use mismatches::{Mismatch, can_record_mismatches, record_mismatches};
pub use packet::{BugfixRequest, ContextRequest, bugfix_packet, context_packet};
pub use packs::{check_packs, pack, packs};
pub use pilot::{
    CutoverRequest, NotTheirs, PilotRollbackRequest, StartRequest, SyncRequest, cut_over, install_shadow,
    pause as pause_pilot, pilot_status, refuse_handed, remove_shadow, resume as resume_pilot,
    roll_back_pilot, start_pilot, sync_pilot,
};
pub use prune_stale::prune_stale;
pub use ready::{ReadyRequest, ready};
pub use reports::{health_report, status_report, timing_report};
pub use review::{ReviewRequest, record_review};
pub use review_checkout::review_checkout;
pub use routing::{RouteRequest, route_review};
pub use session::{
    Launch, LaunchOutcome, SessionEnd, SessionFilter, SessionKey, SessionUpsert, end_session, heartbeat,
    launch_session, reconcile_sessions, session_status, upsert_session,
};
pub use set_status::{StatusRequest, set_status};
pub use spawn::{SpawnRequest, spawn};
pub use sync_yaml::sync_yaml;
pub use task_detail::task_detail;
pub use tree::tree;
pub use watcher::{WatchEndRequest, WatchFilter, finish_watch, start_watch, watch_packet, watch_status};
pub use worktrees::{worktree_prune, worktree_setup, worktree_status};

/// Result of a use case.
pub type Result<T> = std::result::Result<T, OpError>;
