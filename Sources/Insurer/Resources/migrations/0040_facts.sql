-- What is known of each person for lists, views and rules: computed from the rows of the business in groups, stored wide.
-- Columns are the facts' own names; days are day numbers, amounts fen. changes_on is the first day on which something
-- stored here changes without an event (decision 21).
CREATE TABLE facts_person (
  customer_id BIGINT NOT NULL, computed_at BIGINT NOT NULL, changes_on BIGINT NOT NULL,
  agent_id BIGINT, birthday BIGINT, contacts_30 BIGINT, contacts_90 BIGINT, contacts_365 BIGINT, enquiries_30 BIGINT,
  enquiries_90 BIGINT, enquiries_365 BIGINT, enquiries_earlier BIGINT, enquiry_change BIGINT, outgoing_90 BIGINT,
  outgoing_365 BIGINT, phone_365 BIGINT, wechat_365 BIGINT, app_365 BIGINT, branch_365 BIGINT, visit_365 BIGINT,
  sms_365 BIGINT, email_365 BIGINT, web_365 BIGINT, first_contact_on BIGINT, last_contact_on BIGINT, last_enquiry_on
  BIGINT, last_outgoing_on BIGINT, last_visit_on BIGINT, relatives BIGINT, spouses BIGINT, children BIGINT, parents
  BIGINT, wards BIGINT, referrals BIGINT, is_referred BIGINT, last_consent_on BIGINT, last_refusal_on BIGINT,
  last_withdrawal_on BIGINT,
  PRIMARY KEY (customer_id)) WITHOUT ROWID;

CREATE INDEX facts_person_due ON facts_person (changes_on);

-- Of contracts, premiums and claims. scope 0 is the whole person; other scopes are those of the book, for people whom
-- several serve: each knows what he serves.
CREATE TABLE facts_contract (
  customer_id BIGINT NOT NULL, scope BIGINT NOT NULL, changes_on BIGINT NOT NULL,
  policies BIGINT, held BIGINT, in_force BIGINT, suspended BIGINT, not_yet_effective BIGINT, terminated BIGINT,
  surrendered BIGINT, riders BIGINT, insured_in_force BIGINT, first_effective_on BIGINT, latest_effective_on BIGINT,
  latest_ended_on BIGINT, next_expiry_on BIGINT, next_due_on BIGINT, suspends_on BIGINT, annual_premium_fen BIGINT,
  single_premium_fen BIGINT, sum_life_fen BIGINT, sum_critical_illness_fen BIGINT, sum_medical_fen BIGINT,
  sum_accident_fen BIGINT, sum_annuity_fen BIGINT, sum_education_fen BIGINT, insured_lines BIGINT, held_lines BIGINT,
  cooling_off BIGINT, grace BIGINT, automatic_loan BIGINT, waived BIGINT, reduced_paid_up BIGINT, paid_up BIGINT,
  pledged BIGINT, frozen BIGINT, mismatched BIGINT, loan_fen BIGINT, premiums_paid BIGINT, paid_365_fen BIGINT,
  paid_earlier_fen BIGINT, paid_change BIGINT, last_paid_on BIGINT, overdue BIGINT, overdue_fen BIGINT, failed_90
  BIGINT, failed_365 BIGINT, debit_730 BIGINT, voluntary_730 BIGINT, lead_days BIGINT, usual_month BIGINT, claims
  BIGINT, open_claims BIGINT, claims_365 BIGINT, declined_claims BIGINT, claimed_fen BIGINT, paid_claims_fen BIGINT,
  paid_claims_365_fen BIGINT, last_claim_on BIGINT, last_decision_on BIGINT, claim_due_on BIGINT, illness_claims
  BIGINT,
  PRIMARY KEY (customer_id, scope)) WITHOUT ROWID;

-- People about whom something was written since their facts were computed. A row is counted up, not left as it is:
-- that is what an act and a worker at the same person wait for each other by.
CREATE TABLE facts_stale (customer_id BIGINT NOT NULL, times BIGINT NOT NULL, PRIMARY KEY (customer_id)) WITHOUT ROWID;

-- The facts of everybody who is here already have to be computed once.
INSERT INTO facts_stale (customer_id, times) SELECT id, 1 FROM customers;
