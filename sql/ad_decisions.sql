-- enable_ad_decisions: rows that are decided on when they are inserted, with the evidence; what a person decides stays.
CREATE SCHEMA ads;
SET search_path = ads, public;
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric(10,9), desired_net_margin numeric);
INSERT INTO shop_settings VALUES (1, 0.5, 0), (2, 0.6, 0.1), (3, NULL, NULL);
CREATE TABLE ad_decisions (id int GENERATED ALWAYS AS IDENTITY, shop_id int, campaign text,
  decided_on date DEFAULT '2026-11-09', spend bigint, orders int, revenue bigint, leads int, impressions bigint,
  clicks bigint, age_days int,
  decision text, early_kill_signals jsonb, evidence jsonb, decided_by text);
SELECT upkeep.enable_ad_decisions('ad_decisions', 'shop_settings');
SELECT object, feature, options, triggers, enabled FROM upkeep.managed WHERE object = 'ad_decisions'::regclass;
SELECT upkeep.export_sql('ad_decisions');
CREATE VIEW decided AS SELECT id, shop_id AS shop,
  spend, orders, decision, evidence ->> 'reason' AS reason, evidence ->> 'overrides' AS overrides, decided_by,
  (SELECT string_agg(s ->> 'code', ' ') FROM jsonb_array_elements(early_kill_signals) s) AS signals FROM ad_decisions;
-- the decision that the evidence of a row leads to
CREATE FUNCTION derived(evidence jsonb) RETURNS TABLE (decision text, early_kill_signals jsonb, evidence jsonb)
  LANGUAGE sql AS $$
  SELECT d.* FROM jsonb_to_record(evidence -> 'inputs') i(spend numeric, orders int, revenue numeric,
    leads int, cogs_ratio numeric, desired_net_margin numeric, age_days int, marginal_roas numeric, impressions bigint,
    clicks bigint, aov numeric),
    upkeep.ad_decision(spend, orders, revenue, leads, cogs_ratio, desired_net_margin, age_days, marginal_roas,
      impressions, clicks, aov) d $$;

-- of three shops; one has no settings, one no cogs_ratio
INSERT INTO ad_decisions (shop_id, campaign, spend, orders, revenue, leads) VALUES
  (1, 'a', 3000000, 40, 12000000, 400), (2, 'a', 3000000, 40, 12000000, 400), (3, 'a', 3000000, 40, 12000000, 400),
  (4, 'a', 3000000, 40, 12000000, 400), (NULL, 'a', 3000000, 40, 12000000, 400),
  (1, 'b', 9000000, 5, 1500000, 90), (1, 'c', 0, 0, 0, 0), (1, 'd', NULL, NULL, NULL, NULL),
  (1, 'e', 9000000, 0, 0, 50);
SELECT * FROM decided;
-- a person's decision stays, whether it differs or not; who decided may be told
INSERT INTO ad_decisions (shop_id, spend, orders, revenue, decision) VALUES
  (1, 9000000, 5, 1500000, 'KEEP'), (1, 9000000, 5, 1500000, 'KILL'), (1, 9000000, 5, 1500000, 'PAUSE');
INSERT INTO ad_decisions (shop_id, spend, orders, revenue, decision, decided_by) VALUES
  (1, 9000000, 5, 1500000, 'KEEP', 'anna'), (1, 9000000, 5, 1500000, NULL, 'the app');
SELECT id, decision, evidence ->> 'decision' AS rule,
  overrides, decided_by = current_user AS by_me, nullif(decided_by, current_user) AS decided_by
  FROM ad_decisions, LATERAL (SELECT evidence ->> 'overrides') o(overrides) WHERE id > 9 ORDER BY id;
-- so does one of nothing
INSERT INTO ad_decisions (shop_id, spend, orders, revenue, decision) VALUES (1, 9000000, 5, 1500000, '')
  RETURNING decision, evidence -> 'overrides' AS overrides;
-- signals and evidence are the database's, whatever is sent
INSERT INTO ad_decisions (shop_id, spend, orders, revenue, early_kill_signals, evidence)
  VALUES (1, 9000000, 5, 1500000, '["mine"]', '{"mine": 1}')
  RETURNING early_kill_signals, evidence ? 'mine' AS mine, evidence -> 'rule_version' AS rule_version;
-- an UPDATE leaves what was decided as it is
UPDATE ad_decisions SET spend = 1, orders = 100 WHERE id = 6;
SELECT * FROM decided WHERE id = 6;
UPDATE ad_decisions SET spend = 9000000, orders = 5 WHERE id = 6;
-- the settings of the moment hold; those of before stand in the evidence
UPDATE shop_settings SET cogs_ratio = 0.9 WHERE shop_id = 1;
INSERT INTO ad_decisions (shop_id, campaign, spend, orders, revenue, leads) VALUES (1, 'a', 3000000, 40, 12000000, 400);
SELECT id, decision, evidence -> 'inputs' -> 'cogs_ratio' AS cogs_ratio FROM ad_decisions
  WHERE shop_id = 1 AND campaign = 'a' ORDER BY id;
-- every stored row can be derived again from its evidence
SELECT count(*), bool_and(d.decision = a.evidence ->> 'decision') AS decisions,
  bool_and(d.early_kill_signals = a.early_kill_signals) AS signals,
  bool_and(d.evidence - 'overrides' = a.evidence - 'overrides') AS evidence
  FROM ad_decisions a, derived(a.evidence) d;

-- columns of the row itself come before the settings; numeric amounts, other names of types, columns that were dropped
CREATE TYPE verdict AS ENUM ('SCALE', 'KEEP', 'KILL', 'PAUSE');
CREATE DOMAIN share AS numeric(6,4) CHECK (VALUE BETWEEN 0 AND 1);
CREATE TABLE wide (gone text, shop_id bigint, spend numeric(14,2), orders bigint, gone2 int, revenue numeric(14,2),
  leads smallint, age_days numeric, marginal_roas numeric, aov numeric, cogs_ratio share, desired_net_margin share,
  decision verdict, early_kill_signals json, evidence text, decided_by name, id int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE wide DROP COLUMN gone, DROP COLUMN gone2;
SELECT upkeep.enable_ad_decisions('wide', 'shop_settings');
UPDATE shop_settings SET cogs_ratio = 0.5 WHERE shop_id = 1;
INSERT INTO wide (shop_id, spend, orders, revenue, leads, age_days, marginal_roas, aov, cogs_ratio, desired_net_margin)
  VALUES (1, 30000.50, 40, 120000, 400, 2.00, NULL, NULL, NULL, NULL),
    (1, 30000.50, 40, 120000, 400, 3, 1.5, NULL, NULL, NULL),
  (1, 30000.50, 40, 120000, 400, 3, NULL, NULL, 0.1, 0.05),
  (1, 30000.50, 40, 120000, 400, NULL, NULL, 500.5, NULL, NULL),
  (NULL, 30000.50, 40, 120000, 400, NULL, NULL, NULL, 0.4, NULL);
SELECT id, decision, evidence::jsonb ->> 'reason' AS reason, evidence::jsonb -> 'inputs' ->> 'cogs_ratio' AS cogs,
  evidence::jsonb -> 'break_even_cpa' AS break_even, json_array_length(early_kill_signals) AS signals, decided_by
  FROM wide ORDER BY id;
SELECT bool_and(d.evidence = w.evidence::jsonb) AS derived FROM wide w, derived(w.evidence::jsonb) d;
SELECT * FROM failure('INSERT INTO wide (shop_id, spend, orders, age_days) VALUES (1, 1, 1, 2.5)');
SELECT state, message FROM failure('INSERT INTO wide (shop_id, spend, orders, decision) VALUES (1, 1, 1, ''WAIT'')');
-- what the function could not be called with again
SELECT * FROM failure('INSERT INTO wide (shop_id, spend, orders) VALUES (1, 1, 3000000000)');
-- NaN is a reason, no error
INSERT INTO wide (spend, orders, cogs_ratio, aov) VALUES ('NaN', 0, 0.5, 5)
  RETURNING decision, evidence::jsonb ->> 'reason' AS reason;
-- a column that the others are computed from behind the trigger is not read
CREATE TABLE computed (spend int, orders int, revenue int, aov int GENERATED ALWAYS AS (revenue / 2) STORED,
  cogs_ratio numeric, decision text, evidence jsonb);
SELECT upkeep.enable_ad_decisions('computed');
INSERT INTO computed VALUES (100, 10, 4000, DEFAULT, 0.5) RETURNING aov, decision, evidence -> 'aov' AS aov_used;
-- enabled again without settings, they no longer count
SELECT upkeep.enable_ad_decisions('wide');
INSERT INTO wide (shop_id, spend, orders, revenue) VALUES (1, 30000.50, 40, 120000)
  RETURNING decision, evidence::jsonb ->> 'reason' AS reason;
SELECT upkeep.disable_ad_decisions('wide');
INSERT INTO wide (shop_id, spend, orders, revenue) VALUES (1, 30000.50, 40, 120000) RETURNING decision, evidence;
SELECT upkeep.disable_ad_decisions('wide');

-- what an order brings: what the row says, what its own orders brought, what is set for the shop, what the shop's
-- orders brought in the eight weeks before the week of the decision
CREATE SCHEMA aov;
SET search_path = aov, public;
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric, aov bigint, week_start_day smallint);
INSERT INTO shop_settings VALUES (1, 0.5, 300000, NULL), (2, 0.5, NULL, 1), (3, 0.5, 0, 7), (4, 0.5, NULL, 9),
  (5, 0.5, NULL, NULL), (6, 0.5, NULL, NULL);
CREATE TABLE daily_records (shop_id int, record_date date, orders int, revenue bigint,
  PRIMARY KEY (shop_id, record_date));
-- 16 November 2026 is a Monday: the eight weeks before it begin on 21 September; days before and after say otherwise
INSERT INTO daily_records SELECT s, d, 3, 1000000 FROM generate_series(2, 4) s,
  generate_series(date '2026-09-21', '2026-11-15', '1 day') d;
UPDATE daily_records SET revenue = 600000 WHERE shop_id = 3 AND record_date = '2026-11-15';
INSERT INTO daily_records SELECT s, d, 1, 9000000 FROM generate_series(2, 4) s, unnest(ARRAY[date '2026-09-20',
  '2026-11-16', '2026-11-17']) d;
INSERT INTO daily_records VALUES (5, '2026-11-10', 0, 0), (5, '2026-11-11', NULL, 1000000),
  (5, '2026-11-12', 3, NULL), (5, '2026-11-13', 3, 0);
CREATE TABLE ad_decisions (id int GENERATED ALWAYS AS IDENTITY, shop_id int, decided_on date DEFAULT '2026-11-18',
  spend bigint, orders int, revenue bigint, aov bigint, decision text, evidence jsonb);
CREATE VIEW used AS SELECT id, shop_id, evidence -> 'aov_source' AS source, evidence -> 'aov' AS aov,
  evidence -> 'inputs' -> 'aov' AS passed, evidence -> 'break_even_cpa' AS break_even, decision,
  evidence ->> 'reason' AS reason FROM ad_decisions;
SELECT upkeep.enable_ad_decisions('ad_decisions', 'shop_settings', daily_records => 'daily_records');
SELECT options FROM upkeep.managed WHERE object = 'ad_decisions'::regclass;
SELECT upkeep.export_sql('ad_decisions');
INSERT INTO ad_decisions (shop_id, spend, orders, revenue, aov) VALUES (1, 450000, 0, 0, 200000),
  (1, 450000, 1, 400000, NULL), (1, 450000, 0, 0, NULL), (2, 450000, 0, NULL, NULL), (2, 900000, 2, 0, NULL),
  (3, 450000, 0, 0, NULL), (4, 450000, 0, 0, NULL), (5, 450000, 0, 0, NULL), (6, 450000, 0, 0, NULL),
  (7, 450000, 0, 0, NULL), (NULL, 450000, 0, 0, NULL), (2, 450000, 0, 0, 0), (2, NULL, NULL, NULL, NULL);
SELECT * FROM used ORDER BY id;
-- the last day of a week, the first of the next, as the shop counts; a day that is none
TRUNCATE ad_decisions;
INSERT INTO ad_decisions (shop_id, decided_on, spend, orders) SELECT s, d, 450000, 0 FROM generate_series(2, 3) s,
  unnest(ARRAY[date '2026-11-15', '2026-11-16', '2026-11-21', '2026-11-22', '2026-11-23', 'infinity', NULL]) d;
SELECT shop_id, decided_on, to_char(decided_on, 'Dy') AS day, evidence -> 'aov' AS aov FROM ad_decisions ORDER BY id;
-- the decision can be derived again from what the evidence says, all but where the AOV was found
SELECT count(*), bool_and(d.evidence - 'aov_source' = a.evidence - 'aov_source') AS derived
  FROM ad_decisions a, ads.derived(a.evidence) d;
-- what changes later changes no decision; neither does an UPDATE
UPDATE daily_records SET revenue = 1;
UPDATE ad_decisions SET spend = 1;
SELECT DISTINCT evidence -> 'aov' AS aov FROM ad_decisions WHERE decided_on = '2026-11-22' AND shop_id = 2;
-- without settings the shops' weeks begin on Monday; with a settings' column that is no number, nothing is set
ALTER TABLE shop_settings ALTER aov TYPE text, DROP COLUMN week_start_day;
SELECT upkeep.enable_ad_decisions('ad_decisions', 'shop_settings');
INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (1, 450000, 0) RETURNING evidence -> 'aov_source' AS source;
SELECT upkeep.enable_ad_decisions('ad_decisions', daily_records => 'daily_records');
SELECT options FROM upkeep.managed WHERE object = 'ad_decisions'::regclass;
INSERT INTO daily_records VALUES (1, '2026-11-15', 2, 700001);
INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (1, 450000, 0)
  RETURNING evidence -> 'aov_source' AS source, evidence -> 'aov' AS aov, evidence -> 'break_even_cpa' AS break_even;
-- COPY, MERGE, and several rows of a statement
COPY ad_decisions (shop_id, spend, orders) FROM stdin;
1	450000	0
\.
MERGE INTO ad_decisions a USING (VALUES (1, 450000)) v(shop, spend) ON a.spend = -1
  WHEN NOT MATCHED THEN INSERT (shop_id, spend, orders) VALUES (v.shop, v.spend, 0);
SELECT count(*), array_agg(DISTINCT evidence ->> 'aov_source') AS sources FROM ad_decisions
  WHERE shop_id = 1 AND evidence ->> 'aov' = '350001';
-- other keys and names: text against varchar, amounts with decimals, partitions
CREATE TABLE days (shop varchar(9), record_date date, orders numeric, revenue numeric(12,2))
  PARTITION BY RANGE (record_date);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2026-11-01');
CREATE TABLE days_2 (revenue numeric(12,2), gone int, orders numeric, record_date date, shop varchar(9));
ALTER TABLE days_2 DROP COLUMN gone;
ALTER TABLE days ATTACH PARTITION days_2 DEFAULT;
INSERT INTO days VALUES ('x', '2026-10-31', 2, 100), ('x', '2026-11-01', 1, 100.01), ('y', '2026-11-01', 1, 'NaN');
CREATE TABLE other_ads (shop text, decided_on date, spend numeric(12,2), orders int, cogs_ratio numeric, decision text,
  evidence jsonb);
SELECT upkeep.enable_ad_decisions('other_ads', settings_key => 'shop', daily_records => 'days');
INSERT INTO other_ads VALUES ('x', '2026-11-09', 100, 0, 0.5), ('y', '2026-11-09', 100, 0, 0.5)
  RETURNING decision, evidence -> 'aov' AS aov, evidence -> 'aov_source' AS source;
-- the records are read as their owner, for whoever inserts, and whatever policies say of him
ALTER TABLE days ENABLE ROW LEVEL SECURITY;
CREATE POLICY nothing ON days USING (false);
GRANT USAGE ON SCHEMA aov TO regress_upkeep_other;
GRANT INSERT, SELECT ON other_ads TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
INSERT INTO other_ads VALUES ('x', '2026-11-09', 100, 0, 0.5) RETURNING evidence -> 'aov' AS aov;
SELECT state, message FROM failure('SELECT FROM days');
-- a hostile search_path
CREATE FUNCTION pg_temp.lies(date, date) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR pg_temp.< (LEFTARG = date, RIGHTARG = date, FUNCTION = pg_temp.lies);
CREATE OPERATOR pg_temp.>= (LEFTARG = date, RIGHTARG = date, FUNCTION = pg_temp.lies);
CREATE DOMAIN pg_temp.numeric AS text;
SET search_path = pg_temp, pg_catalog;
INSERT INTO aov.other_ads VALUES ('x', '2026-11-09', 100, 0, 0.5) RETURNING evidence -> 'aov' AS aov;
RESET search_path;
RESET ROLE;
SET search_path = aov, public;
-- records that change in a session that has asked them: columns that go and come back, a new name, none
ALTER TABLE daily_records RENAME revenue TO turnover;
SELECT * FROM failure('INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (1, 1, 0)');
SELECT feature, finding FROM upkeep.check() WHERE object = 'ad_decisions'::regclass;
UPDATE ad_decisions SET spend = 2 WHERE shop_id = 1;
ALTER TABLE daily_records RENAME turnover TO revenue;
ALTER TABLE daily_records RENAME TO records;
SELECT state, message FROM failure('INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (1, 1, 0)');
ALTER TABLE records RENAME TO daily_records;
ALTER TABLE daily_records ALTER orders TYPE bigint, ALTER revenue TYPE numeric(14,2);
INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (1, 450000, 0) RETURNING evidence -> 'aov' AS aov;
-- what cannot be enabled
CREATE TABLE dateless (shop_id int, spend int, orders int, decision text, evidence jsonb);
CREATE TABLE timed (shop_id int, decided_on timestamptz, spend int, orders int, decision text, evidence jsonb);
CREATE TABLE no_days (shop_id int, record_date date);
CREATE TABLE moments (shop_id int, record_date timestamp, orders int, revenue int);
CREATE TABLE words (shop_id int, record_date date, orders text, revenue int);
CREATE TABLE by_name (shop_id text, record_date date, orders int, revenue int);
CREATE VIEW seen AS TABLE daily_records;
CREATE TABLE others AS TABLE daily_records;
ALTER TABLE others OWNER TO regress_upkeep_other;
GRANT CREATE ON SCHEMA aov TO regress_upkeep_owner;
SELECT t, d, f.* FROM (VALUES ('dateless', 'daily_records'), ('timed', 'daily_records'), ('ad_decisions', 'no_days'),
  ('dateless', 'no_days'), ('ad_decisions', 'moments'), ('ad_decisions', 'words'), ('ad_decisions', 'by_name'),
  ('ad_decisions', 'seen'), ('ad_decisions', 'ad_decisions')) v(t, d),
  failure(format('SELECT upkeep.enable_ad_decisions(%L, daily_records => %L)', t, d)) f;
SELECT * FROM failure($$SELECT upkeep.enable_ad_decisions('ad_decisions', 'no_days', 'shop', 'daily_records')$$);
ALTER TABLE ad_decisions OWNER TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA aov TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
SELECT state, message FROM failure($$SELECT upkeep.enable_ad_decisions('ad_decisions', daily_records => 'others')$$);
-- nor does a trigger of one's own read the records of another
SELECT state, message FROM failure('INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (1, 1, 0)');
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA aov CASCADE;
RESET client_min_messages;
SET search_path = ads, public;

-- COPY, upsert, MERGE, a pause
COPY ad_decisions (shop_id, campaign, spend, orders, revenue, decision) FROM stdin;
1	copied	9000000	5	1500000	\N
2	copied	9000000	5	1500000	KEEP
\.
SELECT shop_id, decision, evidence ->> 'overrides' AS overrides FROM ad_decisions WHERE campaign = 'copied' ORDER BY id;
CREATE UNIQUE INDEX ON ad_decisions (shop_id, campaign, decided_on) WHERE campaign = 'upserted';
INSERT INTO ad_decisions (shop_id, campaign, spend, orders, revenue) SELECT 1, 'upserted', s, 5, 1500000
  FROM unnest(ARRAY[300000]) s;
INSERT INTO ad_decisions (shop_id, campaign, spend, orders, revenue) VALUES (1, 'upserted', 9000000, 5, 1500000)
  ON CONFLICT (shop_id, campaign, decided_on) WHERE campaign = 'upserted' DO UPDATE
  SET spend = EXCLUDED.spend, decision = EXCLUDED.decision, evidence = EXCLUDED.evidence
  RETURNING decision, evidence ->> 'reason' AS reason;
MERGE INTO ad_decisions a USING (VALUES (1, 'merged', 9000000)) v(shop, campaign, spend) ON a.campaign = v.campaign
  WHEN NOT MATCHED THEN INSERT (shop_id, campaign, spend, orders, revenue)
  VALUES (v.shop, v.campaign, v.spend, 5, 1500000);
SELECT decision FROM ad_decisions WHERE campaign = 'merged';
BEGIN;
SET LOCAL upkeep.pause = 'ad_decisions';
INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (1, 9000000, 0) RETURNING decision, evidence, decided_by;
ROLLBACK;

-- columns that cannot hold what is decided
CREATE TABLE odd_columns (spend int, orders int, decision text, evidence jsonb, early_kill_signals jsonb,
  decided_by name);
SELECT c, state, message, hint FROM unnest(ARRAY['decision TYPE text[] USING NULL', 'decision TYPE int USING NULL',
  'evidence TYPE bytea USING NULL', 'early_kill_signals TYPE bool USING NULL', 'decided_by TYPE int USING NULL']) c,
  failure(format('ALTER TABLE odd_columns ALTER %s; SELECT upkeep.enable_ad_decisions(''odd_columns'')', c));

-- partitions with their columns in another order; settings that are partitioned; inheritance
CREATE TABLE parted (shop_id int, day date, spend int, orders int, revenue int, decision text, evidence jsonb)
  PARTITION BY RANGE (day);
CREATE TABLE parted_1 (evidence jsonb, gone int, decision text, day date, orders int, spend int, revenue int,
  shop_id int);
ALTER TABLE parted_1 DROP COLUMN gone;
ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
CREATE TABLE far_settings (shop_id int PRIMARY KEY, cogs_ratio numeric) PARTITION BY LIST (shop_id);
CREATE TABLE far_settings_1 PARTITION OF far_settings FOR VALUES IN (1);
INSERT INTO far_settings VALUES (1, 0.5);
SELECT upkeep.enable_ad_decisions('parted', 'far_settings');
INSERT INTO parted VALUES (1, '2026-11-09', 9000000, 5, 1500000), (1, '2027-11-09', 9000000, 5, 1500000);
INSERT INTO parted_1 (shop_id, day, spend, orders, revenue) VALUES (1, '2026-11-10', 3000000, 40, 12000000);
SELECT tableoid::regclass, decision, evidence -> 'aov' AS aov FROM parted ORDER BY day;
SELECT state, message FROM failure('SELECT upkeep.disable_ad_decisions(''parted_1'')');
-- a row that moves to another partition keeps its decision, whatever the settings say now,
-- and whatever else the UPDATE changes
UPDATE parted SET decision = 'KEEP' WHERE day = '2027-11-09';
UPDATE far_settings SET cogs_ratio = 0.9;
CREATE TABLE before_the_move AS TABLE parted;
UPDATE parted SET day = day + 365, spend = 1 WHERE day = '2026-11-09';
UPDATE parted SET day = day - 365 WHERE day IN ('2027-11-09', '2026-11-10') AND spend > 1;
SELECT tableoid::regclass, day, spend, decision, evidence -> 'inputs' ->> 'spend' AS decided_at,
  (evidence -> 'inputs' ->> 'cogs_ratio')::numeric AS cogs_ratio, evidence -> 'overrides' AS overrides
  FROM parted ORDER BY day, spend;
SELECT count(*) AS kept FROM parted p JOIN before_the_move b USING (decision, evidence);
-- one that only looks as if it moved does not: MERGE updates one row and inserts another, whose evidence is sent
MERGE INTO parted p USING (VALUES ('2026-11-09'::date, 2), ('2028-02-02', 9000000)) v(day, spend) ON p.day = v.day
  WHEN MATCHED THEN UPDATE SET spend = v.spend
  WHEN NOT MATCHED THEN INSERT (shop_id, day, spend, orders, revenue, decision, evidence)
  VALUES (1, v.day, v.spend, 5, 1500000, 'KEEP', '{"mine": true}');
SELECT day, decision, evidence ->> 'reason' AS reason, evidence ->> 'overrides' AS overrides FROM parted
  WHERE day = '2028-02-02';
WITH gone AS (DELETE FROM parted WHERE day = '2028-02-02' RETURNING *) INSERT INTO parted
  SELECT shop_id, '2026-02-02', spend, orders, revenue, NULL, evidence FROM gone;
SELECT day, decision, evidence -> 'inputs' ->> 'cogs_ratio' AS cogs_ratio FROM parted WHERE day = '2026-02-02';
-- settings that are gone hinder nobody who updates, moves or deletes
BEGIN;
DROP TABLE far_settings CASCADE;
UPDATE parted SET spend = 3;
UPDATE parted SET day = '2030-01-01' WHERE day = '2026-02-02';
DELETE FROM parted WHERE day = '2030-01-01' RETURNING decision;
SELECT state, message FROM failure('INSERT INTO parted VALUES (1, ''2026-11-09'', 9000000, 5, 1500000)');
ROLLBACK;
CREATE TABLE mother (spend int, orders int, decision text, evidence jsonb);
CREATE TABLE daughter (aov int, cogs_ratio numeric) INHERITS (mother);
SELECT upkeep.enable_ad_decisions('mother');
INSERT INTO daughter VALUES (9000000, 5, NULL, NULL, 300000, 0.5);
SELECT decision FROM mother;
SELECT upkeep.disable_ad_decisions('mother');
SELECT count(*) FROM upkeep.managed WHERE object IN ('mother'::regclass, 'daughter'::regclass);

-- what cannot be enabled
CREATE TABLE none_of_it (spend int, decision text);
CREATE TABLE texts (spend text, orders int, decision text, evidence jsonb);
CREATE TABLE generated (spend int, orders int, decision text GENERATED ALWAYS AS ('KEEP') STORED, evidence jsonb);
CREATE TABLE keyless (spend int, orders int, decision text, evidence jsonb);
CREATE TABLE key_computed (shop text, shop_id int GENERATED ALWAYS AS (length(shop)) STORED, spend int, orders int,
  decision text, evidence jsonb);
CREATE TABLE dates (shop_id date, spend int, orders int, decision text, evidence jsonb);
CREATE TABLE words (shop_id int, cogs_ratio text);
CREATE VIEW seen AS TABLE ad_decisions;
SELECT a, f.* FROM unnest(ARRAY['NULL', '''ad_decisions'', settings_key => NULL', '''ad_decisions'', ''ad_decisions''',
  '''none_of_it''', '''texts''', '''generated''', '''keyless'', ''shop_settings''',
  '''key_computed'', ''shop_settings''', '''dates'', ''shop_settings''', '''ad_decisions'', ''words''',
  '''ad_decisions'', ''shop_settings'', ''shop''', '''seen''', '''parted_1''']) a,
  failure('SELECT upkeep.enable_ad_decisions(' || a || ')') f;
-- misused
CREATE TABLE odd (spend int, orders int, decision text, evidence jsonb);
CREATE TRIGGER odd AFTER INSERT ON odd FOR EACH ROW EXECUTE FUNCTION upkeep.ad_decisions();
SELECT * FROM failure('INSERT INTO odd VALUES (1, 1)');
DROP TRIGGER odd ON odd;
CREATE TRIGGER odd BEFORE UPDATE ON odd FOR EACH ROW EXECUTE FUNCTION upkeep.ad_decisions();
SELECT finding, hint FROM upkeep.check() WHERE object = 'odd'::regclass;
DROP TRIGGER odd ON odd;
CREATE TRIGGER odd BEFORE INSERT ON odd FOR EACH ROW EXECUTE FUNCTION upkeep.ad_decisions('setting=x');
SELECT * FROM failure('INSERT INTO odd VALUES (1, 1)');
DROP TABLE odd;
SELECT * FROM failure('SELECT upkeep.ad_decisions()');
-- two rows of settings for one shop
ALTER TABLE shop_settings DROP CONSTRAINT shop_settings_pkey;
INSERT INTO shop_settings VALUES (2, 0.3, 0);
SELECT * FROM failure('INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (2, 1, 1)');
DELETE FROM shop_settings WHERE cogs_ratio = 0.3;
-- altered in a session that has decided before: columns of the settings that come and go, a new name, none
ALTER TABLE shop_settings DROP COLUMN desired_net_margin;
INSERT INTO ad_decisions (shop_id, spend, orders, revenue) VALUES (2, 3000000, 40, 12000000)
  RETURNING evidence -> 'inputs' -> 'desired_net_margin' AS desired;
ALTER TABLE shop_settings ADD COLUMN desired_net_margin numeric DEFAULT 0.2;
INSERT INTO ad_decisions (shop_id, spend, orders, revenue) VALUES (2, 3000000, 40, 12000000)
  RETURNING evidence -> 'inputs' -> 'desired_net_margin' AS desired;
ALTER TABLE ad_decisions DROP COLUMN early_kill_signals CASCADE, ADD COLUMN cogs_ratio numeric;
INSERT INTO ad_decisions (shop_id, spend, orders, revenue, cogs_ratio) VALUES (2, 3000000, 40, 12000000, 0.25)
  RETURNING decision, evidence -> 'inputs' -> 'cogs_ratio' AS cogs_ratio;
ALTER TABLE ad_decisions RENAME spend TO spent;
SELECT finding, hint FROM upkeep.check() WHERE object = 'ad_decisions'::regclass;
SELECT * FROM failure('INSERT INTO ad_decisions (shop_id, spent, orders) VALUES (2, 1, 1)');
ALTER TABLE ad_decisions RENAME spent TO spend;
ALTER TABLE shop_settings RENAME TO elsewhere;
SELECT finding FROM upkeep.check() WHERE object = 'ad_decisions'::regclass;
SELECT state, message FROM failure('INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (2, 1, 1)');
-- a view in their place would run its owner's functions for whoever writes
CREATE VIEW shop_settings AS SELECT 2 AS shop_id, 0.5 AS cogs_ratio;
SELECT finding FROM upkeep.check() WHERE object = 'ad_decisions'::regclass;
SELECT * FROM failure('INSERT INTO ad_decisions (shop_id, spend, orders) VALUES (2, 1, 1)');
DROP VIEW shop_settings;
ALTER TABLE elsewhere RENAME TO shop_settings;
SELECT count(*) FROM upkeep.check()
  WHERE object::oid IN (SELECT oid FROM pg_class WHERE relnamespace = 'ads'::regnamespace) AND feature = 'ad_decisions';

-- who may: the owner of both tables enables, a writer decides without seeing the settings, policies do not hide them
CREATE SCHEMA closed_ads AUTHORIZATION regress_upkeep_owner;
GRANT USAGE ON SCHEMA ads TO regress_upkeep_owner, regress_upkeep_other;
SET ROLE regress_upkeep_owner;
CREATE TABLE closed_ads.shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric);
INSERT INTO closed_ads.shop_settings VALUES (1, 0.5);
CREATE TABLE closed_ads.ad_decisions (shop_id int, spend int, orders int, revenue int, decision text, evidence jsonb,
  decided_by text);
SELECT state, message
  FROM failure('SELECT upkeep.enable_ad_decisions(''closed_ads.ad_decisions'', ''ads.shop_settings'')');
SELECT upkeep.enable_ad_decisions('closed_ads.ad_decisions', 'closed_ads.shop_settings');
ALTER TABLE closed_ads.shop_settings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA closed_ads TO regress_upkeep_other;
GRANT INSERT, SELECT, TRIGGER ON closed_ads.ad_decisions TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('SELECT upkeep.enable_ad_decisions(''closed_ads.ad_decisions'')');
SELECT state, message FROM failure('SELECT upkeep.disable_ad_decisions(''closed_ads.ad_decisions'')');
SELECT state, message FROM failure('TABLE closed_ads.shop_settings');
INSERT INTO closed_ads.ad_decisions VALUES (1, 9000000, 5, 1500000, NULL), (1, 9000000, 5, 1500000, 'KEEP');
SELECT decision, evidence -> 'inputs' -> 'cogs_ratio' AS cogs_ratio, evidence ->> 'overrides' AS overrides, decided_by
  FROM closed_ads.ad_decisions;
-- who was a member of the owner's role, and is none any more, in a session that has decided
CREATE TEMP TABLE members (shop_id int, spend int, orders int, decision text, evidence jsonb);
RESET ROLE;
GRANT regress_upkeep_owner TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT upkeep.enable_ad_decisions('members', 'closed_ads.shop_settings');
INSERT INTO members VALUES (1, 1, 1) RETURNING evidence -> 'inputs' -> 'cogs_ratio' AS cogs_ratio;
RESET ROLE;
REVOKE regress_upkeep_owner FROM regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure('INSERT INTO members VALUES (1, 1, 1)');
DROP TABLE members;
-- a trigger of one's own on another's settings
CREATE TEMP TABLE mine (shop_id int, spend int, orders int, decision text, evidence jsonb);
CREATE TRIGGER mine BEFORE INSERT ON mine FOR EACH ROW
  EXECUTE FUNCTION upkeep.ad_decisions('settings=closed_ads.shop_settings');
SELECT state, message FROM failure('INSERT INTO mine VALUES (1, 1, 1)');
-- a hostile search_path
CREATE FUNCTION pg_temp.lies(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR pg_temp.= (LEFTARG = int, RIGHTARG = int, FUNCTION = pg_temp.lies);
CREATE DOMAIN pg_temp.jsonb AS text;
SET search_path = pg_temp, pg_catalog;
INSERT INTO closed_ads.ad_decisions (shop_id, spend, orders, revenue) VALUES (1, 9000000, 5, 1500000)
  RETURNING decision;
RESET ROLE;
SET search_path = '';
INSERT INTO ads.ad_decisions (shop_id, spend, orders, revenue) VALUES (2, 3000000, 40, 12000000) RETURNING decision;
RESET search_path;
SET client_min_messages = warning;
DROP TABLE IF EXISTS mine;
DROP SCHEMA ads, closed_ads CASCADE;
