-- shop_events, closed weekdays and refunds: what a weekly run hands to the diagnosis, and what it leaves alone.
CREATE SCHEMA events;
SET search_path = events, public;
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric, currency text DEFAULT 'VND',
  closed_weekdays int[], week_start_day text);
CREATE TABLE daily_records (shop_id int, record_date date, orders int, revenue bigint, ad_spend bigint, leads int,
  returns bigint, PRIMARY KEY (shop_id, record_date));
CREATE TABLE weekly_diagnostics (shop_id int, week_start date, week_label text, state text, issues jsonb, rules jsonb,
  facts jsonb, user_responses jsonb DEFAULT '{}', input_digest text, stale boolean NOT NULL DEFAULT false,
  UNIQUE (shop_id, week_start));
CREATE TABLE action_items (shop_id int, fingerprint text, code text, action text, params jsonb,
  title text, severity text, impact numeric, status text, first_week date, last_week date, note text, due_on date,
  UNIQUE (shop_id, fingerprint, action));
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
INSERT INTO shop_settings SELECT s, 0.45 FROM generate_series(1, 3) s;
INSERT INTO daily_records SELECT s, d::date, 60, 20000000 + 200000 * ((d::date - date '2026-09-14') / 7 % 4), 5000000,
  600 FROM generate_series(1, 3) s, generate_series(date '2026-09-14', '2026-11-15', '1 day') d;
UPDATE daily_records SET orders = 30, revenue = revenue / 2 WHERE record_date >= '2026-11-09';
CREATE VIEW week AS SELECT shop_id, facts -> 'events' AS events, rules -> 'REV_DROP' AS rev_drop,
  facts #> '{comparison,weeks_set_aside}' AS set_aside, facts ->> 'invalid' AS invalid
  FROM weekly_diagnostics ORDER BY shop_id;

-- none: nothing is different
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM week;
CREATE TABLE shop_events (shop_id int, starts_on date, ends_on date, name text, kind text);
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
-- of a shop, of all shops, of other days, of kinds that nobody knows; in the order of their days
INSERT INTO shop_events VALUES (2, '2026-11-10', '2026-11-12', 'Sale', 'promotion'),
  (2, '2026-11-09', '2026-11-09', 'Inventory', 'closed'),
  (3, '2026-11-16', '2026-11-20', 'Next week', 'holiday'), (3, '2026-09-01', '2026-09-13', 'Long ago', 'holiday'),
  (3, '2026-11-10', '2026-11-12', 'Party', 'party'), (3, '2026-11-12', '2026-11-10', 'Backwards', 'holiday'),
  (3, NULL, '2026-11-10', 'Undated', 'holiday'), (NULL, '2026-10-05', '2026-10-06', 'Harvest', 'holiday');
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM week;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
-- one that is added, corrected or deleted makes no row stale: the next run sees that it was made from others
UPDATE shop_events SET ends_on = '2026-11-10' WHERE name = 'Sale';
SELECT count(*) FROM weekly_diagnostics WHERE stale;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM week WHERE shop_id = 2;
-- without an end, one day; without a beginning or an end of time, as long as there are dates
TRUNCATE shop_events;
INSERT INTO shop_events VALUES (1, '2026-11-10', NULL, NULL, 'outage'),
  (2, '-infinity', 'infinity', 'For good', 'holiday'), (3, '4000-01-01 BC', '12000-01-01', 'E''"<', 'outage');
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, events, invalid FROM week;
-- to the end of the month that the week ends in, which a goal is paced to
CREATE TABLE monthly_goals (shop_id int, month date, revenue_target bigint);
INSERT INTO monthly_goals SELECT s, '2026-11-01', 700000000 FROM generate_series(1, 3) s;
TRUNCATE shop_events;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
INSERT INTO shop_events VALUES (2, '2026-11-17', '2026-11-30', 'Rebuilding', 'closed'),
  (3, '2026-12-01', '2026-12-31', 'Winter', 'closed');
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, facts -> 'goal' -> 'projected' AS projected, facts -> 'events' AS events FROM weekly_diagnostics
  ORDER BY 1;
DROP TABLE monthly_goals;

-- weekdays that are closed by the settings
UPDATE shop_settings SET closed_weekdays = CASE shop_id WHEN 1 THEN '{7}' WHEN 2 THEN '{8}' ELSE '{}' END::int[];
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, facts -> 'closed_weekdays' AS closed, facts -> 'days_expected' AS expected,
  facts ->> 'invalid' AS invalid FROM weekly_diagnostics ORDER BY 1;
UPDATE shop_settings SET closed_weekdays = NULL;

-- days below 0 that returns or refunds cover; an edit of these alone makes stale
UPDATE daily_records SET revenue = -500 WHERE record_date = '2026-11-11';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
UPDATE daily_records SET returns = 500 WHERE shop_id = 1 AND record_date = '2026-11-11';
UPDATE daily_records SET returns = 700 WHERE shop_id = 2 AND record_date = '2026-11-12';
SELECT shop_id, stale FROM weekly_diagnostics ORDER BY 1;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, rules -> 'DATA_SUSPECT' ->> 'status' AS suspect FROM weekly_diagnostics ORDER BY 1;
ALTER TABLE daily_records ADD COLUMN refunds numeric(12,2);
UPDATE daily_records SET refunds = 200.50, returns = 299.50 WHERE shop_id = 2 AND record_date = '2026-11-11';
UPDATE daily_records SET refunds = 'NaN' WHERE shop_id = 3 AND record_date = '2026-11-11';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, rules -> 'DATA_SUSPECT' ->> 'status' AS suspect, facts ->> 'invalid' AS invalid
  FROM weekly_diagnostics ORDER BY 1;
-- columns of these names that hold no amounts are somebody else's
ALTER TABLE daily_records DROP COLUMN refunds, DROP COLUMN returns;
ALTER TABLE daily_records ADD COLUMN returns text DEFAULT 'none', ADD COLUMN refunds date;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');

-- what check() finds, and what a run leaves alone
INSERT INTO shop_events VALUES (3, '2026-11-10', '2026-11-12', 'Party', 'party'),
  (3, '2026-11-12', '2026-11-10', 'Backwards', 'holiday'), (3, NULL, '2026-11-10', 'Undated', 'holiday');
SELECT object, finding, hint FROM upkeep.check() WHERE object = 'shop_events'::regclass;
DELETE FROM shop_events WHERE name <> 'Party';
SELECT finding FROM upkeep.check() WHERE object = 'shop_events'::regclass;
SET ROLE regress_upkeep_other;
SELECT count(*) FROM upkeep.check() WHERE finding LIKE '%promotion and outage%';
RESET ROLE;
ALTER TABLE shop_events DROP COLUMN kind, DROP COLUMN name;
SELECT object, finding, hint FROM upkeep.check() WHERE object = 'shop_events'::regclass;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
ALTER TABLE shop_events ADD COLUMN kind text, ADD COLUMN name text, ALTER COLUMN ends_on TYPE timestamptz;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
-- another table of that name, a view, and one of another owner
DROP TABLE shop_events;
CREATE TABLE shop_events (shop_id int, kind text, payload jsonb);
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
DROP TABLE shop_events;
CREATE VIEW shop_events AS SELECT 1 AS shop_id, date '2026-11-09' AS starts_on;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
DROP VIEW shop_events;
CREATE TABLE shop_events (shop_id int, starts_on date);
ALTER TABLE shop_events OWNER TO regress_upkeep_other;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) FROM upkeep.check() WHERE object = 'shop_events'::regclass;
DROP TABLE shop_events;
-- shops of another kind
CREATE TABLE shop_events (shop_id text, starts_on date, ends_on date, name text, kind text);
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT finding, hint FROM upkeep.check() WHERE object = 'shop_events'::regclass;
DROP TABLE shop_events;
-- other types; whoever may not read the events does without
CREATE TYPE event_kind AS ENUM ('holiday', 'closed', 'something');
CREATE TABLE shop_events (shop_id bigint, starts_on date, ends_on date, name varchar(20), kind event_kind);
INSERT INTO shop_events VALUES (1, '2026-11-10', '2026-11-12', 'Tet', 'holiday'),
  (1, '2026-11-10', '2026-11-12', 'Else', 'something');
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT events FROM week WHERE shop_id = 1;
GRANT USAGE ON SCHEMA events TO regress_upkeep_other;
GRANT SELECT, INSERT, UPDATE ON daily_records, shop_settings, weekly_diagnostics, action_items TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
RESET ROLE;
SELECT events FROM week WHERE shop_id = 1;
GRANT SELECT ON shop_events TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
RESET ROLE;

-- columns that were somebody's own before there were settings of their names
ALTER TABLE shop_settings DROP COLUMN IF EXISTS closed_weekdays, DROP COLUMN IF EXISTS language;
ALTER TABLE shop_settings ADD COLUMN refund_days int DEFAULT 14, ADD COLUMN events text DEFAULT 'fairs',
  ADD COLUMN closed_weekdays text DEFAULT 'Sunday', ADD COLUMN language int DEFAULT 7;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, facts ->> 'invalid' AS invalid, facts ->> 'language' AS language FROM weekly_diagnostics ORDER BY 1;

-- the tables of an app: older ones get what they lack
SELECT upkeep.create_analytics('events_app');
SET search_path = events_app, public;
INSERT INTO shops (id, name) VALUES ('00000000-0000-0000-0000-000000000001', 'one');
INSERT INTO shop_events (shop_id, starts_on, ends_on, name, kind)
  SELECT id, '2027-02-06', '2027-02-12', 'Tet', 'holiday' FROM shops;
INSERT INTO shop_events (starts_on, ends_on, kind) VALUES ('2027-01-01', '2027-01-01', 'closed');
SELECT s, f.state, f.message FROM unnest(ARRAY[
  $$INSERT INTO shop_events (starts_on, ends_on, kind) VALUES ('2027-01-01', '2027-01-01', 'party')$$,
  $$INSERT INTO shop_events (starts_on, ends_on, kind) VALUES ('2027-01-02', '2027-01-01', 'closed')$$,
  $$INSERT INTO shop_settings (shop_id, closed_weekdays) SELECT id, '{0}' FROM shops$$,
  $$INSERT INTO shop_settings (shop_id, closed_weekdays) SELECT id, '{1,NULL}' FROM shops$$,
  $$INSERT INTO shop_settings (shop_id, closed_weekdays) SELECT id, '{1,2,3,4,5,6,7}' FROM shops$$]) s, failure(s) f;
INSERT INTO shop_settings (shop_id, closed_weekdays, language, aov) SELECT id, '{7,6}', 'vi', 250000 FROM shops;
DELETE FROM shops;
SELECT shop_id, kind FROM shop_events;
DROP TABLE shop_events;
ALTER TABLE shop_settings DROP COLUMN closed_weekdays, DROP COLUMN language, DROP COLUMN aov;
SELECT upkeep.create_analytics('events_app');
SELECT attname FROM pg_attribute WHERE attrelid = 'shop_settings'::regclass
  AND attname IN ('closed_weekdays', 'language', 'aov') ORDER BY 1;
SELECT object, feature FROM upkeep.managed WHERE object = 'shop_events'::regclass;
-- not in place of a table that is something else
DROP TABLE shop_events;
CREATE TABLE shop_events (shop_id uuid, kind text, payload jsonb);
SELECT upkeep.create_analytics('events_app');
SELECT count(*) FROM pg_attribute WHERE attrelid = 'shop_events'::regclass AND attnum > 0;

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA events, events_app CASCADE;
RESET client_min_messages;
