-- A diagnosis as a page, in markdown and HTML, in the languages that are built in and in others.
CREATE TABLE report_rows AS SELECT
  '{"week_start": "2026-11-09", "week_label": "2026-W46", "state": "closed", "stale": false, '
  '"shop_name": "Hoa & Quà <Sài Gòn>"}'::jsonb
  || '{"issues": [{"code": "NP_DROP", "severity": "critical", "metric": "net_profit", "observed": "1260000", '
    '"expected": "4800000", "baseline": {"method": "mean", "n": 8, "mean": "4800000", "sd": "160000", "weeks": []}, '
    '"threshold": {"warning": 0.2, "critical": 0.4, "source": "default"}, "delta_abs": "-3540000", '
    '"delta_pct": -73.75, "test": null, "impact": "3540000", "confidence": "high", "drivers": [{"driver": "leads", '
    '"amount": "575792"}, {"driver": "cvr", "amount": "-2276958"}, {"driver": "aov", "amount": "-512959"}, '
    '{"driver": "cogs", "amount": "-445875"}, {"driver": "cpl", "amount": "-880000"}], "evidence": {"days_present": 7, '
    '"days_expected": 7}, "message": {"en": "Net profit was ₫1,260,000.", "vi": "Lợi nhuận ròng là 1.260.000 ₫.", '
    '"de": "Der Nettogewinn betrug 1.260.000 ₫."}, "actions": [{"code": "REVIEW_DRIVERS", "params": {}}, '
    '{"code": "REVIEW_COSTS", "params": {}}], "baseline_state": "updated", "response": {"status": "reopened", '
    '"was": "ack", "until": null, "note": "ask *the* supplier", "week": "previous"}}, {"code": "CPL_SPIKE", '
    '"severity": "warning", "metric": "cpl", "impact": "960000", "confidence": "low", "drivers": null, '
    '"message": {"en": "A lead cost ₫12,000.", "vi": "Mỗi khách tiềm năng tốn 12.000 ₫.", '
    '"de": "Ein Lead kostete 12.000 ₫."}, "actions": [{"code": "REFRESH_CREATIVES", "params": {}}], '
    '"baseline_state": "new", "response": {"status": "snoozed_until", "until": "2026-11-23", "note": null, '
    '"week": "this"}}, {"code": "LEADS_DROP", "severity": "warning", "impact": null, "actions": [], '
    '"baseline_state": "absent", "response": null}]}'::jsonb
  || '{"rules": {"NP_DROP": {"status": "FIRED", "severity": "critical"}, '
    '"ROAS_BELOW_TARGET": {"status": "NOT_EVALUATED", "reason": "no_target_roas"}, '
    '"AD_RATIO_HIGH": {"status": "INHIBITED", "by": "ROAS_BELOW_BREAK_EVEN"}}, "facts": {"version": 1, '
    '"currency": "VND", "unit": "minor", "scale": 0, "as_of": "2026-11-15", "days_expected": 7, "days_present": 7, '
    '"missing_days": [], "cogs_ratio": 0.48, "weeks": {"week_start": ["2026-10-26", "2026-11-02", "2026-11-09"], '
    '"days": [7, 7, 7], "orders": [40, 40, 36], "revenue": ["16000000", "16000000", "13500000"], '
    '"ad_spend": ["4000000", "4000000", "5760000"], "leads": [400, 400, 480], "net_profit": ["4800000", "4800000", '
    '"1260000"]}, "comparison": {"method": "mean", "weeks": 2, "days": [1, 2, 3, 4, 5, 6, 7], '
    '"before": {"orders": "80", "revenue": "32000000", "ad_spend": "8000000", "leads": "800", "cogs": "14400000"}, '
    '"after": {"orders": "36", "revenue": "13500000", "ad_spend": "5760000", "leads": "480", "cogs": "6480000"}}, '
    '"goal": {"month": "2026-11", "metric": "net_profit", "target": "18000000", "so_far": "6300000", '
    '"projected": "11400000", "path": ["420000", "840000"]}, "ads": [{"campaign": "Tết | video", '
    '"decided_on": "2026-11-14", "decision": "KEEP", "spend": "1500000", "orders": "5", "reason": "not_certain", '
    '"rule": "KEEP", "cpa": "300000", "break_even_cpa": "150000"}, {"campaign": "search", "decision": "SCALE", '
    '"spend": "3000000", "orders": "30", "reason": "cpa_below_target", "rule": "SCALE", "cpa": "100000", '
    '"break_even_cpa": "150000"}, {"campaign": "old", "decision": "KEEP", "spend": "450000", "orders": "0", '
    '"reason": "cpa_above_break_even", "rule": "KILL", "cpa": null, "break_even_cpa": "150000"}, '
    '{"campaign": "by hand", "decision": "KILL"}, {"campaign": "odd", "decision": "PAUSE"}, {"campaign": "cold", '
    '"decision": "KILL", "spend": "450000", "orders": "0", "reason": "cpa_above_break_even", "rule": "KILL"}], '
    '"invalid": null}}'::jsonb AS row;
-- as 0.10.0 diagnoses it: seven issues, an event, the weeks before, what was answered and done
CREATE TABLE answered_rows AS SELECT row || jsonb_build_object(
  'issues', (SELECT jsonb_agg(row -> 'issues' -> 0 || jsonb_build_object('code', code, 'fingerprint', code, 'impact',
      impact, 'impact_kind', kind, 'severity', 'warning', 'drivers', null, 'response', null, 'baseline_state', 'new',
      'message', '{}'::jsonb, 'actions', jsonb_build_array(jsonb_build_object('code', 'REVIEW_COSTS'),
      jsonb_build_object('code', action))) ORDER BY place)
    FROM (VALUES (1, 'NP_DROP', '3540000', 'profit', 'REVIEW_DRIVERS'), (2, 'CVR_DROP', '2276958', 'profit',
        'CHECK_LANDING_PAGE'), (3, 'CPL_SPIKE', '880000', 'profit', 'REFRESH_CREATIVES'),
      (4, 'AOV_DROP', '512959', 'profit', 'OFFER_BUNDLES'),
      (5, 'ROAS_BELOW_TARGET', '3780000', 'revenue', 'SHIFT_BUDGET'),
      (6, 'AD_RATIO_HIGH', '1710000', 'revenue', 'CUT_AD_SPEND'),
      (7, 'GOAL_OFF_PACE', '6600000', 'goal', 'PLAN_MONTH')) i (place, code, impact, kind, action)),
  'user_responses', '{"NP_DROP": {"status": "ack", "note": "ask *them*"}, "CVR_DROP": {"status": "done"},
    "AD_RATIO_HIGH": {"status": "dismissed"}}'::jsonb,
  'action_items', '[{"fingerprint": "CPL_SPIKE", "action": "REFRESH_CREATIVES", "status": "verified"},
    {"fingerprint": "NP_DROP", "action": "REVIEW_DRIVERS", "status": "open"}]'::jsonb,
  'links', '{"2026-11-02": "https://shop.example/weeks?at=2026-11-02&by=<me>",
    "2026-10-26": "javascript:alert(1)"}'::jsonb,
  'facts', row -> 'facts' || '{"version": 2, "language": "vi", "closed_weekdays": [], "ads": [],
    "events": [{"name": "Black Friday", "kind": "promotion", "starts_on": "2026-11-14", "ends_on": "2026-11-15"}],
    "history": [{"week_start": "2026-10-26", "state": "warning"}, {"week_start": "2026-11-02", "state": "clear"},
      {"week_start": "2026-11-09", "state": "critical"}]}'::jsonb
    || jsonb_build_object('comparison', row -> 'facts' -> 'comparison' || '{"days": [1, 2, 3, 4, 5, 6],
      "weeks_set_aside": [{"week": "2026-10-05", "reason": "outlier"}]}'::jsonb)) AS row
FROM report_rows;

\pset format unaligned
\pset tuples_only on

SELECT upkeep.weekly_report(row) FROM report_rows;
SELECT upkeep.weekly_report(row, 'markdown', 'vi') FROM report_rows;
SELECT upkeep.weekly_report(row, language => 'de') FROM report_rows;

SELECT upkeep.weekly_report(row, language => 'en') FROM answered_rows;

-- the shop's language where none is named; English where it has none, or one without wordings
SELECT facts, regexp_substr(upkeep.weekly_report(jsonb_build_object('facts', facts)), '[^\n]*')
FROM unnest(ARRAY['{"language": "vi"}', '{"language": "de"}', '{"language": "fr"}', '{"language": "\""}',
  '{"language": 7}', '{}', '[]']::jsonb[]) facts;
SELECT regexp_substr(upkeep.weekly_report('{"facts": {"language": "vi"}}', language => 'de'), '[^\n]*');

-- little is enough: without facts, without issues, in euros and cents, a week with fewer days than the one before
SELECT upkeep.weekly_report('{"week_start": "2026-11-09", "issues": []}');
SELECT upkeep.weekly_report('{}');
SELECT upkeep.weekly_report('{"week_start": "2026-11-09", "state": "open", "stale": true, "issues": [], '
  '"facts": {"currency": "EUR", "unit": "minor", "days_expected": 5, '
  '"days_present": 4, "missing_days": ["2026-11-11"], "weeks": {"week_start": ["2026-11-02", "2026-11-09"], '
  '"days": [7, 4], "orders": [70, 0], "revenue": ["70000", "-250"], "ad_spend": ["0", "100"], "leads": [100, 0], '
  '"net_profit": [null, null]}, "comparison": null, "invalid": "cogs_ratio is not a number"}}', language => 'de');
SELECT upkeep.weekly_report(
  '{"issues": 7, "facts": [], "rules": "x", "shop_name": {}, "week_start": "tomorrow", "stale": 1}');

-- why an ad was decided on in words of one's own is not told; what the rule could not decide is
SELECT upkeep.weekly_report('{"facts": {"ads": [{"campaign": "a", "decision": "KILL", "reason": "boring"}, '
  '{"campaign": "b", "decision": "KEEP", "reason": "no_margin"}, {"campaign": "c", "decision": "SCALE", '
  '"rule": "KILL", "reason": "boring"}, {"campaign": "d", "decision": "KILL", "rule": "KEEP", "reason": "no_aov"}]}}');
-- how the rest of the month goes is told where it is drawn so: not where an older version left the days out
SELECT p AS days, html ~ 'line month' AS drawn, html ~ 'class="note">The rest' AS told FROM unnest(ARRAY[0, 29, 30]) p,
  upkeep.weekly_report(jsonb_build_object('week_start', '2026-11-09', 'facts', jsonb_build_object('as_of',
  '2026-11-15', 'goal',
  jsonb_build_object('month', '2026-11', 'so_far', '15', 'target', '30', 'projected', '30', 'path',
    (SELECT jsonb_agg(n::text) FROM generate_series(1, p) n)))), 'html') html;

-- a month that is over ends in what is recorded, whatever would be projected for days without data
SELECT regexp_matches(html, '31 May 2026: [0-9]+') AS last_day, html ~ '<path class="now" d="M100.00 20.00h0"/>' AS now
  FROM upkeep.weekly_report('{"week_start": "2026-05-25", "facts": {"as_of": "2026-05-31", '
    '"goal": {"month": "2026-05", "so_far": "15", "target": "30", "projected": "25", "path": []}}}', 'html') html;

-- a value nested deeper than any is left out
SELECT upkeep.weekly_report(('{"shop_name": "deep", "mine": ' || repeat('[', 300) || repeat(']', 300) || '}')::jsonb) =
  upkeep.weekly_report('{"shop_name": "deep"}') AS cut;

-- HTML: a whole page, of its language, without scripts; links lead into the page or to the web; data stay text
\pset tuples_only off
SELECT l AS language, html LIKE '<!DOCTYPE html>%</html>' || chr(10) AS whole,
  html ~ format('<html lang="%s">', l) AS tagged,
  html ~* '<script|<link|<img|<iframe|href="(?!#|https?://)|src=|url\(|@import|\son[a-z]+=' AS loads,
  html LIKE '%<bdi>Hoa &amp; Quà &lt;Sài Gòn&gt;</bdi>%' AS escaped,
  regexp_count(html, '<svg') AS charts, regexp_count(html, 'role="img" aria-label="') AS described
FROM report_rows, unnest(ARRAY['en', 'vi', 'de']) l, upkeep.weekly_report(row, 'html', l) html;
-- the month is drawn from its first day to its last, in the middle of which it is; the projection goes on from there
SELECT regexp_substr(html, '<svg class="line month"[^>]*>') AS chart, regexp_count(html, 'class="band"') AS bands,
  html ~ '<path class="run" d="M0.00 40.00L3.33 39.07L6.67 38.13L50.00 26.00"' AS run,
  html ~ '<path class="to-come" d="M50.00 26.00L100.00 14.67"' AS projected,
  html ~ '<path class="target" d="M0 0.00H100"' AS target, html ~ '>Goal: ₫18,000,000</text>' AS written,
  html ~ '1 Nov 2026</span><span>30 Nov 2026' AS span
FROM report_rows, upkeep.weekly_report(row, 'html') html;
SELECT html ~ '<svg class="line month"' AS drawn, html ~ 'At this pace' AS told
FROM report_rows, unnest(ARRAY['"2026-13"', '"2026-10"', '"2026-12"', '"x"', '7', 'null']::jsonb[]) month,
  upkeep.weekly_report(jsonb_set(row, '{facts,goal,month}', month), 'html') html;
-- the headline before all other headings, three issues in full, each action once, weeks that are linked
SELECT format, strpos(page, '<h1') < strpos(page, '<h2') AS leads, regexp_count(page, '<details') AS folds,
  regexp_count(page, 'Go through the week') AS once, regexp_count(page, '☑') AS done,
  regexp_matches(page, 'href="(http[^"]*)"') AS links, page ~ 'javascript' AS unsafe
FROM answered_rows, unnest(ARRAY['html', 'email']) format, upkeep.weekly_report(row, format, 'en') page;
-- a mail is of tables and inline styles, and short
SELECT l AS language, mail ~* '<script|<style|<svg|<img|<details|\sclass=|\sid=|grid|flex|position:|url\(' AS dropped,
  octet_length(mail) < 100000 AS short, mail ~ 'Hoa &amp; Quà &lt;Sài Gòn&gt;' AS escaped
FROM answered_rows, unnest(ARRAY['en', 'vi', 'de']) l, upkeep.weekly_report(row, 'email', l) mail;
SELECT max(octet_length(upkeep.weekly_report(jsonb_build_object('shop_name', repeat(c, 50000), 'issues', (SELECT
  jsonb_agg(jsonb_build_object('code', n || repeat(c, 9000), 'message', jsonb_build_object('en', repeat(c, 9000))))
  FROM generate_series(1, 60) n)), 'email'))) < 100000 AS short FROM unnest(ARRAY['<', '"', 'ệ', 'a']) c;
SELECT count(*) AS hostile_pages FROM (VALUES ('<script>alert(1)</script>'), ('"><img src=x onerror=alert(1)>'),
  ('</style><svg onload=alert(1)>'), ('&lt;b&gt;')) AS hostile (text),
  unnest(ARRAY['html', 'email']) AS format,
  LATERAL upkeep.weekly_report(jsonb_build_object('shop_name', text, 'week_label', text, 'issues',
    jsonb_build_array(jsonb_build_object('code', text,
    'message', jsonb_build_object('en', text), 'actions', jsonb_build_array(jsonb_build_object('code', text)),
    'response', jsonb_build_object('status', text, 'note', text))),
    'facts', jsonb_build_object('currency', text, 'invalid', text, 'language', text, 'events',
    jsonb_build_array(jsonb_build_object('name', text)), 'history',
    jsonb_build_array(jsonb_build_object('week_start', '2026-11-09', 'state', text))), 'links',
    jsonb_build_object('2026-11-09', 'https://x/' || text)), format, 'en') AS html
WHERE html ~ '<script|<img|onload=alert\(1\)>|[^;]&lt;b&gt;';
\pset tuples_only on
SELECT upkeep.weekly_report(
  '{"shop_name": "# *a* [b](c) | <i> `d`\n- e", "issues": [{"code": "x_y", "message": {"en": "1. first\n# second"}}]}');

-- other wordings, and another language, from the next report on
INSERT INTO upkeep.wordings (code, language, wording) VALUES
  ('REPORT_TITLE', 'en', 'Our week'), ('CPL_SPIKE', 'en', 'Leads: {observed}, {{dear}}.'),
  ('REPORT_TITLE', 'fr', 'Rapport'), ('NUMBERS_AS', 'fr', 'de'), ('NET_PROFIT', 'fr', 'Bénéfice net'),
  ('NP_DROP_TITLE', 'fr', 'Bénéfice en baisse'),
  ('NP_DROP', 'fr', 'Le bénéfice est de {observed}, contre {baseline}.'), ('REVIEW_COSTS', 'fr', 'Vérifier les coûts'),
  ('CPL_SPIKE', 'fr', 'Cassé : {nothing:>99999999}');
SELECT line FROM report_rows, regexp_split_to_table(upkeep.weekly_report(row), '\n') line WHERE line ~ 'week:|dear';
SELECT upkeep.weekly_report(row, 'markdown', 'fr') FROM report_rows;
SELECT regexp_substr(upkeep.weekly_report(row || '{"facts": {"language": "fr"}}'), '[^\n]*') FROM report_rows;
SELECT upkeep.weekly_report(row, 'html', 'fr') ~ '<html lang="fr">.*<title>Rapport' FROM report_rows;

\pset tuples_only off
\pset format aligned
SELECT * FROM failure($$SELECT upkeep.weekly_report('[]')$$);
SELECT * FROM failure($$SELECT upkeep.weekly_report('null')$$);
SELECT * FROM failure($$SELECT upkeep.weekly_report('{}', 'pdf')$$);
SELECT * FROM failure($$SELECT upkeep.weekly_report('{}', 'html', 'it')$$);
SELECT * FROM failure($$SELECT upkeep.weekly_report('{}', 'html', '')$$);
SELECT * FROM failure($$SELECT upkeep.weekly_report('{}', NULL)$$);
SELECT upkeep.weekly_report(NULL) IS NULL AS null_is_null,
  upkeep.weekly_report(NULL, NULL, 'it') IS NULL AS whatever_else;

-- with nothing in the search_path, and by who only reads
SET search_path = '';
SET ROLE regress_upkeep_other;
SELECT upkeep.weekly_report('{"issues": []}', 'markdown', 'fr');
RESET ROLE;
RESET search_path;
DELETE FROM upkeep.wordings WHERE NOT builtin;
DROP TABLE report_rows, answered_rows;
