PRAGMA journal_mode = WAL;

CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL);
CREATE TABLE task_definitions (
  project_id TEXT NOT NULL, id TEXT NOT NULL, file_order INTEGER, parent_id TEXT, kind TEXT, title TEXT NOT NULL,
  role TEXT NOT NULL, notes TEXT, acceptance_checks TEXT, dependencies TEXT, priority INTEGER, sequence INTEGER,
  created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL, mood TEXT,
  PRIMARY KEY (project_id, id));
CREATE TABLE task_state (
  project_id TEXT NOT NULL, task_id TEXT NOT NULL, status TEXT NOT NULL, owner TEXT, claimant TEXT, branch TEXT,
  claimed_at TEXT, completed_at TEXT, commit_sha TEXT, review_required INTEGER NOT NULL DEFAULT 0,
  review_status TEXT NOT NULL DEFAULT 'not_required', reviewer TEXT, reviewed_at TEXT, review_note TEXT,
  updated_at TEXT NOT NULL, PRIMARY KEY (project_id, task_id));
CREATE TABLE task_state_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, task_id TEXT NOT NULL, from_status TEXT,
  to_status TEXT NOT NULL, owner TEXT, branch TEXT, commit_sha TEXT, command_source TEXT NOT NULL, reason TEXT,
  at TEXT NOT NULL);
CREATE TABLE task_handoffs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, task_id TEXT NOT NULL, from_role TEXT NOT NULL,
  to_role TEXT NOT NULL, payload TEXT NOT NULL, commit_sha TEXT, changed_files TEXT, commands TEXT, results TEXT, risks TEXT,
  blockers TEXT, next_step TEXT, acknowledged_at TEXT, created_at TEXT NOT NULL);
CREATE TABLE task_evidence (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, task_id TEXT NOT NULL, handoff_id INTEGER,
  command_text TEXT NOT NULL, result TEXT NOT NULL, artifact_path TEXT, artifact_type TEXT, duration_seconds INTEGER,
  notes TEXT, created_at TEXT NOT NULL);
CREATE TABLE task_reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, task_id TEXT NOT NULL, reviewer TEXT NOT NULL,
  verdict TEXT NOT NULL, reviewed_commit_sha TEXT, route_reason TEXT, notes TEXT, created_at TEXT NOT NULL);
CREATE TABLE agent_sessions (
  project_id TEXT NOT NULL, id TEXT NOT NULL, role TEXT NOT NULL, lane TEXT, worktree_path TEXT, branch TEXT,
  session_backend TEXT NOT NULL, provider TEXT, session_name TEXT, task_id TEXT, pid INTEGER, tmux_pane TEXT,
  transcript_path TEXT, status TEXT NOT NULL, started_at TEXT NOT NULL, last_heartbeat_at TEXT NOT NULL, ended_at TEXT,
  exit_code INTEGER, end_reason TEXT, PRIMARY KEY (project_id, id));
CREATE TABLE task_checkpoints (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, task_id TEXT NOT NULL, state TEXT NOT NULL, owner TEXT,
  target_close_by TEXT, summary TEXT NOT NULL, artifact_path TEXT, created_at TEXT NOT NULL);
CREATE TABLE task_watchers (
  project_id TEXT NOT NULL, id TEXT NOT NULL, task_id TEXT NOT NULL, owner TEXT NOT NULL, process TEXT NOT NULL,
  command TEXT NOT NULL, success TEXT NOT NULL, failure TEXT NOT NULL, status TEXT NOT NULL, result TEXT,
  artifact_path TEXT, duration_seconds INTEGER, notes TEXT, started_at TEXT NOT NULL, finished_at TEXT,
  PRIMARY KEY (project_id, id));
CREATE TABLE tracker_links (
  project_id TEXT NOT NULL, task_id TEXT NOT NULL, provider TEXT NOT NULL, external_id TEXT NOT NULL, url TEXT,
  PRIMARY KEY (project_id, task_id, provider));
CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, task_id TEXT,
  detail TEXT, created_at TEXT NOT NULL);
-- No table of the prototype's: somebody made it.
CREATE TABLE wishes (id INTEGER PRIMARY KEY, project_id TEXT, text TEXT);

INSERT INTO schema_migrations VALUES (1, '2026-05-01T08:00:00Z'), (2, '2026-05-20T08:00:00Z');
INSERT INTO task_definitions VALUES
  ('demo', 'P-1', 0, NULL, 'epic', 'Lay the ground', 'api', 'über alles wachen', '["it runs"]', '[]', 1, 10,
   '2026-05-01T08:00:00Z', 'me@here', '2026-05-01T08:00:00.5Z', 'calm'),
  ('demo', 'P-2', 1, 'P-1', 'task', 'Build on it', 'api', NULL, '[]', '["P-1"]', 1, 20,
   '2026-05-01T08:00:00Z', 'me@here', '2026-05-01T08:00:00Z', NULL),
  ('demo', 'P-3', 2, 'P-1', 'task', 'Show it', 'web', '', NULL, '["P-2", "P-1", "P-2"]', 2, NULL,
   '2026-05-01T08:00:00Z', 'me@here', '2026-05-01T08:00:00Z', NULL),
  ('demo', 'P-4', 3, NULL, NULL, 'Ask', 'web', NULL, 'not a list', NULL, NULL, NULL,
   '2026-05-02 08:00:00', 'me@here', '2026-05-02 08:00:00', NULL),
  ('demo', 'P-5', 4, NULL, 'bug', 'Stuck', 'web', NULL, '[]', 'by hand', 3, NULL,
   '2026-05-02T08:00:00.123456Z', 'me@here', '2026-05-02T08:00:00Z', NULL),
  ('demo', 'P-6', NULL, NULL, 'task', 'Came later, and has no state', 'api', NULL, '[]', '[]', NULL, NULL,
   '2026-05-09T08:00:00Z', 'me@here', '2026-05-09T08:00:00Z', NULL);
INSERT INTO task_state (project_id, task_id, status, owner, claimant, branch, claimed_at, completed_at, commit_sha,
  review_required, review_status, reviewer, reviewed_at, review_note, updated_at) VALUES
  ('demo', 'P-1', 'done', 'api', 'me@here', 'agent/api', '2026-05-02T09:00:00Z', '2026-05-02T09:30:00.123456789Z', 'abc123',
   1, 'approved', 'web', '2026-05-02T10:00:00Z', 'fine', '2026-05-02T10:00:00Z'),
  ('demo', 'P-2', 'in_progress', 'api', 'you@there', 'agent/api', '2026-05-03T09:00:00.1Z', NULL, NULL,
   0, 'not_required', NULL, NULL, NULL, '2026-05-03T09:00:00.1Z'),
  ('demo', 'P-3', 'todo', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'not_required', NULL, NULL, NULL, '2026-05-01T08:00:00Z'),
  ('demo', 'P-4', 'todo', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'not_required', NULL, NULL, NULL, '2026-05-02 08:00:00'),
  ('demo', 'P-5', 'blocked', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'not_required', NULL, NULL, NULL, '2026-05-04T08:00:00Z'),
  ('demo', 'P-GONE', 'todo', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'not_required', NULL, NULL, NULL, '2026-05-04T08:00:00Z');
INSERT INTO task_state_history (id, project_id, task_id, from_status, to_status, owner, command_source, reason, at) VALUES
  (1, 'demo', 'P-1', 'todo', 'in_progress', 'api', 'claim', NULL, '2026-05-02T09:00:00Z'),
  (2, 'demo', 'P-1', 'in_progress', 'done', 'api', 'set-status', 'all there', '2026-05-02T09:30:00.123456789Z'),
  (3, 'demo', 'P-2', 'todo', 'in_progress', 'api', 'claim', NULL, '2026-05-03T09:00:00.1Z'),
  (4, 'demo', 'P-5', 'todo', 'blocked', NULL, 'set-status', 'waits for a part', '2026-05-04T08:00:00Z');
INSERT INTO task_handoffs (id, project_id, task_id, from_role, to_role, payload, created_at) VALUES
  (4, 'demo', 'P-1', 'api', 'web', 'see the branch – über', '2026-05-02T09:20:00Z');
INSERT INTO task_evidence (id, project_id, task_id, handoff_id, command_text, result, duration_seconds, created_at) VALUES
  (9, 'demo', 'P-1', 4, 'go test ./...', 'pass', 12, '2026-05-02T09:25:00Z'),
  (12, 'demo', 'P-2', NULL, 'go vet', 'fail', NULL, '2026-05-03T10:00:00Z');
INSERT INTO task_reviews (project_id, task_id, reviewer, verdict, route_reason, notes, created_at) VALUES
  ('demo', 'P-1', 'web', 'approve', 'web/**', 'fine', '2026-05-02T10:00:00Z');
INSERT INTO agent_sessions (project_id, id, role, session_backend, status, started_at, last_heartbeat_at, pid, task_id) VALUES
  ('demo', 'codex-api-P-2', 'api', 'shell', 'ended', '2026-05-03T09:00:00Z', '2026-05-03T11:00:00Z', 4711, 'P-2');
INSERT INTO task_checkpoints (project_id, task_id, state, summary, target_close_by, created_at) VALUES
  ('demo', 'P-2', 'active', 'half of it', '2026-06-01', '2026-05-03T12:00:00Z');
INSERT INTO task_watchers (project_id, id, task_id, owner, process, command, success, failure, status, started_at) VALUES
  ('demo', 'soak-1', 'P-2', 'api', 'soak', 'make soak', 'none lost', 'one lost', 'running', '2026-05-03T12:00:00Z');
INSERT INTO tracker_links VALUES
  ('demo', 'P-1', 'jira', 'FW-1', NULL), ('demo', 'P-1', 'linear', 'FAI-1', 'https://linear.example/FAI-1');
INSERT INTO audit_events (project_id, actor, action, task_id, detail, created_at) VALUES
  ('demo', 'me@here', 'claim', 'P-1', '{"reason":null}', '2026-05-02T09:00:00Z');
INSERT INTO wishes VALUES (1, 'demo', 'grün'), (2, NULL, 'ohne Projekt');
