-- merge_issues: a fresh diagnosis beside what is stored, and beside answers that users write by hand.
CREATE FUNCTION merged(stored jsonb, responses jsonb, previous jsonb DEFAULT NULL,
  previous_responses jsonb DEFAULT NULL, wordings jsonb DEFAULT NULL, impact text DEFAULT '100',
  severity text DEFAULT 'warning')
RETURNS TABLE (code text, severity text, impact text, state text, response jsonb, message jsonb) LANGUAGE sql AS $$
  SELECT e ->> 'code', e ->> 'severity', e ->> 'impact', e ->> 'baseline_state', nullif(e -> 'response', 'null'),
    e -> 'message'
    FROM jsonb_array_elements(upkeep.merge_issues(jsonb_build_object('facts',
      '{"today": "2026-11-16", "currency": "VND", "unit": "minor"}'::jsonb,
      'issues', jsonb_build_array(jsonb_build_object('code', 'REV_DROP', 'fingerprint', 'a', 'severity', severity,
        'metric', 'revenue', 'observed', '1500000', 'impact', impact, 'message', '{"en": "built in"}'::jsonb))),
      stored, responses, previous, previous_responses, wordings)) e $$;
SELECT * FROM merged(NULL, NULL);
SELECT * FROM merged('[{"code": "REV_DROP", "fingerprint": "a", "severity": "warning", "impact": "60"}]',
  '{"a": {"status": "dismissed", "note": "sale", "by": "me"}}');
SELECT * FROM merged('[{"code": "NP_DROP", "fingerprint": "b", "severity": "critical", "impact": "60"}]',
  '{"b": {"status": "snoozed_until", "until": "2026-11-16"}}', '[{"fingerprint": "a", "baseline_state": "absent"}]');
SELECT state, response FROM merged(NULL,
  NULL, '[{"code": "REV_DROP", "fingerprint": "a", "severity": "warning", "impact": "100", "observed": "1500000"}]',
  '{"a": {"status": "done"}}');
SELECT message FROM merged(NULL, NULL,
  wordings => '{"REV_DROP": {"vi": "Doanh thu {observed}", "fr": "{impact}", "xx": "{no such thing}"}}');
SELECT code, state, response ->> 'status' AS status FROM merged(NULL, NULL,
  '[{"fingerprint": "a", "severity": "warning", "impact": "66.6"}]', '{"a": {"status": "ack"}}');
-- whatever stands there
SELECT r, (SELECT count(*) FROM merged(r::jsonb, r::jsonb, r::jsonb, r::jsonb, r::jsonb) WHERE response IS NULL)
  FROM unnest(ARRAY['null', '1', '"x"', '[]', '{}', '[null]', '[[["a"]]]', '{"a": "ack"}', '{"a": {"status": ["ack"]}}',
    '{"a": {"status": "snoozed_until", "until": "soon"}}', '[{"fingerprint": "a", "response": "x"}]',
    '{"REV_DROP": 1}', '{"REV_DROP": {"en": {}}}', repeat('[', 300) || repeat(']', 300), '{"a": {"status": "ACK"}}']) r;
-- a note nested deeper than any takes no other answer away
SELECT state, response ->> 'status' AS status FROM merged(NULL, ('{"z": {"status": "ack", "note": ' || repeat('[',
  300) || repeat(']', 300) || '}, "a": {"status": "dismissed"}}')::jsonb);
-- what was not evaluated, or was muted for want of data, is not gone
SELECT rule, (SELECT count(*) FROM jsonb_array_elements(upkeep.merge_issues(jsonb_build_object('issues',
  '[]'::jsonb, 'rules', jsonb_build_object('REV_DROP', rule)), known, NULL, known, NULL)) e
  WHERE e ->> 'baseline_state' = 'absent') AS absent
  FROM unnest(ARRAY['{"status": "PASSED"}', '{"status": "NOT_EVALUATED", "reason": "no_days"}',
    '{"status": "INHIBITED", "by": "COGS_UNSET"}', '{"status": "INHIBITED", "by": "DATA_MISSING"}',
    '{"status": "INHIBITED", "by": "ROAS_BELOW_BREAK_EVEN"}', 'null']::jsonb[]) rule,
    CAST('[{"code": "REV_DROP", "fingerprint": "a", "severity": "warning"}]' AS jsonb) known;
SELECT c, f.*
  FROM unnest(ARRAY['NULL', '''{}''', '''[]''', '''1''', '''{"issues": [{"code": "X"}]}''', '''{"issues": {}}''']) c,
    failure(format('SELECT upkeep.merge_issues(%s, NULL, NULL, NULL, NULL)', c)) f;
DROP FUNCTION merged;
