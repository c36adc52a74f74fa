-- Whom the law wants told within its days that his agent has left: a policyholder with policies in force of more than a
-- year. policies: their ids, with a bar between. The proof is free text about a person: sealed by the customer's key.
CREATE TABLE departure_notices (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, departure_id BIGINT NOT NULL, old_staff_id BIGINT NOT NULL,
  new_staff_id BIGINT, policies TEXT NOT NULL, due_on BIGINT NOT NULL, told_on BIGINT, way TEXT, proof_kind TEXT,
  proof BYTEA, told_by TEXT, told_at BIGINT, interaction_id BIGINT, escalated_at BIGINT,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE UNIQUE INDEX departure_notices_of_departure ON departure_notices (customer_id, departure_id);

CREATE INDEX departure_notices_by_id ON departure_notices (id);

CREATE INDEX departure_notices_open ON departure_notices (due_on, id) WHERE told_on IS NULL;

CREATE INDEX departure_notices_by_departure ON departure_notices (departure_id, due_on, id);

CREATE INDEX departure_notices_of_agent ON departure_notices (new_staff_id, due_on, id) WHERE new_staff_id IS NOT NULL;

-- Day number 19783 is 2024-03-01. What no law sets is the company's.
INSERT INTO legal_rules (instrument, article, parameter, value, effective_from, effective_to) VALUES
  ('保险销售行为管理办法', '36', 'departure_notice_days', 30, 19783, NULL),
  ('公司制度', '', 'departure_escalation_days', 5, 19783, NULL);
