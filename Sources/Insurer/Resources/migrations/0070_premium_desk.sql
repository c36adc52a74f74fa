-- Why a debit failed, as the bank or the core said it: a code.
ALTER TABLE premiums ADD COLUMN failure_reason TEXT;

-- What a policyholder said about a premium that is open: when he will pay. outcome: kept, broken, replaced.
CREATE TABLE premium_promises (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, policy_id BIGINT NOT NULL, due_on BIGINT NOT NULL,
  pay_by BIGINT NOT NULL, promised_by TEXT NOT NULL, channel TEXT NOT NULL, taken_by TEXT NOT NULL,
  taken_at BIGINT NOT NULL, outcome TEXT, settled_on BIGINT,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE INDEX premium_promises_open ON premium_promises (pay_by) WHERE outcome IS NULL;

CREATE INDEX premium_promises_of_policy ON premium_promises (customer_id, policy_id, due_on);

-- Reminders and formal demands (催告). Only a demand that reached the person starts the law's 30 days: reached_on with
-- its proof. The proof is free text about a person: sealed by the customer's key.
CREATE TABLE premium_notices (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, policy_id BIGINT NOT NULL, due_on BIGINT NOT NULL,
  kind TEXT NOT NULL, way TEXT NOT NULL, sent_on BIGINT NOT NULL, sent_by TEXT NOT NULL, reached_on BIGINT,
  proof_kind TEXT, proof BYTEA, recorded_by TEXT,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE INDEX premium_notices_of_policy ON premium_notices (customer_id, policy_id, due_on);

-- The last month of grace is a list of its own.
CREATE INDEX policies_by_suspension ON policies (suspends_on, id);

CREATE INDEX policies_by_agent_suspension ON policies (servicing_agent_id, suspends_on);

-- The call that a failed debit asks for: one a premium, whatever told of the failure and however often.
CREATE TABLE premium_calls (
  customer_id BIGINT NOT NULL, policy_id BIGINT NOT NULL, due_on BIGINT NOT NULL, task_id BIGINT NOT NULL,
  settled_on BIGINT, PRIMARY KEY (customer_id, policy_id, due_on)) WITHOUT ROWID;
