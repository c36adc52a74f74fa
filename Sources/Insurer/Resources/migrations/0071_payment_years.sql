-- How many years are paid for, on each party's summary: a calendar of premiums ends with them.
ALTER TABLE policy_parties ADD COLUMN premium_years BIGINT;

UPDATE policy_parties SET premium_years = (
  SELECT p.premium_years FROM policies p
  WHERE p.customer_id = policy_parties.policyholder_id AND p.id = policy_parties.policy_id);
