-- Views of the customers' list that people keep: an address's query, without what was searched for. owner is an actor.
CREATE TABLE saved_views (
  id BIGINT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, is_shared BIGINT NOT NULL,
  created_at BIGINT NOT NULL);

CREATE INDEX saved_views_of_owner ON saved_views (owner, name);

CREATE INDEX saved_views_shared ON saved_views (is_shared, name);
