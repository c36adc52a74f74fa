-- Applications to be insured, as the core's events tell of them: the row is the sum of its steps. asked is what a
-- requirement letter wants to know: sealed by the customer's key. open says what is outstanding now.
CREATE TABLE applications (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, application_no TEXT NOT NULL, product_id BIGINT NOT NULL,
  policy_no TEXT, stage TEXT NOT NULL, stage_at BIGINT NOT NULL, outstanding TEXT, due_on BIGINT NOT NULL,
  servicing_agent_id BIGINT, underwriter_id BIGINT, sum_insured_fen BIGINT, premium_fen BIGINT,
  applied_on BIGINT NOT NULL, source TEXT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE INDEX applications_outstanding ON applications (outstanding, due_on, id) WHERE outstanding IS NOT NULL;

CREATE INDEX applications_by_time ON applications (stage_at, id);

CREATE INDEX applications_of_underwriter ON applications (underwriter_id, stage_at, id);

CREATE INDEX applications_by_id ON applications (id);

-- Numbers are not the customer's: a look-up table of their own.
CREATE TABLE application_numbers (
  source TEXT NOT NULL, application_no TEXT NOT NULL, customer_id BIGINT NOT NULL, application_id BIGINT NOT NULL,
  PRIMARY KEY (source, application_no)) WITHOUT ROWID;

CREATE TABLE application_steps (
  customer_id BIGINT NOT NULL, application_id BIGINT NOT NULL, at BIGINT NOT NULL, stage TEXT NOT NULL, asked BYTEA,
  due_on BIGINT, recorded_at BIGINT NOT NULL, PRIMARY KEY (customer_id, application_id, at, stage)) WITHOUT ROWID;
