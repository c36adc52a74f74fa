-- Contacts in the order in which they are written out.
CREATE INDEX interactions_by_key ON interactions (COALESCE(source_key, ''), customer_id, id);
