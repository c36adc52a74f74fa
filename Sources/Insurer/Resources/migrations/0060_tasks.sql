-- What somebody has to do: about a person (and one of his policies or claims), or about nobody (customer_id 0).
-- title, details, steps and comments are free text: sealed by the customer's key, or by the store's. due_on 9999999 is
-- no day. unique_key is given by the rule that made it: one task a key.
CREATE TABLE tasks (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, title BYTEA, details BYTEA, args TEXT,
  about TEXT, about_id BIGINT NOT NULL, state TEXT NOT NULL, priority BIGINT NOT NULL, due_on BIGINT NOT NULL,
  remind_at BIGINT, reminded_at BIGINT, assignee_id BIGINT, group_id BIGINT, for_role TEXT, source TEXT NOT NULL,
  unique_key TEXT, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, closed_at BIGINT, closed_by TEXT,
  version BIGINT NOT NULL, PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE UNIQUE INDEX tasks_by_key ON tasks (customer_id, unique_key) WHERE unique_key IS NOT NULL;

CREATE INDEX tasks_by_id ON tasks (id);

CREATE INDEX tasks_of_assignee ON tasks (assignee_id, due_on, id) WHERE state = 'open';

CREATE INDEX tasks_of_group ON tasks (group_id, due_on, id) WHERE state = 'open' AND assignee_id IS NULL;

CREATE INDEX tasks_of_role ON tasks (for_role, due_on, id) WHERE state = 'open' AND assignee_id IS NULL;

CREATE INDEX tasks_by_due ON tasks (due_on, id) WHERE state = 'open';

CREATE INDEX tasks_to_remind ON tasks (remind_at) WHERE state = 'open' AND reminded_at IS NULL;

CREATE TABLE task_steps (
  customer_id BIGINT NOT NULL, task_id BIGINT NOT NULL, place BIGINT NOT NULL, words BYTEA NOT NULL, done_at BIGINT,
  done_by TEXT, PRIMARY KEY (customer_id, task_id, place)) WITHOUT ROWID;

-- What was said of a task: comments, and why it was handed on, cancelled or opened again.
CREATE TABLE task_notes (
  customer_id BIGINT NOT NULL, task_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, words BYTEA NOT NULL,
  actor TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (customer_id, task_id, id)) WITHOUT ROWID;

-- What a member of staff is told: a mention, a task handed to him, a reminder.
CREATE TABLE notices (
  staff_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, customer_id BIGINT NOT NULL,
  subject_id BIGINT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL, seen_at BIGINT,
  PRIMARY KEY (staff_id, id)) WITHOUT ROWID;

CREATE INDEX notices_unseen ON notices (staff_id, id) WHERE seen_at IS NULL;
