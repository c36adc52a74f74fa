-- Imports: the file is kept sealed in parts and known by its SHA-256; a batch is committed with its rows, which is
-- how an import resumes. holder and heartbeat_at say which process runs it.

CREATE TABLE import_files (
  sha256 BYTEA NOT NULL, part BIGINT NOT NULL, sealed BYTEA NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (sha256, part)) WITHOUT ROWID;

CREATE TABLE imports (
  id BIGINT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, mapping TEXT NOT NULL, file_name TEXT NOT NULL,
  sha256 BYTEA NOT NULL, size BIGINT NOT NULL, state TEXT NOT NULL, dry_run BIGINT NOT NULL, requested_by TEXT NOT NULL,
  requested_at BIGINT NOT NULL, started_at BIGINT, finished_at BIGINT, position BIGINT NOT NULL,
  rows_read BIGINT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL, unchanged BIGINT NOT NULL,
  waiting BIGINT NOT NULL, rejected BIGINT NOT NULL, flagged BIGINT NOT NULL, holder TEXT, heartbeat_at BIGINT,
  error TEXT);

CREATE INDEX imports_by_state ON imports (state, requested_at);

-- outcomes: the rows' outcomes in order, in runs, as in `created*500 rejected*1`.
CREATE TABLE import_batches (
  import_id BIGINT NOT NULL, from_byte BIGINT NOT NULL, to_byte BIGINT NOT NULL, first_row BIGINT NOT NULL,
  rows_read BIGINT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL, unchanged BIGINT NOT NULL,
  waiting BIGINT NOT NULL, rejected BIGINT NOT NULL, flagged BIGINT NOT NULL, outcomes TEXT NOT NULL,
  committed_at BIGINT NOT NULL, PRIMARY KEY (import_id, from_byte)) WITHOUT ROWID;

-- One row a finding: the row's outcome, the column, a code. No values.
CREATE TABLE import_findings (
  import_id BIGINT NOT NULL, row_no BIGINT NOT NULL, place BIGINT NOT NULL, outcome TEXT NOT NULL, field TEXT NOT NULL,
  code TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (import_id, row_no, place)) WITHOUT ROWID;

-- Rows whose reference is not there yet; sealed by the store key.
CREATE TABLE waiting_rows (
  id BIGINT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, external_id TEXT NOT NULL, wait_kind TEXT NOT NULL,
  wait_key TEXT NOT NULL, import_id BIGINT NOT NULL, row_no BIGINT NOT NULL, sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL);

CREATE INDEX waiting_rows_by_reference ON waiting_rows (wait_kind, wait_key);

CREATE UNIQUE INDEX waiting_rows_once ON waiting_rows (source, kind, external_id);

CREATE TABLE import_mappings (
  name TEXT PRIMARY KEY, kind TEXT NOT NULL, yaml TEXT NOT NULL, created_by TEXT NOT NULL, updated_at BIGINT NOT NULL);
