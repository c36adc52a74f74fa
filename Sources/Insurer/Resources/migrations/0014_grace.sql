-- What moves the end of grace: the contract's own days, and the day on which a formal demand (催告) for a premium
-- reached the policyholder.
ALTER TABLE policies ADD COLUMN grace_days BIGINT;

ALTER TABLE premiums ADD COLUMN demanded_on BIGINT;

-- The records of one person are found from any of them.
CREATE INDEX customer_links_of_person ON customer_links (person_id);
