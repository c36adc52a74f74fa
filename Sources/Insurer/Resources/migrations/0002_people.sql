-- Staff, accounts, products: reference tables, copied to every node of a cluster.

CREATE TABLE branches (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE teams (id BIGINT PRIMARY KEY, name TEXT NOT NULL, branch_id BIGINT NOT NULL, UNIQUE (branch_id, name));

CREATE TABLE staff (
  id BIGINT PRIMARY KEY, staff_no TEXT NOT NULL UNIQUE, name TEXT NOT NULL, team_id BIGINT, branch_id BIGINT,
  role TEXT NOT NULL, channel TEXT, registration_no TEXT, qualification TEXT, joined_on BIGINT, left_on BIGINT,
  mobile BYTEA, mobile_index BYTEA, source TEXT NOT NULL, version BIGINT NOT NULL, updated_at BIGINT NOT NULL);

CREATE INDEX staff_by_team ON staff (team_id);

CREATE INDEX staff_by_branch ON staff (branch_id);

CREATE TABLE accounts (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, staff_id BIGINT, role TEXT NOT NULL, password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL, disabled_at BIGINT);

CREATE TABLE sessions (
  id BIGINT PRIMARY KEY, secret_hash BYTEA NOT NULL UNIQUE, account_id BIGINT NOT NULL, csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT,
  address TEXT NOT NULL, agent TEXT NOT NULL);

CREATE INDEX sessions_of_account ON sessions (account_id, created_at);

CREATE TABLE api_tokens (
  id BIGINT PRIMARY KEY, secret_hash BYTEA NOT NULL UNIQUE, account_id BIGINT NOT NULL, name TEXT NOT NULL,
  scopes TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT);

CREATE TABLE sign_in_attempts (
  account TEXT NOT NULL, address TEXT NOT NULL, failures BIGINT NOT NULL, last_at BIGINT NOT NULL,
  PRIMARY KEY (account, address));

CREATE TABLE products (
  id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, line TEXT NOT NULL, kind TEXT NOT NULL,
  term TEXT, waiting_days BIGINT, cooling_off_days BIGINT, guaranteed_renewable BIGINT NOT NULL, filed_name TEXT,
  source TEXT NOT NULL, version BIGINT NOT NULL, updated_at BIGINT NOT NULL);

CREATE TABLE legal_rules (
  instrument TEXT NOT NULL, article TEXT NOT NULL, parameter TEXT NOT NULL, value BIGINT NOT NULL,
  effective_from BIGINT NOT NULL, effective_to BIGINT, PRIMARY KEY (parameter, effective_from));

-- Customers and what belongs to one: every table has customer_id first in its key, so that a person is one shard.

CREATE TABLE customers (
  id BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, pinyin TEXT NOT NULL, initials TEXT NOT NULL, sex TEXT,
  birth_date BIGINT, birth_flag TEXT, occupation TEXT, income_fen BIGINT, channel TEXT, created_on BIGINT,
  owner_id BIGINT, adviser_id BIGINT, deceased_on BIGINT, source TEXT NOT NULL, source_key TEXT,
  relation TEXT NOT NULL, relation_since BIGINT, wrapped_key BYTEA, lines BIGINT NOT NULL, stages BIGINT NOT NULL,
  latest_at BIGINT NOT NULL, next_due_on BIGINT, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;

CREATE INDEX customers_by_name ON customers (name, birth_date);

-- A merge moves nothing: several records of one person are joined here (decision 11).
CREATE TABLE customer_links (
  customer_id BIGINT NOT NULL, person_id BIGINT NOT NULL, linked_at BIGINT NOT NULL, ended_at BIGINT,
  PRIMARY KEY (customer_id, linked_at));

-- kind: mobile, phone, email, wechat, address. sealed by the customer's key. flag: kept as it came, unverified.
CREATE TABLE contact_points (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, sealed BYTEA NOT NULL, flag TEXT,
  is_primary BIGINT NOT NULL, since_at BIGINT NOT NULL, until_at BIGINT, source TEXT NOT NULL,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE TABLE identity_documents (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, type TEXT NOT NULL, sealed BYTEA NOT NULL, flag TEXT,
  valid_until BIGINT, since_at BIGINT NOT NULL, until_at BIGINT, source TEXT NOT NULL,
  PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

-- Equality search over sealed values: a keyed code of the value. A look-up table, spread by its own value.
CREATE TABLE blind_index (
  kind TEXT NOT NULL, value BYTEA NOT NULL, customer_id BIGINT NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (kind, value, customer_id)) WITHOUT ROWID;

CREATE INDEX blind_index_of_customer ON blind_index (customer_id);

-- Source memory (decision 25): what each source last said of each of its keys.
CREATE TABLE sources (
  source TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL, customer_id BIGINT NOT NULL,
  entity_id BIGINT NOT NULL, digest BYTEA NOT NULL, said BYTEA, seen_at BIGINT NOT NULL,
  PRIMARY KEY (source, kind, external_id)) WITHOUT ROWID;

CREATE INDEX sources_of_entity ON sources (entity_id);

CREATE TABLE relationships (
  customer_id BIGINT NOT NULL, other_id BIGINT NOT NULL, kind TEXT NOT NULL, inverse BIGINT NOT NULL,
  since_on BIGINT, ended_on BIGINT, source TEXT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, other_id, kind, inverse)) WITHOUT ROWID;

-- Every correction: who, when, from what, to what. Values are sealed by the customer's key.
CREATE TABLE changes (
  customer_id BIGINT NOT NULL, id BIGINT NOT NULL, entity TEXT NOT NULL, entity_id BIGINT NOT NULL,
  field TEXT NOT NULL, before_value BYTEA, after_value BYTEA, at BIGINT NOT NULL, actor TEXT NOT NULL,
  source TEXT NOT NULL, reason BYTEA, PRIMARY KEY (customer_id, id)) WITHOUT ROWID;

CREATE TABLE stages (
  customer_id BIGINT NOT NULL, stage TEXT NOT NULL, case_id BIGINT NOT NULL, opened_at BIGINT NOT NULL,
  closed_at BIGINT, PRIMARY KEY (customer_id, stage, case_id, opened_at)) WITHOUT ROWID;

-- The book: who may see whom, with what lists sort and filter by. scope 0 is everybody; else the raw id of the
-- staff member, team or branch. Rewritten by CustomerBook.refresh whenever a policy, claim or owner changes.
CREATE TABLE book (
  scope BIGINT NOT NULL, customer_id BIGINT NOT NULL, name TEXT NOT NULL, pinyin TEXT NOT NULL,
  initials TEXT NOT NULL, latest_at BIGINT NOT NULL, next_due_on BIGINT NOT NULL, created_at BIGINT NOT NULL,
  relation BIGINT NOT NULL, lines BIGINT NOT NULL, stages BIGINT NOT NULL,
  PRIMARY KEY (scope, customer_id)) WITHOUT ROWID;

CREATE INDEX book_of_customer ON book (customer_id);

CREATE INDEX book_by_pinyin ON book (scope, pinyin, customer_id, relation, lines, stages);

CREATE INDEX book_by_latest ON book (scope, latest_at, customer_id, relation, lines, stages);

CREATE INDEX book_by_due ON book (scope, next_due_on, customer_id, relation, lines, stages);

CREATE INDEX book_by_created ON book (scope, created_at, customer_id, relation, lines, stages);

CREATE INDEX book_by_initials ON book (scope, initials, customer_id);

CREATE INDEX book_by_name ON book (scope, name, customer_id);

-- Search documents (decision 18): bigrams of the name and scope tokens.
-- sqlite:
CREATE TABLE search_docs (customer_id INTEGER PRIMARY KEY, tokens TEXT NOT NULL, version BIGINT NOT NULL);

-- sqlite:
CREATE VIRTUAL TABLE search_index USING fts5 (
  tokens, content = 'search_docs', content_rowid = 'customer_id', tokenize = 'ascii', detail = 'full');

-- postgres:
CREATE TABLE search_docs (
  customer_id BIGINT PRIMARY KEY, tokens TEXT NOT NULL, version BIGINT NOT NULL,
  document tsvector GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED);

-- postgres:
CREATE INDEX search_docs_document ON search_docs USING gin (document);
