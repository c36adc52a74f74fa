-- Years for which premiums are due; and the day on which a party's summary is to be projected anew.
ALTER TABLE policies ADD COLUMN premium_years BIGINT;

ALTER TABLE policy_parties ADD COLUMN projection_due_on BIGINT;

CREATE INDEX policies_by_due ON policies (next_due_on, id);

CREATE INDEX policy_parties_of_policy ON policy_parties (policy_id);

-- The legal numbers of catalogue/legal_rules.json; a test holds the two equal. Days: 2009-10-01 is 14518,
-- 2019-12-01 is 18231.
INSERT INTO legal_rules (instrument, article, parameter, value, effective_from, effective_to) VALUES
  ('保险法', '36', 'grace_days', 60, 14518, NULL),
  ('保险法', '36', 'demand_days', 30, 14518, NULL),
  ('保险法', '37', 'reinstatement_years', 2, 14518, NULL),
  ('保险法', '16', 'contestability_years', 2, 14518, NULL),
  ('保险法', '16', 'rescission_knowledge_days', 30, 14518, NULL),
  ('合同条款', '', 'determination_clause_days', 5, 14518, NULL),
  ('保险法', '23', 'determination_complex_days', 30, 14518, NULL),
  ('保险法', '23', 'payment_days', 10, 14518, NULL),
  ('保险法', '24', 'refusal_letter_days', 3, 14518, NULL),
  ('保险法', '25', 'advance_payment_days', 60, 14518, NULL),
  ('保险法', '25', 'advance_prompt_days', 55, 14518, NULL),
  ('保险法', '26', 'limitation_life_years', 5, 14518, NULL),
  ('保险法', '26', 'limitation_other_years', 2, 14518, NULL),
  ('保险法', '44', 'suicide_years', 2, 14518, NULL),
  ('保险法', '47', 'surrender_value_days', 30, 14518, NULL),
  ('保险法', '87', 'retention_short_years', 5, 14518, NULL),
  ('保险法', '87', 'retention_long_years', 10, 14518, NULL),
  ('健康保险管理办法', '15', 'cooling_off_minimum_days', 15, 18231, NULL),
  ('健康保险管理办法', '27', 'waiting_maximum_days', 180, 18231, NULL);

-- Lists, newest first.
CREATE INDEX policies_by_id ON policies (id);

CREATE INDEX policies_by_agent ON policies (servicing_agent_id, id);

CREATE INDEX claims_by_id ON claims (id);

CREATE INDEX claims_by_agent_id ON claims (servicing_agent_id, id);
