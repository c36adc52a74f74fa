-- Keys, logs and jobs: what storage itself needs. Days are day numbers since 1970-01-01, instants microseconds UTC.

CREATE TABLE keys (
  name TEXT NOT NULL, version BIGINT NOT NULL, wrapped BYTEA NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (name, version));

CREATE TABLE id_nodes (node BIGINT PRIMARY KEY, taken_at BIGINT NOT NULL, leased_until BIGINT NOT NULL);

CREATE TABLE log_writers (writer BIGINT PRIMARY KEY, log TEXT NOT NULL, opened_at BIGINT NOT NULL);

-- The event log. On SQLite the consumers' cursor is the rowid, on PostgreSQL the transaction that wrote the row.
-- sqlite:
CREATE TABLE events (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, subject BIGINT NOT NULL,
  happened_at BIGINT NOT NULL, recorded_at BIGINT NOT NULL, amount_fen BIGINT, actor TEXT NOT NULL,
  source TEXT NOT NULL, facts TEXT, writer BIGINT NOT NULL, n BIGINT NOT NULL, mac BYTEA NOT NULL);

-- postgres:
CREATE TABLE events (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, subject BIGINT NOT NULL,
  happened_at BIGINT NOT NULL, recorded_at BIGINT NOT NULL, amount_fen BIGINT, actor TEXT NOT NULL,
  source TEXT NOT NULL, facts TEXT, writer BIGINT NOT NULL, n BIGINT NOT NULL, mac BYTEA NOT NULL,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id());

CREATE INDEX events_of_customer ON events (customer_id, happened_at, id);

CREATE INDEX events_of_writer ON events (writer, n);

-- postgres:
CREATE INDEX events_by_transaction ON events (xact);

CREATE TABLE system_events (
  id BIGINT PRIMARY KEY, kind TEXT NOT NULL, subject BIGINT NOT NULL, recorded_at BIGINT NOT NULL,
  actor TEXT NOT NULL, facts TEXT, writer BIGINT NOT NULL, n BIGINT NOT NULL, mac BYTEA NOT NULL);

CREATE INDEX system_events_of_writer ON system_events (writer, n);

-- Who looked. customer_id is 0 when a row concerns several; subjects then lists them.
CREATE TABLE access_log (
  id BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, purpose TEXT NOT NULL,
  surface TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL, customer_id BIGINT NOT NULL, subjects TEXT,
  what TEXT NOT NULL, reason TEXT NOT NULL, writer BIGINT NOT NULL, n BIGINT NOT NULL, mac BYTEA NOT NULL);

CREATE INDEX access_log_of_customer ON access_log (customer_id, at);

CREATE INDEX access_log_of_writer ON access_log (writer, n);

CREATE TABLE seals (id BIGINT PRIMARY KEY, at BIGINT NOT NULL, heads TEXT NOT NULL, mac BYTEA NOT NULL);

CREATE TABLE jobs (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL, payload BYTEA NOT NULL, unique_key TEXT, state TEXT NOT NULL,
  run_at BIGINT NOT NULL, attempts BIGINT NOT NULL, lease_until BIGINT, holder TEXT, last_error TEXT,
  created_at BIGINT NOT NULL, finished_at BIGINT);

CREATE UNIQUE INDEX jobs_once ON jobs (unique_key) WHERE state IN ('waiting', 'running');

CREATE INDEX jobs_due ON jobs (state, run_at);

-- The answer given to an idempotency key, sealed; deleted by age.
CREATE TABLE idempotency_keys (
  key_hash BYTEA PRIMARY KEY, request_hash BYTEA NOT NULL, status BIGINT NOT NULL, answer BYTEA NOT NULL,
  created_at BIGINT NOT NULL);

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
