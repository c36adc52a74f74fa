-- The inbox forgets events after a time; what senders counted keeps how many of theirs it has forgotten.
CREATE INDEX feed_inbox_by_receipt ON feed_inbox (received_at);

ALTER TABLE feed_tallies ADD COLUMN pruned BIGINT NOT NULL DEFAULT 0;

-- The newest time, by the sender's clock, of what was forgotten: a count of before can no longer be compared.
ALTER TABLE feed_senders ADD COLUMN pruned_to BIGINT;
