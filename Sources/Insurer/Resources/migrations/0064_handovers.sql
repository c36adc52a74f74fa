-- Customers given to others: a whole departure, or customers chosen one by one (their ids, with a bar between).
-- walked_to and dealt are where a run goes on after it was stopped. The reason is sealed by the store's key.
CREATE TABLE handovers (
  id BIGINT PRIMARY KEY, departure_id BIGINT, from_staff_id BIGINT, rule TEXT NOT NULL, receivers TEXT NOT NULL,
  chosen TEXT NOT NULL, reaches_outside BIGINT NOT NULL, reason BYTEA NOT NULL, state TEXT NOT NULL,
  total BIGINT NOT NULL, walked_to BIGINT NOT NULL, dealt BIGINT NOT NULL, policies BIGINT NOT NULL,
  undone BIGINT NOT NULL, kept BIGINT NOT NULL, ordered_at BIGINT NOT NULL, ordered_by TEXT NOT NULL,
  finished_at BIGINT, undo_until BIGINT, undone_by TEXT, undone_at BIGINT);

CREATE INDEX handovers_of_departure ON handovers (departure_id, id) WHERE departure_id IS NOT NULL;

-- One row a customer. What is newer than mark in his log happened since. parts: what moved beside policies.
CREATE TABLE handover_lines (
  handover_id BIGINT NOT NULL, customer_id BIGINT NOT NULL, to_staff_id BIGINT NOT NULL, policies BIGINT NOT NULL,
  parts TEXT NOT NULL, mark BIGINT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (handover_id, customer_id)) WITHOUT ROWID;

CREATE INDEX handover_lines_of_customer ON handover_lines (customer_id, handover_id);

-- Who served a policy before and after a hand-over or its undoing, and since when: the policy's servicing history.
CREATE TABLE policy_servings (
  customer_id BIGINT NOT NULL, policy_id BIGINT NOT NULL, id BIGINT NOT NULL, from_staff_id BIGINT,
  to_staff_id BIGINT, at BIGINT NOT NULL, actor TEXT NOT NULL, handover_id BIGINT NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (customer_id, policy_id, id)) WITHOUT ROWID;

CREATE INDEX policy_servings_of_handover ON policy_servings (handover_id, customer_id);
