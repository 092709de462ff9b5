-- What was decided about ads in a week, and how the month goes on, are among the facts of the week's diagnosis.
SELECT upkeep.create_analytics('weekly_ads');
SET search_path = weekly_ads, public;
INSERT INTO users (email) VALUES ('owner@example.com');
INSERT INTO shops (id, owner_id, name) SELECT format('00000000-0000-0000-0000-00000000000%s', n)::uuid, users.id,
  'shop ' || n FROM users, generate_series(1, 3) n;
INSERT INTO shop_settings (shop_id, cogs_ratio, desired_net_margin) SELECT id, 0.5, 0.1 FROM shops;
-- a day of a weekend brings twice what another brings; 5 November is missing
INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT shops.id, d::date, n * 5, n * 1000000, 300000, 60
  FROM shops, generate_series(date '2026-09-14', '2026-11-15', '1 day') d,
    LATERAL (SELECT 1 + extract(isodow FROM d)::int / 6 AS n) x WHERE d <> '2026-11-05';
INSERT INTO monthly_goals (shop_id, month, revenue_target) SELECT id, '2026-11-01', 50000000 FROM shops
  WHERE name <> 'shop 3';
CREATE VIEW ads AS SELECT s.name, a.* FROM weekly_diagnostics w
  JOIN shops s ON s.id = w.shop_id, jsonb_to_recordset(facts -> 'ads')
  a(campaign text, decided_on date, decision text, spend text, orders text, reason text, rule text, cpa text,
    break_even_cpa text, aov_source text) ORDER BY 1, 2;
CREATE TABLE remembered AS SELECT ctid AS place, input_digest FROM weekly_diagnostics;
CREATE FUNCTION remember() RETURNS void LANGUAGE sql AS 'TRUNCATE weekly_ads.remembered; '
  'INSERT INTO weekly_ads.remembered SELECT ctid, input_digest FROM weekly_ads.weekly_diagnostics';
CREATE VIEW written AS SELECT s.name FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id
  WHERE NOT EXISTS (SELECT FROM remembered r WHERE r.place = w.ctid AND r.input_digest = w.input_digest) ORDER BY 1;
SET client_min_messages = warning;

-- of each campaign the latest decision of the week, whoever made it; not those of other weeks
INSERT INTO ad_decisions (shop_id, campaign, decided_on, spend, orders, revenue, leads, decision)
  SELECT s.id, v.campaign, v.decided_on::date, v.spend, v.orders, v.orders * 400000, v.orders * 10, v.decision
  FROM shops s, (VALUES
    ('search', '2026-11-08', 300000, 9, NULL), ('search', '2026-11-09', 1000000, 12, NULL),
    ('search', '2026-11-15', 2700000, 30, NULL), ('search', '2026-11-16', 1, 1, NULL),
    ('video', '2026-11-12', 4000000, 4, NULL),
    ('video', '2026-11-13', 4100000, 4, 'KEEP'), ('old', '2026-11-11', NULL, NULL, 'PAUSE'),
    (NULL, '2026-11-11', NULL, 2, NULL)) v(campaign, decided_on, spend, orders, decision)
  WHERE s.name = 'shop 1';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM ads;
SELECT name, facts ? 'ads' AS has_ads FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id ORDER BY 1;
SELECT regexp_substr(upkeep.weekly_report(to_jsonb(w)), '## Ads.*?(?=\n## )') AS report FROM weekly_diagnostics w
  WHERE facts ? 'ads';

-- what the month comes to, day by day: as recorded to the 15th, with nothing on the missing day; then as projected,
-- which counts that day too
SELECT jsonb_array_length(g -> 'path') AS days, g ->> 'so_far' AS so_far, g -> 'path' ->> 14 AS mid_month,
  g ->> 'projected' AS projected, g -> 'path' ->> 29 AS at_its_end, g -> 'path' ->> 3 = g -> 'path' ->> 4 AS missing_day
FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id, LATERAL (SELECT facts -> 'goal' AS g) x
WHERE name = 'shop 1';
SELECT n AS day, to_char(date '2026-10-31' + n::int, 'Dy') AS weekday,
  (v ->> 0)::bigint - lag((v ->> 0)::bigint, 1, 0::bigint) OVER (ORDER BY n) AS brings
FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id,
  jsonb_array_elements(facts -> 'goal' -> 'path') WITH ORDINALITY p(e, n), LATERAL (SELECT jsonb_build_array(e) AS v) x
WHERE name = 'shop 1' AND n BETWEEN 13 AND 20 ORDER BY n;
SELECT jsonb_typeof(facts -> 'goal') AS goal FROM weekly_diagnostics w JOIN shops s ON s.id = w.shop_id
  WHERE name = 'shop 3';

-- its end is what is projected, and a month that is over what it brought,
-- though fractions of so many digits are not exact
SELECT count(*) AS weeks, count(*) FILTER (WHERE g -> 'path' ->> -1 <> g ->> 'projected') AS other_ends,
  count(*) FILTER (WHERE week = '2027-02-22') AS at_the_end,
  count(*) FILTER (WHERE week = '2027-02-22' AND g ->> 'projected' <> g ->> 'so_far') AS other_sums
FROM generate_series(1, 400) i, LATERAL (SELECT date '2026-11-09' + 7 * (i % 16)) w(week),
  LATERAL (SELECT upkeep.diagnose(d::date, 5::bigint,
  round((1 + i * 1.37) * (1000003.13 + extract(isodow FROM d) * 77777.77), 4),
  300000.5, 60::bigint, week, '{"cogs_ratio": 0.5, "revenue_target": 50000000}', week + 7) -> 'facts' -> 'goal' AS g
  FROM generate_series(week - 56, week + 6, '1 day') d) x;

-- run again, in a session with other settings too, nothing is written; a decision more, and its shop is written
SELECT remember();
SET DateStyle = 'German';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
RESET DateStyle;
SELECT * FROM written;
INSERT INTO ad_decisions (shop_id, campaign, decided_on, spend, orders, revenue, aov)
  SELECT id, 'new', '2026-11-14', 5000000, 0, 0, 400000 FROM shops WHERE name = 'shop 2';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM written;
SELECT * FROM ads WHERE name = 'shop 2';
-- two on one day: the one that was made later
SELECT remember();
INSERT INTO ad_decisions (shop_id, campaign, decided_on, spend, orders, revenue, decision, created_at)
  SELECT id, 'new', '2026-11-14', 1, 0, 0, d, c::timestamptz
  FROM shops, (VALUES ('KEEP', '2100-01-01'), ('SCALE', '2000-01-01')) v(d, c) WHERE name = 'shop 2';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT name, campaign, decision, rule FROM ads WHERE name = 'shop 2';
-- all else alike: the same one, in whatever order they lie
SELECT remember();
UPDATE ad_decisions SET spend = 1, evidence = NULL, created_at = '2100-01-01';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT remember();
UPDATE ad_decisions SET orders = orders WHERE decision = (SELECT decision FROM ads WHERE name = 'shop 2');
VACUUM FULL ad_decisions;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM written;
-- all taken back: as before
SELECT remember();
DELETE FROM ad_decisions;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM written;
SELECT count(*) FROM weekly_diagnostics WHERE facts ? 'ads';

-- a table of one's own, with as little as may be; and what is no such table
ALTER TABLE ad_decisions RENAME TO others;
CREATE TYPE choice AS ENUM ('KILL', 'KEEP', 'SCALE');
CREATE TABLE ad_decisions (shop_id uuid, campaign int, decided_on date, decision choice, evidence text);
INSERT INTO ad_decisions SELECT id, c, '2026-11-15', 'SCALE', 'why not' FROM shops, generate_series(9, 11) c
  WHERE name = 'shop 3';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT name, campaign, decided_on, decision, spend, reason FROM ads;
ALTER TABLE ad_decisions ALTER decided_on TYPE timestamptz;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) FROM ads;
ALTER TABLE ad_decisions ALTER decided_on TYPE date;
ALTER TABLE ad_decisions ALTER shop_id TYPE text;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) AS of_other_shops FROM ads;
ALTER TABLE ad_decisions ALTER shop_id TYPE uuid USING shop_id::uuid;
-- what cannot be sorted, or is no jsonb, hinders no run; what reads otherwise in another session is not among the facts
ALTER TABLE ad_decisions ALTER campaign TYPE text, ALTER evidence TYPE json USING NULL, ADD created_at json,
  ADD spend json DEFAULT '{}';
UPDATE ad_decisions SET evidence = CASE campaign WHEN '9' THEN '{"reason": "\u0000"}'
  WHEN '10' THEN '{"cpa": 1e999999, "reason": "too_young"}' ELSE '["reason"]' END::json;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT name, campaign, decision, reason, cpa FROM ads;
ALTER TABLE ad_decisions ALTER campaign TYPE date USING date '2026-11-01' + campaign::int;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) AS of_dates FROM ads;
ALTER TABLE ad_decisions ALTER campaign TYPE int USING campaign - date '2026-11-01';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
-- who may not read it runs without it, as before there was one
CREATE ROLE regress_upkeep_runner;
GRANT USAGE ON SCHEMA weekly_ads TO regress_upkeep_runner;
GRANT ALL ON daily_records, shop_settings, weekly_diagnostics, action_items, shops,
  monthly_goals TO regress_upkeep_runner;
SET ROLE regress_upkeep_runner;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
RESET ROLE;
SELECT count(*) AS of_a_runner FROM ads;
-- nor who would see some of its rows only, or an error, where he sees all days
CREATE POLICY own ON ad_decisions USING (shop_id = current_setting('app.shop')::uuid);
ALTER TABLE ad_decisions ENABLE ROW LEVEL SECURITY;
GRANT ALL ON ad_decisions TO regress_upkeep_runner;
SET ROLE regress_upkeep_runner;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
RESET ROLE;
SELECT count(*) AS of_a_filtered_runner FROM ads;
CREATE POLICY every ON daily_records USING (true);
ALTER TABLE daily_records ENABLE ROW LEVEL SECURITY;
SET app.shop = '00000000-0000-0000-0000-000000000003';
SET ROLE regress_upkeep_runner;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
RESET ROLE;
SELECT count(*) AS where_days_are_filtered_too FROM ads;
ALTER TABLE daily_records DISABLE ROW LEVEL SECURITY;
ALTER TABLE ad_decisions DISABLE ROW LEVEL SECURITY;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) AS of_the_owner FROM ads;
ALTER TABLE ad_decisions OWNER TO regress_upkeep_other;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT count(*) AS of_another_owner FROM ads;
ALTER TABLE ad_decisions OWNER TO CURRENT_USER;

-- operators and functions of one's own in the search_path are not asked
CREATE SCHEMA weekly_ads_hostile;
CREATE FUNCTION weekly_ads_hostile.no(uuid, uuid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE ''asked''; END';
CREATE FUNCTION weekly_ads_hostile.no(date, date) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE ''asked''; END';
CREATE FUNCTION weekly_ads_hostile.no(text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''asked''; END';
CREATE FUNCTION weekly_ads_hostile.jsonb_set(jsonb, text[], jsonb) RETURNS jsonb LANGUAGE plpgsql
  AS 'BEGIN RAISE ''asked''; END';
CREATE OPERATOR weekly_ads_hostile.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = weekly_ads_hostile.no);
CREATE OPERATOR weekly_ads_hostile.>= (LEFTARG = date, RIGHTARG = date, FUNCTION = weekly_ads_hostile.no);
CREATE OPERATOR weekly_ads_hostile.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = weekly_ads_hostile.no);
SET search_path = weekly_ads_hostile, weekly_ads, pg_catalog;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SET search_path = weekly_ads, public;
SELECT count(*) FROM ads;
RESET search_path;
DROP SCHEMA weekly_ads, weekly_ads_hostile CASCADE;
DROP ROLE regress_upkeep_runner;
RESET client_min_messages;
