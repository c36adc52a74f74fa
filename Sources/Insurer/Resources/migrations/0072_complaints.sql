-- Complaints of every channel. What was said, decided, found and proved is free text about a person: sealed by the
-- customer's key. due_on and escalate_on are the clock's, written with each act that moves it.
CREATE TABLE complaints (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, channel TEXT NOT NULL, topic TEXT NOT NULL, said BYTEA NOT NULL,
  received_at BIGINT NOT NULL, reference TEXT, policy_id BIGINT, about_staff_id BIGINT, about_group_id BIGINT,
  handler_id BIGINT, acknowledged_at BIGINT, acknowledged_way TEXT, term TEXT NOT NULL, term_reason BYTEA,
  term_by TEXT, due_on BIGINT NOT NULL, escalate_on BIGINT NOT NULL, escalated_at BIGINT, finding TEXT,
  determination BYTEA, determined_at BIGINT, determined_by TEXT, replied_at BIGINT, reply_way TEXT, reply_proof BYTEA,
  cause TEXT, cause_note BYTEA, improvement_id BIGINT, source TEXT NOT NULL, version BIGINT NOT NULL,
  created_by TEXT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE INDEX complaints_open ON complaints (due_on, id) WHERE replied_at IS NULL;

CREATE INDEX complaints_to_escalate ON complaints (escalate_on) WHERE replied_at IS NULL AND escalated_at IS NULL;

CREATE INDEX complaints_by_id ON complaints (id);

CREATE INDEX complaints_of_improvement ON complaints (improvement_id) WHERE improvement_id IS NOT NULL;

-- The same complaint of the same source is one.
CREATE UNIQUE INDEX complaints_by_reference ON complaints (customer_id, source, reference) WHERE reference IS NOT NULL;

-- What is put right because of complaints: nobody's data.
CREATE TABLE improvements (
  id BIGINT PRIMARY KEY, title TEXT NOT NULL, cause TEXT NOT NULL, due_on BIGINT, opened_at BIGINT NOT NULL,
  opened_by TEXT NOT NULL, done_on BIGINT);

-- Day numbers: 2020-03-01 is 18322. What no law sets is the company's.
INSERT INTO legal_rules (instrument, article, parameter, value, effective_from, effective_to) VALUES
  ('银行业保险业消费投诉处理管理办法', '20', 'complaint_decision_days', 15, 18322, NULL),
  ('银行业保险业消费投诉处理管理办法', '20', 'complaint_complex_days', 30, 18322, NULL),
  ('银行业保险业消费投诉处理管理办法', '20', 'complaint_special_days', 30, 18322, NULL),
  ('公司制度', '', 'complaint_escalation_days', 12, 18322, NULL),
  ('公司制度', '', 'complaint_acknowledgement_days', 2, 18322, NULL);
