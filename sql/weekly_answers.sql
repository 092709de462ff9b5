-- Answers show in the next run and change nothing else; weeks that older rules have evaluated keep what they were told;
-- titles in the shop's language; the weeks before.
CREATE SCHEMA answers;
SET search_path = answers, public;
CREATE TABLE shop_settings (shop_id int PRIMARY KEY, cogs_ratio numeric, currency text DEFAULT 'VND', language text,
  target_roas numeric);
CREATE TABLE daily_records (shop_id int, record_date date, orders int, revenue bigint, ad_spend bigint, leads int,
  PRIMARY KEY (shop_id, record_date));
CREATE TABLE weekly_diagnostics (id int GENERATED ALWAYS AS IDENTITY, shop_id int, week_start date, week_label text,
  state text, issues jsonb, rules jsonb, facts jsonb, user_responses jsonb DEFAULT '{}', input_digest text,
  stale boolean NOT NULL DEFAULT false, updated_at timestamptz DEFAULT '2020-01-01', UNIQUE (shop_id, week_start));
CREATE TABLE action_items (shop_id int, diagnostic_id int, fingerprint text, code text, action text, params jsonb,
  title text, severity text, impact numeric, status text, first_week date, last_week date, note text, due_on date,
  UNIQUE (shop_id, fingerprint, action));
SELECT upkeep.enable_weekly_diagnostics('daily_records', 'weekly_diagnostics');
CREATE FUNCTION fill(shop int, first date DEFAULT '2026-09-14', last date DEFAULT '2026-11-15',
  factor numeric DEFAULT 1) RETURNS void LANGUAGE sql
  SET search_path = answers AS $$
  INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
  SELECT shop, d::date, 60 * factor, factor * (20000000 + 200000 * ((d::date - date '2026-09-14') / 7 % 4)), 5000000,
    600
  FROM generate_series(first, last, '1 day') d
  ON CONFLICT (shop_id, record_date) DO UPDATE SET revenue = EXCLUDED.revenue, orders = EXCLUDED.orders $$;
-- what has been written since remember()
CREATE VIEW versions AS SELECT 'w' || id AS what, xmin::text AS x, ctid AS z FROM weekly_diagnostics
  UNION ALL SELECT 'i' || shop_id || code || action, xmin::text, ctid FROM action_items;
CREATE TABLE remembered AS SELECT * FROM versions;
CREATE TABLE rows_before AS SELECT * FROM weekly_diagnostics;
CREATE FUNCTION remember() RETURNS void LANGUAGE sql AS 'TRUNCATE answers.remembered, answers.rows_before;
  INSERT INTO answers.remembered SELECT * FROM answers.versions;
  INSERT INTO answers.rows_before SELECT * FROM answers.weekly_diagnostics';
CREATE VIEW written AS SELECT what FROM versions v
  WHERE NOT EXISTS (SELECT FROM remembered r WHERE (r.what, r.x, r.z) = (v.what, v.x, v.z)) ORDER BY what;
-- what has changed in the rows since, apart from responses
CREATE FUNCTION without_responses(issues jsonb) RETURNS jsonb LANGUAGE sql
  AS 'SELECT jsonb_agg(e - ''response'' ORDER BY n) FROM jsonb_array_elements(issues) WITH ORDINALITY i(e, n)';
CREATE VIEW otherwise_changed AS SELECT w.id, key FROM weekly_diagnostics w JOIN rows_before b USING (id),
  LATERAL jsonb_each(to_jsonb(w) || jsonb_build_object('issues', without_responses(w.issues))) new(key, value),
  LATERAL jsonb_each(to_jsonb(b) || jsonb_build_object('issues', without_responses(b.issues))) old(old_key, old_value)
  WHERE key = old_key AND value IS DISTINCT FROM old_value ORDER BY 1, 2;
CREATE VIEW responses AS SELECT shop_id AS shop, week_start, e ->> 'code' AS code, e -> 'response' AS response
  FROM weekly_diagnostics, jsonb_array_elements(issues) WITH ORDINALITY i(e, n) ORDER BY shop_id, week_start, n;
CREATE FUNCTION answer(shop int, week date, rule text, response jsonb) RETURNS void LANGUAGE sql
  SET search_path = answers, pg_catalog AS $$
  UPDATE weekly_diagnostics SET user_responses = user_responses || (SELECT jsonb_object_agg(e ->> 'fingerprint',
      response) FROM jsonb_array_elements(issues) e WHERE e ->> 'code' = rule)
   WHERE (shop_id, week_start) = (shop, week) $$;

INSERT INTO shop_settings (shop_id, cogs_ratio) VALUES (1, 0.45), (2, 0.45);
SELECT fill(1), fill(2), fill(1, '2026-11-09', '2026-11-15', 0.5);
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT code, response FROM responses;

-- an answer: the response, and nothing else; then nothing
SELECT answer(1, '2026-11-09', 'NP_DROP', '{"status": "ack", "note": "campaign", "at": "2026-11-16T08:00:00Z"}');
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-17');
SELECT code, response FROM responses;
SELECT * FROM written;
SELECT * FROM otherwise_changed;
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-18');
SELECT * FROM written;
-- as the function says that a run calls
SELECT issues = upkeep.answered_issues(issues, user_responses, facts) AS same,
  jsonb_path_query_array(upkeep.answered_issues(issues, '{}'), '$[*].response.status') AS without_answers,
  upkeep.answered_issues(NULL, user_responses) IS NULL AS of_null, upkeep.answered_issues('7', '{}') AS of_none
  FROM weekly_diagnostics WHERE shop_id = 1;
-- another answer, one that is not understood, and a snooze that is over when the week was diagnosed
SELECT answer(1, '2026-11-09', 'NP_DROP', '{"status": "done"}'), answer(1, '2026-11-09', 'REV_DROP', '{"status": "?"}'),
  answer(1, '2026-11-09', 'CVR_DROP', '{"status": "snoozed_until", "until": "2026-11-15"}'),
  answer(1, '2026-11-09', 'AD_RATIO_HIGH', '{"status": "snoozed_until", "until": "2026-11-20"}');
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-30');
SELECT code, response ->> 'status' AS status, response ->> 'until' AS until FROM responses;
-- taken back
UPDATE weekly_diagnostics SET user_responses = '{}';
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT DISTINCT response FROM responses;
SELECT * FROM written;
SELECT * FROM otherwise_changed;
UPDATE weekly_diagnostics SET user_responses = NULL;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
UPDATE weekly_diagnostics SET user_responses = '{}';

-- what is dismissed closes what nobody has begun, and nothing else is written of the items
UPDATE action_items SET note = 'mine' WHERE code = 'NP_DROP' AND action = 'REVIEW_COSTS';
SELECT answer(1, '2026-11-09', 'NP_DROP', '{"status": "dismissed"}');
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT * FROM written;
SELECT action, status FROM action_items WHERE code = 'NP_DROP' ORDER BY 1;

-- what held in the week before comes back when this week's answer is taken back
SELECT fill(1, '2026-11-16', '2026-11-22', 0.5), fill(2, '2026-11-16', '2026-11-22');
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-23');
SELECT answer(1, '2026-11-16', 'NP_DROP', '{"status": "ack"}');
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-23');
SELECT response -> 'status' AS status, response -> 'week' AS week FROM responses
  WHERE code = 'NP_DROP' AND week_start = '2026-11-16';
UPDATE weekly_diagnostics SET user_responses = '{}' WHERE week_start = '2026-11-16';
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-23');
SELECT response -> 'status' AS status, response -> 'week' AS week FROM responses
  WHERE code = 'NP_DROP' AND week_start = '2026-11-16';
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-16', today => '2026-11-23');
SELECT * FROM written;

-- a closed week that older rules have evaluated keeps what it was told; answers show all the same
UPDATE weekly_diagnostics SET facts = facts || '{"version": 0}', input_digest = 'of older rules',
  issues = jsonb_set(issues, '{0,observed}', '"as told"') WHERE shop_id = 1 AND week_start = '2026-11-09';
UPDATE shop_settings SET target_roas = 9 WHERE shop_id = 1;
SELECT answer(1, '2026-11-09', 'REV_DROP', '{"status": "ack"}');
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', '2026-11-30');
SELECT * FROM written;
SELECT * FROM otherwise_changed;
SELECT response ->> 'status' AS status FROM responses WHERE code = 'REV_DROP' AND week_start = '2026-11-09';
SELECT remember();
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', '2026-11-30');
SELECT * FROM written;
-- unless a day of it is edited, whether that is noticed or not
UPDATE daily_records SET leads = leads WHERE shop_id = 1;
BEGIN;
SET LOCAL upkeep.pause = 'weekly_diagnostics';
UPDATE daily_records SET leads = leads + 1 WHERE shop_id = 1 AND record_date = '2026-09-20';
COMMIT;
SELECT stale FROM weekly_diagnostics WHERE shop_id = 1 AND week_start = '2026-11-09';
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', '2026-11-30');
SELECT key FROM otherwise_changed;
SELECT issues -> 0 ->> 'observed' <> 'as told' AS is_renewed, facts -> 'version' <> '0' AS by_these_rules
  FROM weekly_diagnostics WHERE shop_id = 1 AND week_start = '2026-11-09';
UPDATE weekly_diagnostics SET facts = facts || '{"version": 0}', input_digest = 'of older rules', stale = true
  WHERE week_start = '2026-11-09';
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-30');
SELECT shop_id, facts -> 'version' <> '0' AS by_these_rules FROM weekly_diagnostics WHERE week_start = '2026-11-09'
  ORDER BY 1;
-- an open one speaks the new language
CALL upkeep.run_weekly_diagnostics('2026-11-23', today => '2026-11-27');
UPDATE weekly_diagnostics SET facts = facts || '{"version": 0}', input_digest = 'of older rules'
  WHERE week_start = '2026-11-23';
CALL upkeep.run_weekly_diagnostics('2026-11-23', today => '2026-11-27');
SELECT shop_id, facts -> 'version' <> '0' AS by_these_rules FROM weekly_diagnostics WHERE week_start = '2026-11-23'
  ORDER BY 1;
DELETE FROM weekly_diagnostics WHERE week_start = '2026-11-23';

-- titles in the shop's language; those that somebody has begun with, or written, stay
TRUNCATE weekly_diagnostics, action_items;
UPDATE shop_settings SET target_roas = NULL, language = CASE shop_id WHEN 1 THEN 'de' ELSE 'fr' END;
INSERT INTO upkeep.wordings VALUES ('REVIEW_COSTS', 'fr', 'Revoir les coûts'), ('CHECK_STOCK', 'de', 'Lager prüfen!');
SELECT fill(2, '2026-11-09', '2026-11-15', 0.5);
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, action, title FROM action_items WHERE code IN ('NP_DROP', 'REV_DROP') ORDER BY shop_id, code, action;
UPDATE action_items SET note = 'begun' WHERE shop_id = 1 AND action = 'REVIEW_COSTS';
UPDATE action_items SET title = 'Mine' WHERE shop_id = 1 AND action = 'CHECK_STOCK';
UPDATE shop_settings SET language = CASE shop_id WHEN 1 THEN 'vi' ELSE 'xx' END;
UPDATE weekly_diagnostics SET stale = true;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT shop_id, action, title FROM action_items WHERE code IN ('NP_DROP', 'REV_DROP') ORDER BY shop_id, code, action;
UPDATE shop_settings SET language = NULL;
UPDATE weekly_diagnostics SET stale = true;
CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16');
SELECT action, title FROM action_items WHERE code IN ('NP_DROP', 'REV_DROP') AND shop_id = 1 ORDER BY code, action;
DELETE FROM upkeep.wordings;

-- the weeks before: those that were diagnosed, twelve with this one
TRUNCATE weekly_diagnostics, action_items, daily_records;
SELECT fill(1, '2026-06-01', '2026-11-15'), fill(1, '2026-10-19', '2026-10-25', 0.8),
  fill(1, '2026-11-02', '2026-11-08', 0.5);
SET client_min_messages = warning;
DO $$ BEGIN FOR week IN 0..15 LOOP CONTINUE WHEN week = 10;
  CALL upkeep.run_weekly_diagnostics(date '2026-07-27' + 7 * week, '1', '2026-11-16'); END LOOP; END $$;
RESET client_min_messages;
SELECT h ->> 'week_start' AS week_start, h ->> 'state' AS state
  FROM weekly_diagnostics, jsonb_array_elements(facts -> 'history') h WHERE week_start = '2026-11-09';
SELECT facts -> 'history' AS history FROM weekly_diagnostics WHERE week_start = '2026-07-27';
-- a week that older rules wrote is asked for its issues; what is absent does not count; a shop without days is unknown
UPDATE weekly_diagnostics SET facts = facts - 'history', rules = CASE WHEN week_start <> '2026-09-21' THEN rules END;
UPDATE weekly_diagnostics SET stale = true WHERE week_start = '2026-11-09';
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', '2026-11-16');
SELECT string_agg(concat_ws(' ', h ->> 'week_start', h ->> 'state'), ', ' ORDER BY n) AS history
  FROM weekly_diagnostics, jsonb_array_elements(facts -> 'history') WITH ORDINALITY i(h, n)
  WHERE week_start = '2026-11-09';
CALL upkeep.run_weekly_diagnostics('2026-11-23', '2', '2026-11-24');
SELECT facts -> 'history' AS history FROM weekly_diagnostics WHERE shop_id = 2;

-- tables without answers, facts or digests
ALTER TABLE weekly_diagnostics DROP COLUMN facts;
SELECT answer(1, '2026-11-09', 'NP_DROP', '{"status": "snoozed_until", "until": "2026-11-16"}');
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', '2026-11-16');
CALL upkeep.run_weekly_diagnostics('2026-11-09', '1', '2026-11-16');
SELECT answer(1, '2026-11-02', 'NP_DROP', '{"status": "ack"}');
ALTER TABLE weekly_diagnostics DROP COLUMN input_digest;
CALL upkeep.run_weekly_diagnostics('2026-11-02', '1', '2026-11-16');
CALL upkeep.run_weekly_diagnostics('2026-11-02', '1', '2026-11-16');
ALTER TABLE weekly_diagnostics DROP COLUMN user_responses;
CALL upkeep.run_weekly_diagnostics('2026-10-26', '1', '2026-11-16');

RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA answers CASCADE;
