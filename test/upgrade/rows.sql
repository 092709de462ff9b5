-- What the tables of tables.sql hold, all of it history. For who may pause.
BEGIN;
SET LOCAL upkeep.pause = 'all';
INSERT INTO public.plain VALUES
  (1, 'a', '2020-01-01', '2020-01-02 03:04:05.678901+00'), (2, 'b', '2020-01-01', '2020-02-02');
INSERT INTO "Shop, Front"."Order, Item" VALUES
  (1, 'a', 10, 5, '2020-01-01', 7, '2020-01-02 03:04:05.678'), (2, NULL, 0, 0, NULL, 1, NULL);
INSERT INTO public.strict (id, body) VALUES (1, 'a');
INSERT INTO public.filled VALUES (1, NULL), (2, '2020-01-01');
INSERT INTO "Shop, Front"."Parent" VALUES (1, 1, 'a'), (1, 2, 'b');
INSERT INTO public.child VALUES (1, 1, 1, '2020-05-05', 'a'), (2, 1, 2, '2021-05-05', 'b');
INSERT INTO public.leaf VALUES (1, 1, 'a');
INSERT INTO public.base VALUES (1, 'a');
INSERT INTO public.derived VALUES (2, 'b');
INSERT INTO public.off VALUES (1, 'a');
INSERT INTO public.always VALUES (1, 'a');
COMMIT;
