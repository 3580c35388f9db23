-- Claims with their epochs: who holds a task, since when, until when, and how that ended.
--
-- A row is written in the transaction that gives the task to its holder. It is never removed, and changes only while
-- the claim is open: when its lease is renewed, stopped or begun again, and when it ends. Each end and each beginning
-- names the transition that it came with, so that the history explains every hand.

CREATE TABLE task_claims (
  -- Given out once in the life of a store, also across a rollback: a number that fits is a claim that was given.
  epoch INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  claimant TEXT NOT NULL,
  -- The session that claimed it, when it said so.
  session_id TEXT,
  -- How long the lease lasts from each heartbeat; none when the claim does not run out.
  lease_seconds INTEGER CHECK (lease_seconds > 0),
  -- When the lease runs out; none without a lease, and while the task is not in progress.
  expires_at TEXT,
  claimed_at TEXT NOT NULL,
  began_with INTEGER NOT NULL REFERENCES task_state_history (id),
  ended_at TEXT,
  ended_how TEXT CHECK (ended_how IN ('released', 'taken_over', 'expired')),
  ended_with INTEGER REFERENCES task_state_history (id),
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id),
  CHECK (expires_at IS NULL OR lease_seconds IS NOT NULL),
  CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
  CHECK ((ended_at IS NULL) = (ended_with IS NULL))
) STRICT;

-- No task is ever held twice.
CREATE UNIQUE INDEX task_claims_open ON task_claims (project_id, task_id) WHERE ended_at IS NULL;
CREATE INDEX task_claims_due ON task_claims (project_id, expires_at) WHERE ended_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX task_claims_session ON task_claims (project_id, session_id) WHERE ended_at IS NULL AND session_id IS NOT NULL;
CREATE INDEX task_claims_task ON task_claims (project_id, task_id, epoch);

CREATE TRIGGER task_claims_no_delete BEFORE DELETE ON task_claims
  BEGIN SELECT RAISE(ABORT, 'a claim is never removed'); END;
CREATE TRIGGER task_claims_end_once BEFORE UPDATE ON task_claims
WHEN OLD.ended_at IS NOT NULL OR NEW.epoch <> OLD.epoch OR NEW.project_id <> OLD.project_id
  OR NEW.task_id <> OLD.task_id OR NEW.claimant <> OLD.claimant OR NEW.session_id IS NOT OLD.session_id
  OR NEW.lease_seconds IS NOT OLD.lease_seconds OR NEW.claimed_at <> OLD.claimed_at
  OR NEW.began_with <> OLD.began_with
  BEGIN SELECT RAISE(ABORT, 'a claim changes only while it is open'); END;
