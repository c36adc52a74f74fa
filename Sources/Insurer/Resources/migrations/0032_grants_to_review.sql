-- What compliance is told of: requests that wait, and looks that nobody has reviewed.
CREATE INDEX grants_to_review ON grants (asked_at) WHERE reviewed_at IS NULL AND refused_at IS NULL;
