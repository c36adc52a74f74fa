-- Who serves customers leaves. One row a member of staff while it stands; withdrawn where it was a mistake. listed_to is
-- how far his policies have been looked through for the notices of the law: the last policy's id.
CREATE TABLE departures (
  id BIGINT PRIMARY KEY, staff_id BIGINT NOT NULL, left_on BIGINT NOT NULL, source TEXT NOT NULL,
  recorded_at BIGINT NOT NULL, recorded_by TEXT NOT NULL, effective_at BIGINT, listed_to BIGINT NOT NULL,
  listed_at BIGINT, withdrawn_at BIGINT);

CREATE UNIQUE INDEX departures_of_staff ON departures (staff_id) WHERE withdrawn_at IS NULL;

CREATE INDEX departures_by_day ON departures (left_on, id);

CREATE INDEX departures_to_list ON departures (id) WHERE withdrawn_at IS NULL AND listed_at IS NULL;

CREATE INDEX staff_by_leaving ON staff (left_on, id) WHERE left_on IS NOT NULL;

-- What somebody who left had in hand and was taken from him: tasks, leads, complaints; and to whom it was given later.
CREATE TABLE departure_items (
  departure_id BIGINT NOT NULL, kind TEXT NOT NULL, subject_id BIGINT NOT NULL, customer_id BIGINT NOT NULL,
  taken_at BIGINT NOT NULL, given_to BIGINT, handover_id BIGINT,
  PRIMARY KEY (departure_id, kind, subject_id)) WITHOUT ROWID;

CREATE INDEX departure_items_of_customer ON departure_items (customer_id, departure_id) WHERE customer_id <> 0;
