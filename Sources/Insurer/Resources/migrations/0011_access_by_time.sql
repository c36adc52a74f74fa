-- The access log is read newest first, whole or of one actor.
CREATE INDEX access_log_by_time ON access_log (at, id);

CREATE INDEX access_log_of_actor ON access_log (actor, at, id);
