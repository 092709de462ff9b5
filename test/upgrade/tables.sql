-- Tables that are managed in every way, owned by who runs this; all stamps are of 2020, so that what stamps shows.
CREATE TABLE public.plain (id int PRIMARY KEY, body text, created_at timestamptz NOT NULL DEFAULT '2020-01-01',
                           updated_at timestamptz NOT NULL DEFAULT now());
SELECT upkeep.enable_updated_at('public.plain');

-- Every option, and names that must be quoted.
CREATE SCHEMA "Shop, Front";
CREATE TABLE "Shop, Front"."Order, Item" (
  "Id" int PRIMARY KEY, "a ""quoted"" body" text, "views, total" int, "Stock" int, "born At" timestamptz,
  "row Version" bigint NOT NULL DEFAULT 1,
  "changed, At" timestamp(3) DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('"Shop, Front"."Order, Item"', column_name => 'changed, At',
  ignore_columns => ARRAY['views, total', 'Stock'],
  clock => 'clock', explicit => 'respect', protect_columns => ARRAY['born At'], version_column => 'row Version',
  timezone => 'session');
CREATE TABLE public.strict (id int PRIMARY KEY, body text, created_at timestamptz DEFAULT '2020-01-01',
  updated_at timestamptz NOT NULL DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('public.strict', clock => 'statement', explicit => 'reject', protect_columns => '{}');

-- A stamp without a default is filled on INSERT; a NULL that is history must stay one.
CREATE TABLE public.filled (id int PRIMARY KEY, updated_at timestamptz);
SELECT upkeep.enable_updated_at('public.filled');

-- Touches: over a key of two columns, from a partitioned child; over one column.
CREATE TABLE "Shop, Front"."Parent" ("tenant, Id" int, "Id" int, name text, updated_at timestamptz DEFAULT '2020-01-01',
  PRIMARY KEY ("tenant, Id", "Id"));
CREATE TABLE public.child (id int, tenant int, parent int, day date, body text,
  updated_at timestamptz DEFAULT '2020-01-01',
  CONSTRAINT "Child of Parent" FOREIGN KEY (tenant, parent) REFERENCES "Shop, Front"."Parent") PARTITION BY RANGE (day);
CREATE TABLE public.child_2020 PARTITION OF public.child FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.child_2021 (parent int, body text, updated_at timestamptz, id int NOT NULL, day date NOT NULL,
  tenant int);
-- It has a trigger of its own by the rule, which makes way for its root's.
ALTER TABLE public.child ATTACH PARTITION public.child_2021 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
SELECT upkeep.enable_updated_at('public.child');
SELECT upkeep.enable_updated_at('"Shop, Front"."Parent"');
SELECT upkeep.enable_touch('public.child', '"Shop, Front"."Parent"');
CREATE TABLE public.leaf (id int PRIMARY KEY, plain_id int REFERENCES public.plain, body text);
SELECT upkeep.enable_touch('public.leaf', 'public.plain');

-- Inheritance, a trigger that is off, one that fires for replicated changes too.
CREATE TABLE public.base (id int, body text, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE public.derived (extra int) INHERITS (public.base);
SELECT upkeep.enable_updated_at('public.base');
CREATE TABLE public.off (id int, body text, updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('public.off');
ALTER TABLE public.off DISABLE TRIGGER zz_upkeep_updated_at;
CREATE TABLE public.always (id int, body text, updated_at timestamptz DEFAULT '2020-01-01');
SELECT upkeep.enable_updated_at('public.always');
ALTER TABLE public.always ENABLE ALWAYS TRIGGER zz_upkeep_updated_at;
