-- A person's timeline is read from the index alone: the log itself lies in the order of writing, so that each of the
-- newest entries would be a page of its own. PostgreSQL bounds an entry of an index, and keeps the log in memory.

-- sqlite:
DROP INDEX events_of_customer;

-- sqlite:
CREATE INDEX events_of_customer
  ON events (customer_id, happened_at, id, kind, subject, recorded_at, amount_fen, actor, source, facts);
