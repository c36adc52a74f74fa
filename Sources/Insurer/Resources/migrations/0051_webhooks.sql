-- Where integrators are told of what happens. account_id: whose rights decide; cursor: where the event log is read on.
-- These tables are the coordinator's: a delivery names its customer and event, and holds nothing of them.
CREATE TABLE webhooks (
  id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, url TEXT NOT NULL, description TEXT NOT NULL, kinds TEXT NOT NULL,
  scopes TEXT NOT NULL, purpose TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, secret BYTEA NOT NULL,
  old_secret BYTEA, old_secret_until BIGINT, cursor TEXT NOT NULL, failures BIGINT NOT NULL, failing_since BIGINT,
  blocked_until BIGINT NOT NULL, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, version BIGINT NOT NULL);

-- One event on its way to one webhook. lease_until: until when whoever sends it is waited for.
CREATE TABLE webhook_deliveries (
  id BIGINT PRIMARY KEY, webhook_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, event_id BIGINT NOT NULL,
  kind TEXT NOT NULL, happened_at BIGINT NOT NULL, created_at BIGINT NOT NULL, state TEXT NOT NULL,
  attempts BIGINT NOT NULL, attempts_before BIGINT NOT NULL, next_at BIGINT NOT NULL, lease_until BIGINT NOT NULL,
  finished_at BIGINT, code TEXT, status BIGINT);

CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (webhook_id, event_id);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at, id)
  WHERE state IN ('waiting', 'sending');

CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (webhook_id, state, id);

CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- answer is what the receiver said, its beginning, sealed.
CREATE TABLE webhook_attempts (
  delivery_id BIGINT NOT NULL, n BIGINT NOT NULL, started_at BIGINT NOT NULL, duration_ms BIGINT, code TEXT,
  status BIGINT, answer BYTEA, PRIMARY KEY (delivery_id, n));
