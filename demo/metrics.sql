-- The tables as a dashboard has them: each day's figures stand in its row, the cost of goods in the shop's settings.
CREATE TABLE shops (shop_id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE shop_settings (shop_id int PRIMARY KEY REFERENCES shops, cogs_ratio numeric(5,4) NOT NULL);
CREATE TABLE daily_records (
  shop_id     int REFERENCES shops,
  record_date date,
  orders      int NOT NULL,
  revenue     bigint NOT NULL,
  ad_spend    bigint NOT NULL,
  leads       int NOT NULL,
  aov         bigint,
  cpl         bigint,
  cvr         numeric(5,2),
  roas        numeric(6,2),
  net_profit  bigint,
  PRIMARY KEY (shop_id, record_date)
);
INSERT INTO shops SELECT DISTINCT shop_id, name FROM days;
-- A ratio a shop, from 0.30 on: the data have none.
INSERT INTO shop_settings SELECT shop_id, 0.28 + 0.02 * row_number() OVER (ORDER BY shop_id) FROM shops;

SELECT upkeep.enable_metrics('daily_records', settings => 'shop_settings', on_settings_change => 'recalculate')
  \g /dev/null

INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
SELECT shop_id, record_date, orders, revenue, ad_spend, leads FROM days;

-- The same figures by another way: whole numbers only, none of the extension's functions. n / d * factor, half up.
CREATE FUNCTION second_opinion(n numeric, d numeric, factor int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT div(2 * n * factor + d, 2 * nullif(d, 0))
$$;
CREATE VIEW second_opinions AS
SELECT shop_id, record_date, second_opinion(revenue, orders, 1) AS aov, second_opinion(ad_spend, leads, 1) AS cpl,
       second_opinion(orders, leads, 10000) AS cvr_hundredths,
       second_opinion(revenue, ad_spend, 100) AS roas_hundredths,
       revenue - second_opinion(revenue * trunc(cogs_ratio * 10000), 10000, 1) - ad_spend AS net_profit
FROM daily_records JOIN shop_settings USING (shop_id);
CREATE VIEW rows_that_agree AS
SELECT r.* FROM daily_records r JOIN second_opinions s USING (shop_id, record_date)
WHERE (r.aov, r.cpl, r.cvr * 100, r.roas * 100, r.net_profit)
  IS NOT DISTINCT FROM (s.aov, s.cpl, s.cvr_hundredths, s.roas_hundredths, s.net_profit);

-- Money as it is printed, right-aligned.
CREATE FUNCTION in_groups(money numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT lpad(to_char(money, 'FM999,999,999,990'), 13)
$$;
