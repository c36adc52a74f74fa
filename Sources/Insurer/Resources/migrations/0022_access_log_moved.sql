DELETE FROM log_writers WHERE log = 'access_log';

-- sqlite:
DROP TABLE access_log;

-- sqlite:
CREATE INDEX access.access_log_of_customer ON access_log (customer_id, at, id);

-- sqlite:
CREATE INDEX access.access_log_by_time ON access_log (at, id);

-- sqlite:
CREATE INDEX access.access_log_of_actor ON access_log (actor, at, id);
