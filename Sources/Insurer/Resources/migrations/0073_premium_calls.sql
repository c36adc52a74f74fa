-- Failed debits and calls that are open: what the premium desk's chore asks for every few seconds.
CREATE INDEX premiums_failed ON premiums (due_on) WHERE result = 'failed' AND received_on IS NULL;

CREATE INDEX premium_calls_open ON premium_calls (due_on) WHERE settled_on IS NULL;
