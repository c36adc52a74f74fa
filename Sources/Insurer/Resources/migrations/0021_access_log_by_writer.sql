-- The access log lies in the order of its writers' chains, without an index of its own for the id, which nothing asks
-- for. On SQLite it is a file of its own (ADR 8): its commits no longer empty the readers' page caches, and a look does
-- not wait for an import's batch. Two files are not committed as one, so that this may run twice; the next migration
-- takes the old table away.
-- repeatable

-- sqlite:
CREATE TABLE IF NOT EXISTS access.access_log (
  id BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, purpose TEXT NOT NULL,
  surface TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL, customer_id BIGINT NOT NULL, subjects TEXT,
  what TEXT NOT NULL, reason TEXT NOT NULL, writer BIGINT NOT NULL, n BIGINT NOT NULL, mac BYTEA NOT NULL,
  PRIMARY KEY (writer, n, id)) WITHOUT ROWID;

-- sqlite:
INSERT OR IGNORE INTO access.access_log
SELECT id, at, actor, role, purpose, surface, address, kind, customer_id, subjects, what, reason, writer, n, mac
FROM main.access_log ORDER BY writer, n, id;

-- sqlite:
CREATE TABLE IF NOT EXISTS access.access_writers (
  writer BIGINT PRIMARY KEY, log TEXT NOT NULL, opened_at BIGINT NOT NULL) WITHOUT ROWID;

-- sqlite:
INSERT OR IGNORE INTO access.access_writers
SELECT writer, log, opened_at FROM main.log_writers WHERE log = 'access_log';

-- postgres:
CREATE TABLE access_writers (writer BIGINT PRIMARY KEY, log TEXT NOT NULL, opened_at BIGINT NOT NULL);

-- postgres:
INSERT INTO access_writers SELECT writer, log, opened_at FROM log_writers WHERE log = 'access_log';

-- postgres:
ALTER TABLE access_log DROP CONSTRAINT access_log_pkey;

-- postgres:
ALTER TABLE access_log ADD PRIMARY KEY (writer, n, id);

-- postgres:
DROP INDEX access_log_of_writer;
