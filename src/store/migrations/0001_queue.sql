-- The queue: definitions, state, and the records that gather on a task.
--
-- Every table carries project_id. Times are UTC text of one fixed width, YYYY-MM-DDTHH:MM:SS.mmmZ, so that the
-- order of the texts is the order of the times. Tables that record what happened refuse updates and deletes.

CREATE TABLE schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;

CREATE TABLE store_settings (
  project_id TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (project_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_definitions (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  file_order INTEGER,
  in_source INTEGER NOT NULL DEFAULT 1 CHECK (in_source IN (0, 1)),
  parent_id TEXT,
  kind TEXT,
  title TEXT NOT NULL,
  role TEXT NOT NULL,
  notes TEXT,
  acceptance_checks TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(acceptance_checks)),
  extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra)),
  priority INTEGER,
  sequence INTEGER,
  -- Kept by the triggers on task_state: todo, with every dependency met.
  ready INTEGER NOT NULL DEFAULT 0 CHECK (ready IN (0, 1)),
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (project_id, id)
) STRICT;

-- Serves `ready` in its order: what it returns is what it costs, whatever else the queue holds.
CREATE INDEX task_definitions_ready ON task_definitions
  (project_id, priority IS NULL, priority, sequence IS NULL, sequence, file_order IS NULL, file_order, created_at, id)
  WHERE ready = 1 AND in_source = 1;
CREATE INDEX task_definitions_ready_by_role ON task_definitions
  (project_id, role, priority IS NULL, priority, sequence IS NULL, sequence, file_order IS NULL, file_order, created_at, id)
  WHERE ready = 1 AND in_source = 1;
CREATE INDEX task_definitions_parent ON task_definitions (project_id, parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE task_dependencies (
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  depends_on TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (project_id, task_id, depends_on),
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id),
  FOREIGN KEY (project_id, depends_on) REFERENCES task_definitions (project_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_dependencies_on ON task_dependencies (project_id, depends_on);

CREATE TABLE task_state (
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  status TEXT NOT NULL,
  -- How many dependencies are not in a terminal state; maintained with every transition.
  unmet_dependencies INTEGER NOT NULL DEFAULT 0 CHECK (unmet_dependencies >= 0),
  owner TEXT,
  claimant TEXT,
  branch TEXT,
  claimed_at TEXT,
  completed_at TEXT,
  commit_sha TEXT,
  blocked_reason TEXT,
  review_required INTEGER NOT NULL DEFAULT 0 CHECK (review_required IN (0, 1)),
  review_status TEXT NOT NULL DEFAULT 'not_required'
    CHECK (review_status IN ('not_required', 'pending', 'approved', 'changes_requested', 'rejected')),
  reviewer TEXT,
  reviewed_at TEXT,
  review_note TEXT,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (project_id, task_id),
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_state_status ON task_state (project_id, status);

CREATE TRIGGER task_state_arrives AFTER INSERT ON task_state
WHEN NEW.status = 'todo' AND NEW.unmet_dependencies = 0
BEGIN
  UPDATE task_definitions SET ready = 1 WHERE project_id = NEW.project_id AND id = NEW.task_id;
END;
CREATE TRIGGER task_state_moves AFTER UPDATE OF status, unmet_dependencies ON task_state
WHEN (OLD.status = 'todo' AND OLD.unmet_dependencies = 0) <> (NEW.status = 'todo' AND NEW.unmet_dependencies = 0)
BEGIN
  UPDATE task_definitions SET ready = (NEW.status = 'todo' AND NEW.unmet_dependencies = 0)
  WHERE project_id = NEW.project_id AND id = NEW.task_id;
END;

CREATE TABLE task_state_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  from_status TEXT,
  to_status TEXT NOT NULL,
  owner TEXT,
  branch TEXT,
  commit_sha TEXT,
  command_source TEXT NOT NULL,
  actor TEXT NOT NULL CHECK (actor <> ''),
  reason TEXT,
  at TEXT NOT NULL,
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT;
CREATE INDEX task_state_history_task ON task_state_history (project_id, task_id, id);

CREATE TABLE task_handoffs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  from_role TEXT NOT NULL,
  to_role TEXT NOT NULL,
  payload TEXT,
  commit_sha TEXT,
  changed_files TEXT,
  commands TEXT,
  results TEXT,
  risks TEXT,
  blockers TEXT,
  next_step TEXT,
  actor TEXT NOT NULL CHECK (actor <> ''),
  created_at TEXT NOT NULL,
  acknowledged_at TEXT,
  acknowledged_by TEXT,
  ack_notes TEXT,
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT;
CREATE INDEX task_handoffs_task ON task_handoffs (project_id, task_id, id);

CREATE TABLE task_evidence (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  handoff_id INTEGER REFERENCES task_handoffs (id),
  command_text TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('pass', 'fail', 'partial', 'skipped', 'blocked')),
  artifact_path TEXT,
  artifact_type TEXT,
  duration_seconds INTEGER CHECK (duration_seconds >= 0),
  notes TEXT,
  actor TEXT NOT NULL CHECK (actor <> ''),
  created_at TEXT NOT NULL,
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT;
CREATE INDEX task_evidence_task ON task_evidence (project_id, task_id, result);

CREATE TABLE task_reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('approve', 'changes', 'reject')),
  reviewed_commit_sha TEXT,
  route_reason TEXT,
  notes TEXT,
  actor TEXT NOT NULL CHECK (actor <> ''),
  created_at TEXT NOT NULL,
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT;
CREATE INDEX task_reviews_task ON task_reviews (project_id, task_id, id);

CREATE TABLE task_review_routes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  path TEXT NOT NULL,
  rule TEXT NOT NULL,
  commit_sha TEXT,
  actor TEXT NOT NULL CHECK (actor <> ''),
  created_at TEXT NOT NULL,
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT;
CREATE INDEX task_review_routes_task ON task_review_routes (project_id, task_id, id);

CREATE TABLE agent_sessions (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  role TEXT NOT NULL,
  lane TEXT,
  worktree_path TEXT,
  branch TEXT,
  session_backend TEXT NOT NULL,
  provider TEXT,
  session_name TEXT,
  task_id TEXT,
  pid INTEGER,
  tmux_pane TEXT,
  transcript_path TEXT,
  status TEXT NOT NULL CHECK (status IN ('starting', 'running', 'ended', 'failed', 'stale')),
  started_at TEXT NOT NULL,
  last_heartbeat_at TEXT NOT NULL,
  ended_at TEXT,
  exit_code INTEGER,
  end_reason TEXT,
  PRIMARY KEY (project_id, id)
) STRICT;
CREATE INDEX agent_sessions_task ON agent_sessions (project_id, task_id) WHERE task_id IS NOT NULL;

CREATE TABLE task_checkpoints (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  -- A track's name: a task id or any other text, so no foreign key.
  task_id TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('planned', 'active', 'awaiting_input', 'review', 'done', 'parked', 'abandoned')),
  owner TEXT,
  target_close_by TEXT,
  summary TEXT NOT NULL,
  artifact_path TEXT,
  actor TEXT NOT NULL CHECK (actor <> ''),
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX task_checkpoints_track ON task_checkpoints (project_id, task_id, id);

CREATE TABLE task_watchers (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  process TEXT NOT NULL,
  command TEXT NOT NULL,
  expected_duration TEXT,
  poll_interval TEXT,
  success TEXT NOT NULL,
  failure TEXT NOT NULL,
  allowed_fixes TEXT,
  must_not_touch TEXT,
  escalation TEXT,
  evidence_required TEXT,
  close_condition TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'finished')),
  result TEXT,
  artifact_path TEXT,
  duration_seconds INTEGER,
  notes TEXT,
  actor TEXT NOT NULL CHECK (actor <> ''),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  PRIMARY KEY (project_id, id),
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT;
CREATE INDEX task_watchers_task ON task_watchers (project_id, task_id);

CREATE TABLE tracker_links (
  project_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  provider TEXT NOT NULL CHECK (provider IN ('jira', 'linear')),
  external_id TEXT NOT NULL,
  url TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (project_id, task_id, provider),
  FOREIGN KEY (project_id, task_id) REFERENCES task_definitions (project_id, id)
) STRICT, WITHOUT ROWID;

-- Rows and columns of an imported database that have no place of their own, each as one JSON object.
CREATE TABLE preserved_rows (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  source_table TEXT NOT NULL,
  row_key TEXT NOT NULL,
  row TEXT NOT NULL CHECK (json_valid(row)),
  imported_at TEXT NOT NULL,
  UNIQUE (project_id, source_table, row_key)
) STRICT;

CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  actor TEXT NOT NULL CHECK (actor <> ''),
  action TEXT NOT NULL,
  task_id TEXT,
  detail TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER task_state_history_no_update BEFORE UPDATE ON task_state_history
  BEGIN SELECT RAISE(ABORT, 'task_state_history is append-only'); END;
CREATE TRIGGER task_state_history_no_delete BEFORE DELETE ON task_state_history
  BEGIN SELECT RAISE(ABORT, 'task_state_history is append-only'); END;
CREATE TRIGGER task_evidence_no_update BEFORE UPDATE ON task_evidence
  BEGIN SELECT RAISE(ABORT, 'task_evidence is append-only'); END;
CREATE TRIGGER task_evidence_no_delete BEFORE DELETE ON task_evidence
  BEGIN SELECT RAISE(ABORT, 'task_evidence is append-only'); END;
CREATE TRIGGER task_reviews_no_update BEFORE UPDATE ON task_reviews
  BEGIN SELECT RAISE(ABORT, 'task_reviews is append-only'); END;
CREATE TRIGGER task_reviews_no_delete BEFORE DELETE ON task_reviews
  BEGIN SELECT RAISE(ABORT, 'task_reviews is append-only'); END;
CREATE TRIGGER task_checkpoints_no_update BEFORE UPDATE ON task_checkpoints
  BEGIN SELECT RAISE(ABORT, 'task_checkpoints is append-only'); END;
CREATE TRIGGER task_checkpoints_no_delete BEFORE DELETE ON task_checkpoints
  BEGIN SELECT RAISE(ABORT, 'task_checkpoints is append-only'); END;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
  BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
  BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
