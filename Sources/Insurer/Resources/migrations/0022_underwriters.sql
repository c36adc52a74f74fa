-- Who underwrites the application, where a person does: it is in his book from then on.
ALTER TABLE policies ADD COLUMN underwriter_id BIGINT;
