-- What writers meet, as facts and not as times; leaves nothing behind.
BEGIN;
SET LOCAL "TimeZone" = 'Asia/Kolkata';
UPDATE public.plain SET body = 'x', created_at = now() WHERE id = 1
  RETURNING 'plain', updated_at = now(), created_at = '2020-01-01 UTC';
UPDATE public.plain SET body = body WHERE id = 2 RETURNING 'plain, no change', updated_at < '2021-01-01';
UPDATE "Shop, Front"."Order, Item" SET "views, total" = 11, "Stock" = 4, "born At" = now() WHERE "Id" = 1
  RETURNING 'options: ignored and protected', "changed, At" = '2020-01-02 03:04:05.678', "row Version",
    "born At" = '2020-01-01 UTC';
UPDATE "Shop, Front"."Order, Item" SET "a ""quoted"" body" = 'x' WHERE "Id" = 1
  RETURNING 'options: stamped in local time',
    abs(extract(epoch FROM "changed, At" - clock_timestamp()::timestamp)) < 60, "row Version";
UPDATE "Shop, Front"."Order, Item" SET "a ""quoted"" body" = 'y', "changed, At" = '2022-01-01' WHERE "Id" = 1
  RETURNING 'options: explicit is respected', "changed, At", "row Version";
SAVEPOINT a;
\set ON_ERROR_STOP off
UPDATE "Shop, Front"."Order, Item" SET "row Version" = 3 WHERE "Id" = 1;
ROLLBACK TO a;
UPDATE public.strict SET updated_at = now();
ROLLBACK TO a;
\set ON_ERROR_STOP on
UPDATE public.strict SET body = 'x', created_at = '2021-01-01 UTC'
  RETURNING 'strict', updated_at >= now(), created_at = '2021-01-01 UTC';
INSERT INTO public.filled (id) VALUES (3) RETURNING 'filled', updated_at = now();
UPDATE public.child SET body = 'x' WHERE id = 1 RETURNING 'partition', updated_at = now();
SELECT 'parents, one touched', "Id", updated_at = now() FROM "Shop, Front"."Parent" ORDER BY "Id";
INSERT INTO public.child_2021 (id, tenant, parent, day) VALUES (3, 1, 2, '2021-06-06');
SELECT 'parents, both touched', "Id", updated_at = now() FROM "Shop, Front"."Parent" ORDER BY "Id";
INSERT INTO public.leaf VALUES (2, 2, 'x');
SELECT 'touched', updated_at = now() FROM public.plain WHERE id = 2;
UPDATE public.base SET body = 'x' RETURNING 'inheritance', id, updated_at = now();
UPDATE public.off SET body = 'x' RETURNING 'off', updated_at = '2020-01-01 UTC';
SET LOCAL session_replication_role = replica;
UPDATE public.always SET body = 'x' RETURNING 'always', updated_at = now();
SET LOCAL session_replication_role = origin;
CREATE TABLE public.fresh (id int, updated_at timestamptz DEFAULT now());
SELECT 'automatic', count(*) FROM upkeep.managed WHERE object = 'public.fresh'::regclass;
ROLLBACK;
