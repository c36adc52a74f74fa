-- What core systems tell as things happen. A sender is a CloudEvents source; feed is the name under which files know its
-- keys. Beside the jobs these tables are nobody's: they stay on the coordinator.
CREATE TABLE feed_senders (
  id BIGINT PRIMARY KEY, source TEXT NOT NULL, feed TEXT NOT NULL, account_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL);

CREATE UNIQUE INDEX feed_senders_by_source ON feed_senders (source);

-- Every event that came once: a second of the same source and id is known by it. occurred_at is the sender's time.
CREATE TABLE feed_inbox (
  sender_id BIGINT NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL, digest BYTEA NOT NULL,
  occurred_at BIGINT NOT NULL, received_at BIGINT NOT NULL, PRIMARY KEY (sender_id, event_id));

CREATE INDEX feed_inbox_by_time ON feed_inbox (sender_id, type, occurred_at);

-- What each sender has said of each of its keys, field by field with the time of the event that said it; sealed.
CREATE TABLE feed_records (
  feed TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL, said BYTEA NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (feed, kind, external_id));

-- Events that could not be applied: dead until somebody mends or discards them, waiting until what they name is there.
CREATE TABLE feed_letters (
  id BIGINT PRIMARY KEY, sender_id BIGINT NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL, state TEXT NOT NULL,
  findings TEXT NOT NULL, wait_kind TEXT NOT NULL, wait_key TEXT NOT NULL, sealed BYTEA NOT NULL,
  received_at BIGINT NOT NULL, attempts BIGINT NOT NULL, settled_at BIGINT, settled_by TEXT, reason TEXT);

CREATE INDEX feed_letters_by_state ON feed_letters (state, id);

CREATE INDEX feed_letters_by_event ON feed_letters (sender_id, event_id);

-- Figures a sender and type, kept as the events come. mended and discarded were dead before.
CREATE TABLE feed_counts (
  sender_id BIGINT NOT NULL, type TEXT NOT NULL, received BIGINT NOT NULL, applied BIGINT NOT NULL,
  stale BIGINT NOT NULL, duplicate BIGINT NOT NULL, waiting BIGINT NOT NULL, dead BIGINT NOT NULL,
  discarded BIGINT NOT NULL, newest_at BIGINT NOT NULL, received_at BIGINT NOT NULL, lag_seconds BIGINT NOT NULL,
  PRIMARY KEY (sender_id, type));

-- What a sender says it has sent of one type between two moments of its own events' time.
CREATE TABLE feed_tallies (
  id BIGINT PRIMARY KEY, sender_id BIGINT NOT NULL, type TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL,
  sent BIGINT NOT NULL, reported_at BIGINT NOT NULL);

CREATE UNIQUE INDEX feed_tallies_by_period ON feed_tallies (sender_id, type, from_at, to_at);
