-- What a person has agreed to: one row a decision, for one purpose of one category of data. A withdrawal is written on
-- the row of the consent it ends. Evidence is free text about a person: sealed by the customer's key.
CREATE TABLE consents (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, purpose TEXT NOT NULL, category TEXT NOT NULL,
  state TEXT NOT NULL, text_version BIGINT NOT NULL, text_hash BYTEA NOT NULL, decided_at BIGINT NOT NULL,
  guardian_id BIGINT, taken_by TEXT NOT NULL, evidence BYTEA, withdrawn_at BIGINT, withdrawal_taken_by TEXT,
  withdrawal_evidence BYTEA, source TEXT NOT NULL, recorded_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

-- basis: a bit for each consent that holds; basis_until: the earliest moment at which one of them ends, or at which
-- they must be computed again (decision 20). Written by Consents alone.
ALTER TABLE customers ADD COLUMN basis BIGINT NOT NULL DEFAULT 0;

ALTER TABLE customers ADD COLUMN basis_until BIGINT NOT NULL DEFAULT 9223372036854775807;

CREATE INDEX customers_by_basis_until ON customers (basis_until) WHERE basis_until < 9223372036854775807;
