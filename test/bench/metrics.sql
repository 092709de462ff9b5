-- The tables of the metrics benchmark. psql variable: rows.
CREATE UNLOGGED TABLE bench.shops (shop_id integer PRIMARY KEY, name text NOT NULL);
CREATE UNLOGGED TABLE bench.shop_settings (
  shop_id integer PRIMARY KEY,
  cogs_ratio numeric(5,4) NOT NULL,
  currency char(3) NOT NULL DEFAULT 'EUR'
);
INSERT INTO bench.shops SELECT i, 'Shop ' || i FROM generate_series(0, 999) i;
INSERT INTO bench.shop_settings SELECT i, (2000 + i * 5) / 10000.0 FROM generate_series(0, 999) i;

-- numerator / denominator * 10^scale, rounded half up: whole numbers only, not negative, so that nothing is lost.
CREATE FUNCTION bench.ratio(numerator bigint, denominator bigint, scale integer) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN denominator > 0
              THEN (2 * numerator * CASE scale WHEN 0 THEN 1 WHEN 2 THEN 100
                WHEN 4 THEN 10000 END + denominator) / (2 * denominator)
         END
$$;

-- The figures a row must have, by another way than any contender's. cogs_ratio has four decimals.
CREATE FUNCTION bench.right_figures(orders bigint, revenue bigint, ad_spend bigint, leads bigint, cogs_ratio numeric,
                                    aov bigint, cpl bigint, cvr numeric, roas numeric, net_profit bigint)
                                    RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT aov IS NOT DISTINCT FROM bench.ratio(revenue, orders, 0)
     AND cpl IS NOT DISTINCT FROM bench.ratio(ad_spend, leads, 0)
     AND cvr * 100 IS NOT DISTINCT FROM bench.ratio(orders, leads, 4)
     AND roas * 100 IS NOT DISTINCT FROM bench.ratio(revenue, ad_spend, 2)
     AND net_profit IS NOT DISTINCT FROM revenue - bench.ratio(revenue * (cogs_ratio * 10000)::bigint, 10000,
       0) - ad_spend
$$;

-- Days of 1,000 shops, day by day: neighbouring rows are of different shops. Without an index, since the timed
-- statement is an INSERT: what is left is what a trigger can change. Orders, leads and ad_spend are zero on some days.
CREATE UNLOGGED TABLE bench.days (
  id bigint NOT NULL,
  shop_id integer NOT NULL,
  record_date date NOT NULL,
  orders integer NOT NULL,
  revenue bigint NOT NULL,
  ad_spend bigint NOT NULL,
  leads integer NOT NULL,
  aov bigint,
  cpl bigint,
  cvr numeric(5,2),
  roas numeric(6,2),
  net_profit bigint
);
INSERT INTO bench.days
SELECT i, shop_id, date '2023-01-01' + (i / 1000)::integer, orders, revenue, ad_spend, leads,
  bench.ratio(revenue, orders, 0),
       bench.ratio(ad_spend, leads, 0), bench.ratio(orders, leads, 4) / 100.0,
       bench.ratio(revenue, ad_spend, 2) / 100.0,
       revenue - bench.ratio(revenue * (cogs_ratio * 10000)::bigint, 10000, 0) - ad_spend
FROM (SELECT i, (i % 1000)::integer AS shop_id, (i * 7 % 90)::integer AS orders,
             i * 7 % 90 * (9000 + i % 7919) + i % 991 AS revenue,
             CASE WHEN i % 9 > 0 THEN 10000 + i * 31 % 400000 ELSE 0 END AS ad_spend,
             (CASE WHEN i % 9 > 0 THEN i * 7 % 90 + i % 700 ELSE 0 END)::integer AS leads
      FROM generate_series(1::bigint, :rows) i) day
JOIN bench.shop_settings USING (shop_id) ORDER BY i;
VACUUM (FREEZE, ANALYZE) bench.shops, bench.shop_settings, bench.days;

-- A table a contender. Generated columns can read no other table, so theirs has one ratio for all shops.
CREATE UNLOGGED TABLE bench.days_bare (LIKE bench.days);
CREATE UNLOGGED TABLE bench.days_floor (LIKE bench.days);
CREATE UNLOGGED TABLE bench.days_plpgsql (LIKE bench.days);
CREATE UNLOGGED TABLE bench.days_pg_upkeep (LIKE bench.days);
CREATE UNLOGGED TABLE bench.days_generated (
  id bigint NOT NULL,
  shop_id integer NOT NULL,
  record_date date NOT NULL,
  orders integer NOT NULL,
  revenue bigint NOT NULL,
  ad_spend bigint NOT NULL,
  leads integer NOT NULL,
  aov bigint GENERATED ALWAYS AS (round(revenue::numeric / nullif(orders, 0))) STORED,
  cpl bigint GENERATED ALWAYS AS (round(ad_spend::numeric / nullif(leads, 0))) STORED,
  cvr numeric(5,2) GENERATED ALWAYS AS (round(100::numeric * orders / nullif(leads, 0), 2)) STORED,
  roas numeric(6,2) GENERATED ALWAYS AS (round(revenue::numeric / nullif(ad_spend, 0), 2)) STORED,
  net_profit bigint GENERATED ALWAYS AS (revenue - round(revenue * 0.4) - ad_spend) STORED
);

-- The trigger as one writes it by hand.
CREATE FUNCTION bench.day_metrics() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ratio numeric;
BEGIN
  SELECT cogs_ratio INTO ratio FROM bench.shop_settings WHERE shop_id = NEW.shop_id;
  NEW.aov := round(NEW.revenue::numeric / nullif(NEW.orders, 0));
  NEW.cpl := round(NEW.ad_spend::numeric / nullif(NEW.leads, 0));
  NEW.cvr := round(100::numeric * NEW.orders / nullif(NEW.leads, 0), 2);
  NEW.roas := round(NEW.revenue::numeric / nullif(NEW.ad_spend, 0), 2);
  NEW.net_profit := NEW.revenue - round(NEW.revenue * ratio) - NEW.ad_spend;
  RETURN NEW;
END $$;

CREATE TRIGGER nothing BEFORE INSERT OR UPDATE ON bench.days_floor FOR EACH ROW EXECUTE FUNCTION bench.noop();
CREATE TRIGGER metrics BEFORE INSERT OR UPDATE ON bench.days_plpgsql FOR EACH ROW EXECUTE FUNCTION bench.day_metrics();
SELECT upkeep.enable_metrics('bench.days_pg_upkeep', settings => 'bench.shop_settings') \g /dev/null

-- One row a transaction, as an application writes it: with a key of its own and a foreign key.
CREATE UNLOGGED TABLE bench.single_bare (
  LIKE bench.days,
  PRIMARY KEY (id),
  FOREIGN KEY (shop_id) REFERENCES bench.shops
);
ALTER TABLE bench.single_bare ALTER id ADD GENERATED ALWAYS AS IDENTITY;
CREATE UNLOGGED TABLE bench.single_pg_upkeep (
  LIKE bench.days,
  PRIMARY KEY (id),
  FOREIGN KEY (shop_id) REFERENCES bench.shops
);
ALTER TABLE bench.single_pg_upkeep ALTER id ADD GENERATED ALWAYS AS IDENTITY;
SELECT upkeep.enable_metrics('bench.single_pg_upkeep', settings => 'bench.shop_settings') \g /dev/null

-- 100 shops with 1,000 days each, and settings that change: nobody looks, an UPDATE by hand, the trigger.
CREATE UNLOGGED TABLE bench.changing_bare (shop_id integer PRIMARY KEY,
  cogs_ratio numeric(5,4) NOT NULL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.changing_by_hand (LIKE bench.changing_bare INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.changing_pg_upkeep (LIKE bench.changing_bare INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.changed_by_hand (LIKE bench.days) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.changed_pg_upkeep (LIKE bench.days) WITH (fillfactor = 45);
INSERT INTO bench.changing_bare SELECT i, 0.4 FROM generate_series(0, 99) i;
INSERT INTO bench.changing_by_hand TABLE bench.changing_bare;
INSERT INTO bench.changing_pg_upkeep TABLE bench.changing_bare;
INSERT INTO bench.changed_by_hand
SELECT i, i % 100, date '2023-01-01' + i / 100, 3, 30000 + i, 7000, 90, bench.ratio(30000 + i, 3, 0), 78, 3.33,
       bench.ratio(30000 + i, 7000, 2) / 100.0, 30000 + i - bench.ratio((30000 + i) * 4000::bigint, 10000, 0) - 7000
FROM generate_series(0, 99999) i;
INSERT INTO bench.changed_pg_upkeep TABLE bench.changed_by_hand;
CREATE INDEX ON bench.changed_by_hand (shop_id, record_date);
CREATE INDEX ON bench.changed_pg_upkeep (shop_id, record_date);
SELECT upkeep.enable_metrics('bench.changed_pg_upkeep', settings => 'bench.changing_pg_upkeep',
  on_settings_change => 'recalculate') \g /dev/null

INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most) VALUES
  ('five metrics with settings of 1,000 shops: added cost / five generated columns''', 'days, INSERT', 'pg_upkeep',
    'generated', 'added', 0.40),
  ('five metrics with settings of 1,000 shops: added cost / PL/pgSQL''s', 'days, INSERT', 'pg_upkeep', 'plpgsql',
    'added', 0.12),
  ('five metrics, one row a transaction: latency / that of the INSERT alone', 'one row a transaction', 'pg_upkeep',
    'bare', 'latency', 1.10);
