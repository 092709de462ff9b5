-- goal_pace: how a month goes on towards its goal, by what the weekdays weigh.
CREATE SCHEMA pacing;
SET search_path = pacing, public;
CREATE TABLE daily_records (shop_id int, record_date date, revenue bigint, net_profit bigint,
  PRIMARY KEY (shop_id, record_date));
CREATE TABLE monthly_goals (shop_id int, month date, revenue_target bigint, profit_target bigint,
  PRIMARY KEY (shop_id, month));
-- Monday to Friday weigh 1, Saturday 2, Sunday 1.5, for eight weeks to 8 November 2026
CREATE FUNCTION weight(day date) RETURNS numeric LANGUAGE sql
  AS $$ SELECT CASE extract(isodow FROM day) WHEN 6 THEN 2 WHEN 7 THEN 1.5 ELSE 1 END $$;
INSERT INTO daily_records SELECT 1, d::date, 2700000 * weight(d::date), -100000
  FROM generate_series(date '2026-09-14', '2026-11-08', '1 day') d;
INSERT INTO monthly_goals VALUES (1, '2026-11-01', 100000000, 5000000);
SELECT metric, target, so_far, projected, pace, days_missing FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
SELECT metric, required -> '2026-11-09' AS monday, required -> '2026-11-14' AS saturday,
  required -> '2026-11-08' AS yesterday, (SELECT count(*) FROM jsonb_object_keys(required)) AS days,
  (SELECT sum(value::numeric) FROM jsonb_each_text(required)) AS together
  FROM upkeep.goal_pace('1', '2026-11-30', '2026-11-09');
-- a million times as much is no less exact
BEGIN;
UPDATE daily_records SET revenue = revenue * 1000000;
UPDATE monthly_goals SET revenue_target = revenue_target * 1000000;
SELECT projected, required -> '2026-11-09' AS monday FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09')
  WHERE metric = 'revenue';
-- a statement sees what there was when it began, not what it writes
DELETE FROM daily_records;
ALTER TABLE daily_records DROP CONSTRAINT daily_records_pkey;
INSERT INTO daily_records SELECT 1, '2026-11-01', so_far + 1 FROM generate_series(1, 3) n,
  LATERAL (SELECT so_far FROM upkeep.goal_pace(left('1', n), '2026-11-01', '2026-11-09') WHERE metric = 'revenue') p
  RETURNING revenue;
ROLLBACK;
-- the naive projection says that the month is on track
SELECT sum(revenue) * 30 / 8 AS naive FROM daily_records WHERE record_date >= '2026-11-01';
-- today does not count, nor does what comes
INSERT INTO daily_records SELECT 1, d::date, 1, 1 FROM generate_series(date '2026-11-09', '2026-11-12', '1 day') d;
SELECT metric, so_far, projected FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
DELETE FROM daily_records WHERE record_date >= '2026-11-09';
-- a day is missing
BEGIN;
DELETE FROM daily_records WHERE record_date = '2026-11-05';
UPDATE daily_records SET revenue = revenue - 300000 WHERE record_date = '2026-11-02';
SELECT metric, so_far, projected, pace, days_missing FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
-- NULL is no record
UPDATE daily_records SET revenue = NULL WHERE record_date = '2026-11-02';
SELECT metric, so_far, projected, pace, days_missing FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
ROLLBACK;
-- under four complete weeks every day weighs the same
BEGIN;
DELETE FROM daily_records WHERE record_date < '2026-10-12' OR record_date = '2026-10-13';
SELECT metric, so_far, projected FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
INSERT INTO daily_records VALUES (1, '2026-10-13', 2700000, 0);
SELECT metric, so_far, projected FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
ROLLBACK;
-- the first day of the month, one that is over, one to come; a goal that is reached, of nothing, and none
SELECT metric, target, so_far, projected, pace, required ->> '2026-11-01' AS first, days_missing
  FROM upkeep.goal_pace('1', '2026-11-15', '2026-11-01');
SELECT * FROM upkeep.goal_pace('1', '2026-11-01', '2026-12-09');
SELECT metric, target, so_far, projected, pace, required ->> '2026-12-01' AS first, days_missing
  FROM upkeep.goal_pace('1', '2026-12-01', '2026-11-09');
INSERT INTO monthly_goals VALUES (1, '2026-12-01', 310000000, NULL);
SELECT metric, target, so_far, projected, pace, required ->> '2026-12-01' AS first, days_missing
  FROM upkeep.goal_pace('1', '2026-12-01', '2026-11-09');
UPDATE monthly_goals SET revenue_target = 20000000, profit_target = 0;
SELECT metric, target, so_far, projected, pace, required ->> '2026-11-09' AS today
  FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
UPDATE monthly_goals SET revenue_target = 0, profit_target = -500000;
SELECT metric, target, so_far, projected, pace, required ->> '2026-11-09' AS today
  FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
DELETE FROM monthly_goals;
SELECT * FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
SELECT * FROM upkeep.goal_pace('2', '2026-11-01', '2026-11-09');

-- a shop without Sundays says the same as one with zeros on them
CREATE SCHEMA open_days;
SET search_path = open_days, public;
CREATE TABLE daily_records (shop_id int, record_date date, revenue bigint, PRIMARY KEY (shop_id, record_date));
CREATE TABLE monthly_goals (shop_id int, month date, revenue_target bigint, PRIMARY KEY (shop_id, month));
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, closed_weekdays int[], week_start_day smallint);
CREATE TABLE shop_events (shop_id int, starts_on date, ends_on date, name text, kind text);
INSERT INTO daily_records SELECT 1, d, 10000
  FROM generate_series(date '2026-06-01', '2026-11-21', '1 day') d WHERE extract(isodow FROM d) < 7;
INSERT INTO daily_records SELECT 2, d, CASE WHEN extract(isodow FROM d) < 7 THEN 10000 ELSE 0 END
  FROM generate_series(date '2026-06-01', '2026-11-22', '1 day') d;
INSERT INTO monthly_goals SELECT s, '2026-11-01', 280000 FROM generate_series(1, 3) s;
CREATE FUNCTION paced(shop text, today date DEFAULT '2026-11-23')
  RETURNS TABLE (so_far numeric, projected numeric, pace numeric, days_missing int, days text) LANGUAGE sql AS $$
  SELECT so_far, projected, pace, days_missing, (SELECT string_agg(to_char(key::date, 'FMDD') || ': ' || value, ', '
    ORDER BY key) FROM jsonb_each_text(required))
  FROM upkeep.goal_pace(shop, '2026-11-01', today) WHERE metric = 'revenue' $$;
SELECT * FROM paced('1');
SELECT * FROM paced('2');
-- under four weeks with rows nothing is closed, unless the shop says so
INSERT INTO daily_records SELECT 3, d, 10000
  FROM generate_series(date '2026-11-02', '2026-11-21', '1 day') d WHERE extract(isodow FROM d) < 7;
SELECT * FROM paced('3');
INSERT INTO shop_settings VALUES (3, '{7}', 1);
SELECT * FROM paced('3');
-- what it says decides, also where it says that nothing is closed
INSERT INTO shop_settings VALUES (1, '{}', NULL), (2, '{6,7}', NULL);
SELECT * FROM paced('1');
SELECT * FROM paced('2');
UPDATE shop_settings SET closed_weekdays = NULL;
-- a Sunday that was opened for once comes on top, and counts for no other
INSERT INTO daily_records VALUES (1, '2026-11-15', 7000);
SELECT * FROM paced('1');
DELETE FROM daily_records WHERE shop_id = 1 AND record_date = '2026-11-15';
-- a week with a missing day is not complete, one without a closed day is; weeks begin as the shop's do
UPDATE daily_records SET revenue = 40000 WHERE shop_id = 1 AND extract(isodow FROM record_date) = 6;
SELECT * FROM paced('1');
DELETE FROM daily_records WHERE shop_id = 1
  AND (record_date < '2026-10-01' OR record_date IN ('2026-10-07', '2026-10-12', '2026-10-19', '2026-10-24'));
SELECT * FROM paced('1');
UPDATE shop_settings SET week_start_day = 4 WHERE shop_id = 1;
SELECT * FROM paced('1');
-- on a day of a closed event nothing is expected, and it is not missing; an outage is, whatever is recorded
INSERT INTO shop_events VALUES (NULL, '2026-11-24', '2026-11-25', 'stocktaking', 'closed'),
  (2, '2026-11-17', '2026-11-17', 'moving', 'closed'), (2, '2026-11-18', '2026-11-18', 'tracking', 'outage'),
  (1, '2026-11-03', '2026-11-03', 'another shop''s', 'closed'), (2, '2026-11-19', '2026-11-19', 'sale', 'promotion'),
  (2, '2026-11-20', '2026-11-20', 'feast', 'holiday');
DELETE FROM daily_records WHERE shop_id = 2 AND record_date = '2026-11-17';
SELECT * FROM paced('2');
-- such days make no habits: their weeks do not count for the weights
INSERT INTO shop_events VALUES (2, '2026-09-28', '2026-10-25', 'works', 'outage');
UPDATE daily_records SET revenue = 1 WHERE shop_id = 2 AND record_date BETWEEN '2026-09-28' AND '2026-10-25';
SELECT * FROM paced('2');
-- what is no weekday; two rows of a shop; tables that cannot be used are not used
UPDATE shop_settings SET closed_weekdays = '{8}' WHERE shop_id = 1;
UPDATE shop_settings SET closed_weekdays = '{NULL,7}' WHERE shop_id = 2;
UPDATE shop_settings SET week_start_day = 9 WHERE shop_id = 3;
SELECT s, f.* FROM generate_series(1, 3) s, failure(format('SELECT paced(''%s'')', s)) f;
UPDATE shop_settings SET closed_weekdays = NULL, week_start_day = NULL;
ALTER TABLE shop_settings DROP CONSTRAINT shop_settings_pkey;
INSERT INTO shop_settings VALUES (1, '{1,2}', 1);
SELECT * FROM failure('SELECT paced(''1'')');
ALTER TABLE shop_settings OWNER TO regress_upkeep_other;
ALTER TABLE shop_events ALTER starts_on TYPE timestamp;
SELECT * FROM paced('1');
ALTER TABLE shop_settings OWNER TO CURRENT_USER;
ALTER TABLE shop_settings ALTER shop_id TYPE text;
SELECT * FROM paced('1');
DROP TABLE shop_settings, shop_events;
-- the caller need not be allowed to read them
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, closed_weekdays int[]);
INSERT INTO shop_settings VALUES (1, '{1,2,3}');
GRANT USAGE ON SCHEMA open_days TO regress_upkeep_other;
GRANT SELECT ON daily_records, monthly_goals TO regress_upkeep_other;
SELECT so_far, projected FROM paced('1');
SET ROLE regress_upkeep_other;
SELECT so_far, projected FROM paced('1');
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA open_days CASCADE;
RESET client_min_messages;
SET search_path = pacing, public;

-- what cannot be
INSERT INTO monthly_goals VALUES (1, '2026-11-01', 100000000, 5000000), (1, '2026-11-02', 1, 1);
SELECT a, f.* FROM unnest(ARRAY['NULL, ''2026-11-01'', ''2026-11-09''', '''1'', NULL, ''2026-11-09''',
  '''1'', ''2026-11-01'', NULL', '''1'', ''infinity'', ''2026-11-09''', '''1'', ''2026-11-01'', ''-infinity''',
  '''one'', ''2026-11-01'', ''2026-11-09''',
  '''1'', ''2026-11-01'', ''2026-11-09''', '''1'', ''2026-11-01'', ''2026-11-09'', ''monthly_goals''',
  '''1'', ''2026-11-01'', ''2026-11-09'', ''pg_class'', ''monthly_goals''',
  '''1'', ''2026-11-01'', ''2026-11-09'', 0']) a, failure('SELECT upkeep.goal_pace(' || a || ')') f;
DELETE FROM monthly_goals WHERE month = '2026-11-02';
SET search_path = public;
SELECT * FROM failure('SELECT upkeep.goal_pace(''1'', ''2026-11-01'', ''2026-11-09'')');
SELECT metric, so_far
  FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09', 'pacing.daily_records', 'pacing.monthly_goals');
SET search_path = pacing, public;
ALTER TABLE daily_records RENAME revenue TO turnover;
SELECT * FROM failure('SELECT upkeep.goal_pace(''1'', ''2026-11-01'', ''2026-11-09'')');
ALTER TABLE daily_records RENAME turnover TO revenue;
-- only what a table has
ALTER TABLE daily_records DROP COLUMN net_profit;
ALTER TABLE monthly_goals DROP COLUMN profit_target;
SELECT metric, target, so_far FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');
ALTER TABLE monthly_goals DROP COLUMN revenue_target;
SELECT metric, target, so_far, required FROM upkeep.goal_pace('1', '2026-11-01', '2026-11-09');

-- other types, partitions, views; a key of text with quotes
CREATE TABLE "Days" (note text, gone int, shop_id text, net_profit numeric(12,2), revenue numeric(12,2),
  record_date date NOT NULL) PARTITION BY RANGE (record_date);
ALTER TABLE "Days" DROP COLUMN gone;
CREATE TABLE "Days 1" PARTITION OF "Days" FOR VALUES FROM ('2026-01-01') TO ('2026-11-01');
CREATE TABLE "Days 2" PARTITION OF "Days" DEFAULT;
INSERT INTO "Days" SELECT NULL, 'O''Brien', -10.25, 2700.50 * weight(d::date), d::date
  FROM generate_series(date '2026-09-14', '2026-11-08', '1 day') d;
INSERT INTO "Days" VALUES (NULL, 'O''Brien', 'NaN', 'NaN', '2026-11-09');
CREATE TABLE "Goals" (shop_id varchar(20), month date, revenue_target numeric, profit_target numeric);
INSERT INTO "Goals" VALUES ('O''Brien', '2026-11-01', 100000, -100.5);
CREATE VIEW days_seen AS SELECT * FROM "Days" WHERE note IS NULL;
SELECT metric, target, so_far, projected, pace, required -> '2026-11-11' AS wednesday, days_missing
  FROM upkeep.goal_pace('O''Brien', '2026-11-01', '2026-11-10', '"Days"', '"Goals"');
SELECT metric, so_far FROM upkeep.goal_pace('O''Brien', '2026-11-01', '2026-11-10', 'days_seen', '"Goals"');

-- it reads with the rights of the caller, and through his policies
GRANT USAGE ON SCHEMA pacing TO regress_upkeep_other;
GRANT SELECT ON "Goals" TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message
  FROM failure($$SELECT upkeep.goal_pace('O''Brien', '2026-11-01', '2026-11-10', 'pacing."Days"', 'pacing."Goals"')$$);
RESET ROLE;
GRANT SELECT ON "Days" TO regress_upkeep_other;
ALTER TABLE "Days" ENABLE ROW LEVEL SECURITY;
CREATE POLICY november ON "Days" USING (record_date > '2026-11-04');
SET ROLE regress_upkeep_other;
SELECT metric, so_far, days_missing
  FROM upkeep.goal_pace('O''Brien', '2026-11-01', '2026-11-10', 'pacing."Days"', 'pacing."Goals"');
RESET ROLE;
-- a hostile search_path
CREATE FUNCTION lies(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = lies);
CREATE FUNCTION lies(date, date) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR >= (LEFTARG = date, RIGHTARG = date, FUNCTION = lies);
CREATE OPERATOR < (LEFTARG = date, RIGHTARG = date, FUNCTION = lies);
CREATE DOMAIN numeric AS text;
SET search_path = pacing, pg_catalog, public;
INSERT INTO "Days" VALUES (NULL, 'other', 1000, 1000, '2026-11-01');
SELECT metric, target, so_far, days_missing
  FROM upkeep.goal_pace('O''Brien', '2026-11-01', '2026-11-10', '"Days"', '"Goals"');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA pacing CASCADE;
