-- What somebody may see beyond his own rows, for a while and for a reason: broken glass, approvals, verified calls
-- (decision 20). One row a request; the reason is free text about a person, sealed by the customer's key.
CREATE TABLE grants (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, account_id BIGINT NOT NULL, actor TEXT NOT NULL,
  role TEXT NOT NULL, reason BYTEA NOT NULL, asked_at BIGINT NOT NULL, minutes BIGINT NOT NULL, granted_at BIGINT,
  granted_by TEXT, until_at BIGINT, refused_at BIGINT, ended_at BIGINT, owner_id BIGINT, owner_seen_at BIGINT,
  reviewed_at BIGINT, reviewed_by TEXT, finding TEXT,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

-- A few rows a day: who holds one now, whose notice is unread, what is to be looked at.
CREATE INDEX grants_by_account ON grants (account_id, until_at);

CREATE INDEX grants_by_owner ON grants (owner_id, granted_at);

CREATE INDEX grants_by_time ON grants (asked_at, id);
