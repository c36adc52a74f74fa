-- Exports and references go by the sources' own keys; a record entered here has its id as its key.

CREATE INDEX customers_by_source_key ON customers (source_key, id);
