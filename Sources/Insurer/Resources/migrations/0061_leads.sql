-- Leads: one source record of somebody's interest each. customer_id 0 is somebody who is not here yet. mobile and the
-- notes are sealed, by the store's key: there is no customer's key until there is a customer. return_at is when a lead
-- that nobody touches goes back to the pool.
CREATE TABLE leads (
  id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL, name TEXT NOT NULL, mobile BYTEA, mobile_index BYTEA,
  origin TEXT NOT NULL, line TEXT, agreed BIGINT NOT NULL, state TEXT NOT NULL, owner_id BIGINT,
  group_id BIGINT NOT NULL, next_at BIGINT, return_at BIGINT, lost_reason TEXT, returned BIGINT NOT NULL,
  source TEXT NOT NULL, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, touched_at BIGINT NOT NULL,
  closed_at BIGINT, version BIGINT NOT NULL);

CREATE INDEX leads_of_owner ON leads (owner_id, touched_at, id);

CREATE INDEX leads_of_group ON leads (group_id, touched_at, id);

CREATE INDEX leads_by_touch ON leads (touched_at, id);

CREATE INDEX leads_of_customer ON leads (customer_id, id) WHERE customer_id <> 0;

CREATE INDEX leads_to_return ON leads (return_at) WHERE return_at IS NOT NULL;

CREATE TABLE lead_steps (
  lead_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, words BYTEA, staff_id BIGINT, actor TEXT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (lead_id, id)) WITHOUT ROWID;
