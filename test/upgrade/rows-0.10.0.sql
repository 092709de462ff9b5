-- What the tables of tables-0.10.0.sql hold: days, and a decision that they would not lead to; events.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO "Ads, all"."Days, of" SELECT 1, d, 2, 500.25
  FROM generate_series(date '2026-10-19', '2026-11-15', '1 day') d;
INSERT INTO "Ads, all"."Asked" VALUES (1, '2026-11-16', 900, 0, 0.5, 'SCALE', '{"aov": 7, "aov_source": "shop"}');
INSERT INTO analytics.shop_events (id, shop_id, starts_on, ends_on, name, kind, created_at, updated_at)
  SELECT md5(kind)::uuid, CASE kind WHEN 'closed' THEN id END, '2027-02-06', '2027-02-12', 'Tet, "all"', kind,
    '2020-01-01', '2020-01-01'
  FROM analytics.shops, unnest('{holiday,closed}'::text[]) kind;
COMMIT;
