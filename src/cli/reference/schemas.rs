//! What each verb answers in `data`, as JSON Schema.

use std::path::PathBuf;

use fairway_parity::report::RunResult;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, schema_for};
use serde_json::{Value, json};

use crate::cli::version::Versions;
use crate::ui::Report;
#[allow(clippy::wildcard_imports, reason = "every view is an answer")]
use crate::views::*;

/// A verb and how its schema is made.
type Entry = (&'static str, fn(&mut SchemaGenerator) -> Schema);

/// One of two answers: what is printed, or what is said when it was written to a file; what was done, or would be.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Either<A, B> {
    One(A),
    Other(B),
}

/// Every verb that answers an envelope, in the order of the alphabet.
const ENTRIES: &[Entry] = &[
    ("add", of::<TaskWritten>),
    ("checkpoint record", of::<CheckpointRecorded>),
    ("checkpoint stale", of::<StaleTracks>),
    ("checkpoint status", of::<Checkpoints>),
    ("claim", of::<Claimed>),
    ("claim release", of::<Released>),
    ("claim takeover", of::<TakenOver>),
    ("config validate", of::<ConfigChecked>),
    ("coordinator preflight", of::<CoordinatorPreflight>),
    ("coordinator status", of::<CoordinatorStatus>),
    ("coordinator tick", of::<CoordinatorTick>),
    ("db backup", of::<BackupMade>),
    ("db check", of::<StoreChecked>),
    ("db compat", of::<Compatibility>),
    ("db export", of::<Either<Exported, ExportWritten>>),
    ("db migrate", of::<MigrationPlan>),
    ("dispatch-plan", of::<DispatchPlan>),
    ("git-check", of::<Findings>),
    ("handoff ack", of::<HandoffAcknowledged>),
    ("handoff list", of::<HandoffList>),
    ("health-report", of::<HealthReport>),
    ("import", of::<ImportReport>),
    ("init", of::<Initialised>),
    ("merge-ready", of::<MergeReadiness>),
    ("migrate apply", of::<MigrationApplied>),
    ("migrate log", of::<MigrationLog>),
    ("migrate plan", of::<MigrationPlanned>),
    ("migrate rehearse", of::<MigrationRehearsed>),
    ("migrate rollback", of::<MigrationRolledBack>),
    ("migrate status", of::<MigrationStatus>),
    ("migrate export-back", of::<ExportedBack>),
    ("migrate verify", of::<MigrationVerified>),
    ("packet bugfix", of::<Either<Packet<BugfixPacket>, PacketWritten>>),
    ("packet context", of::<Either<Packet<ContextPacket>, PacketWritten>>),
    ("packet watcher", of::<Either<Packet<WatchPacket>, PacketWritten>>),
    ("parity adapt", of::<Either<Adaptation, AdapterHeld>>),
    ("parity artifact", of::<Either<Packet<ParityArtifact>, ArtifactWritten>>),
    ("parity diff", of::<ScenarioDiffs>),
    ("parity doctor", of::<Examined>),
    ("parity grade", of::<Graded>),
    ("parity fuzz", of::<Either<ParityFuzz, FuzzCase>>),
    ("parity graduate", of::<OperationsGraduated>),
    ("parity noise", of::<NoiseLearnt>),
    ("parity record", of::<GoldensRecorded>),
    ("parity report", of::<ReportMade>),
    ("parity review", of::<GoldenReview>),
    ("parity revoke", of::<OperationsRevoked>),
    ("parity run", of::<ParityRun>),
    ("parity show", of::<RunShown>),
    ("parity soak", of::<ParitySoak>),
    ("parity status", of::<ParityStatus>),
    ("parity waive", of::<WaiverWritten>),
    ("pilot cutover", of::<PilotCutOver>),
    ("pilot install-shadow", of::<ShadowInstalled>),
    ("pilot pause", of::<LanesHanded>),
    ("pilot remove-shadow", of::<ShadowRemoved>),
    ("pilot report", of::<Either<Packet<PilotReport>, PilotReportWritten>>),
    ("pilot resume", of::<LanesHanded>),
    ("pilot rollback", of::<PilotRolledBack>),
    ("pilot start", of::<PilotStarted>),
    ("pilot status", of::<PilotStatus>),
    ("pilot sync", of::<PilotSynced>),
    ("preflight", of::<Findings>),
    ("prune-stale", of::<Pruned>),
    ("ready", of::<ReadyQueue>),
    ("record evidence", of::<EvidenceRecorded>),
    ("record handoff", of::<HandoffRecorded>),
    ("record review", of::<ReviewRecorded>),
    ("regression-pack list", of::<PackList>),
    ("regression-pack show", of::<PackDetail>),
    ("regression-pack validate", of::<PacksChecked>),
    ("review checkout", of::<ReviewCheckout>),
    ("route review", of::<ReviewRouted>),
    ("session end", of::<SessionEnded>),
    ("session heartbeat", of::<HeartBeaten>),
    ("session launch", of::<Either<Launched, LaunchPlan>>),
    ("session reconcile", of::<Reconciled>),
    ("session status", of::<Sessions>),
    ("session upsert", of::<SessionSaved>),
    ("set-status", of::<Moved>),
    ("shadow", of::<ShadowedCalls>),
    ("spawn", of::<Spawned>),
    ("status-report", of::<StatusReport>),
    ("sync-yaml", of::<Synced>),
    ("task-detail", of::<TaskDetail>),
    ("timing-report", of::<TimingReport>),
    ("tree", of::<Tree>),
    ("update", of::<TaskWritten>),
    ("version", of::<Versions>),
    ("watcher finish", of::<WatchFinished>),
    ("watcher start", of::<WatchStarted>),
    ("watcher status", of::<Watches>),
    ("worktree prune", of::<WorktreePlan>),
    ("worktree setup", of::<WorktreePlan>),
    ("worktree status", of::<Lanes>),
];

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.root_schema_for::<T>()
}

/// Whether a verb answers an envelope.
pub(super) fn has(verb: &str) -> bool {
    ENTRIES.iter().any(|(name, _)| *name == verb)
}

/// Where a verb's schema stands, below the folder of the documentation.
pub(super) fn place(verb: &str) -> PathBuf {
    PathBuf::from(format!("schemas/data/{}.schema.json", verb.replace(' ', "-")))
}

/// The schema of `result.json`, and where it stands below the folder of the documentation.
pub(super) fn parity_result() -> (PathBuf, Value) {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = of::<RunResult>(&mut settings.into_generator());
    schema.insert("title".to_owned(), "result.json, fairway-parity-result/1: what a parity run found".into());
    (PathBuf::from("schemas/parity-result-1.json"), schema.to_value())
}

/// Every verb that answers an envelope, with the schema of its `data`; and the two envelopes themselves.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let mut all: Vec<(&str, Value)> = ENTRIES
        .iter()
        .map(|(verb, make)| {
            let settings = SchemaSettings::draft2020_12().for_serialize();
            let mut schema = make(&mut settings.into_generator());
            schema.insert("title".to_owned(), format!("data of `fairway {verb} --json`").into());
            (*verb, schema.to_value())
        })
        .collect();
    all.push(("envelope", envelope()));
    all
}

/// What is around `data`, and what stands in its place when a call fails.
fn envelope() -> Value {
    let error = schema_for!(Report).to_value();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The envelope, fairway/1: one line on stdout when a call succeeds, one on stderr when it fails",
        "oneOf": [
            {
                "type": "object",
                "required": ["schema", "command", "ok", "data", "warnings"],
                "properties": {
                    "schema": { "const": "fairway/1" },
                    "command": { "type": "string" },
                    "ok": { "const": true },
                    "data": true,
                    "warnings": { "type": "array", "items": { "type": "string" } }
                }
            },
            {
                "type": "object",
                "required": ["schema", "command", "ok", "error"],
                "properties": {
                    "schema": { "const": "fairway/1" },
                    "command": { "type": "string" },
                    "ok": { "const": false },
                    "error": error
                }
            }
        ]
    })
}
