-- Policies: the row lives with its policyholder (decision 12).

CREATE TABLE policies (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, policy_no TEXT NOT NULL, product_id BIGINT NOT NULL,
  base_policy_id BIGINT, channel TEXT, writing_agent_id BIGINT, servicing_agent_id BIGINT, applied_on BIGINT,
  formed_on BIGINT, effective_on BIGINT, delivered_on BIGINT, expires_on BIGINT, premium_mode TEXT,
  premium_fen BIGINT, currency TEXT NOT NULL, sum_insured_fen BIGINT, status TEXT NOT NULL, termination_reason TEXT,
  status_as_of BIGINT NOT NULL, source TEXT NOT NULL, flags TEXT NOT NULL, suspended_on BIGINT, reinstated_on BIGINT,
  terminated_on BIGINT, loan_fen BIGINT, automatic_loan_from BIGINT, waived_from BIGINT, reduced_on BIGINT,
  projected_status TEXT, phases TEXT NOT NULL, next_due_on BIGINT, suspends_on BIGINT, mismatch TEXT,
  projection_due_on BIGINT, version BIGINT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE INDEX policies_by_agent_due ON policies (servicing_agent_id, next_due_on);

CREATE INDEX policies_by_projection ON policies (projection_due_on);

CREATE INDEX policies_by_base ON policies (base_policy_id);

CREATE TABLE policy_numbers (policy_no TEXT PRIMARY KEY, policy_id BIGINT NOT NULL, customer_id BIGINT NOT NULL);

CREATE INDEX policy_numbers_by_id ON policy_numbers (policy_id);

-- Everyone on a policy, with the policy. A party without a record of its own is sealed text by the policyholder's key.
CREATE TABLE policy_members (
  customer_id BIGINT NOT NULL, policy_id BIGINT NOT NULL, id BIGINT NOT NULL, role TEXT NOT NULL, party_id BIGINT,
  name BYTEA, benefit TEXT NOT NULL, party_rank BIGINT NOT NULL, share_millionths BIGINT, source TEXT NOT NULL,
  PRIMARY KEY (customer_id, policy_id, id)) WITHOUT ROWID;

-- Each party's own row, with the summary that this party may see; written by the same act as the policy.
-- Money is there for the policyholder and the insured only. The servicing agent is the scope's column.
CREATE TABLE policy_parties (
  customer_id BIGINT NOT NULL, policy_id BIGINT NOT NULL, role TEXT NOT NULL, policyholder_id BIGINT NOT NULL,
  policy_no TEXT NOT NULL, product_id BIGINT NOT NULL, line TEXT NOT NULL, base_policy_id BIGINT, status TEXT NOT NULL,
  termination_reason TEXT, status_as_of BIGINT NOT NULL, source TEXT NOT NULL, phases TEXT NOT NULL,
  flags TEXT NOT NULL, mismatch TEXT, effective_on BIGINT, expires_on BIGINT, terminated_on BIGINT,
  sum_insured_fen BIGINT, premium_fen BIGINT, premium_mode TEXT, next_due_on BIGINT, suspends_on BIGINT,
  servicing_agent_id BIGINT, PRIMARY KEY (customer_id, policy_id, role)) WITHOUT ROWID;

CREATE INDEX policy_parties_by_agent ON policy_parties (servicing_agent_id, customer_id);

CREATE TABLE coverages (
  customer_id BIGINT NOT NULL, policy_id BIGINT NOT NULL, benefit TEXT NOT NULL, sum_insured_fen BIGINT,
  deductible_fen BIGINT, rate_millionths BIGINT, limit_fen BIGINT, source TEXT NOT NULL,
  PRIMARY KEY (customer_id, policy_id, benefit)) WITHOUT ROWID;

CREATE TABLE premiums (
  customer_id BIGINT NOT NULL, policy_id BIGINT NOT NULL, due_on BIGINT NOT NULL, amount_fen BIGINT NOT NULL,
  received_on BIGINT, method TEXT, result TEXT, source TEXT NOT NULL,
  PRIMARY KEY (customer_id, policy_id, due_on)) WITHOUT ROWID;

-- Claims: with, and sealed for, the insured. due_on is the clock's next deadline, of due_kind.
CREATE TABLE claims (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, claim_no TEXT NOT NULL, policy_id BIGINT NOT NULL,
  policyholder_id BIGINT NOT NULL, policy_no TEXT NOT NULL, product_id BIGINT NOT NULL, line TEXT NOT NULL,
  servicing_agent_id BIGINT, handler_id BIGINT, notified_at BIGINT, requested_at BIGINT, loss_on BIGINT,
  kind TEXT NOT NULL, diagnosis BYTEA, claimed_fen BIGINT, paid_fen BIGINT, status TEXT NOT NULL, decision TEXT,
  decided_on BIGINT, paid_on BIGINT, clause_days BIGINT, complex_reason BYTEA, supplement_asked_on BIGINT,
  supplement_received_on BIGINT, agreed_on BIGINT, due_on BIGINT, due_kind TEXT, source TEXT NOT NULL,
  status_as_of BIGINT NOT NULL, version BIGINT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE INDEX claims_by_handler ON claims (handler_id, due_on);

CREATE INDEX claims_by_agent ON claims (servicing_agent_id, due_on);

CREATE INDEX claims_by_due ON claims (due_on);

CREATE TABLE claim_numbers (claim_no TEXT PRIMARY KEY, claim_id BIGINT NOT NULL, customer_id BIGINT NOT NULL);

CREATE INDEX claim_numbers_by_id ON claim_numbers (claim_id);

-- The policyholder's end of a claim: where to find it.
CREATE TABLE policy_claims (
  customer_id BIGINT NOT NULL, policy_id BIGINT NOT NULL, claim_id BIGINT NOT NULL, insured_id BIGINT NOT NULL,
  PRIMARY KEY (customer_id, policy_id, claim_id)) WITHOUT ROWID;

CREATE TABLE interactions (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, channel TEXT NOT NULL, direction TEXT NOT NULL,
  topic TEXT, summary BYTEA, staff_id BIGINT, source TEXT NOT NULL, source_key TEXT,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE INDEX interactions_by_time ON interactions (customer_id, at, id);
