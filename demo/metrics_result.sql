-- A period's ratio is the ratio of its sums, never the mean of daily ratios; money lines are added up.
\pset footer off
\pset null '-'
CREATE TABLE month AS
SELECT coalesce(name, 'All') AS campaign, sum(orders) AS orders, sum(revenue) AS revenue, sum(ad_spend) AS ad_spend,
  sum(leads) AS leads,
       round(upkeep.aov(sum(revenue), sum(orders))) AS aov, round(upkeep.cpl(sum(ad_spend), sum(leads))) AS cpl,
       round(upkeep.cvr(sum(orders), sum(leads)), 2) AS cvr, round(upkeep.roas(sum(revenue), sum(ad_spend)), 2) AS roas,
       sum(net_profit) AS net_profit
FROM daily_records JOIN shops USING (shop_id) GROUP BY GROUPING SETS ((shop_id, name), ());
\echo
\echo The month of each campaign and of all: ratios of sums, not means of daily ratios.
\echo
SELECT campaign, in_groups(revenue) AS revenue, aov, cpl, cvr AS "cvr %", roas, in_groups(net_profit) AS "net profit"
FROM month ORDER BY campaign = 'All', net_profit DESC, campaign;

SELECT count(*) AS rows, (SELECT count(*) FROM rows_that_agree) AS agreeing,
       (SELECT count(*) FROM month m
         WHERE (aov, cpl, cvr * 100, roas * 100) IS NOT DISTINCT FROM (second_opinion(revenue, orders, 1),
          second_opinion(ad_spend, leads, 1), second_opinion(orders, leads, 10000),
          second_opinion(revenue, ad_spend, 100))) AS lines_agreeing
FROM daily_records \gset
\echo :agreeing of :rows rows agree with a second calculation, in whole numbers and by SQL alone.
\echo

-- The shop with the most revenue learns that its goods cost more.
SELECT shop_id AS changed_shop, name AS changed_name FROM shops
  JOIN month ON campaign = name ORDER BY revenue DESC, name LIMIT 1 \gset
CREATE TABLE before_change AS TABLE daily_records;
SELECT cogs_ratio AS old_ratio, cogs_ratio + 0.05 AS new_ratio FROM shop_settings WHERE shop_id = :changed_shop \gset
UPDATE shop_settings SET cogs_ratio = :new_ratio WHERE shop_id = :changed_shop;
\echo The cost of goods of :changed_name rises from :old_ratio to :new_ratio of revenue; its days follow at once:
\echo
CREATE TABLE effect AS
SELECT CASE WHEN b.shop_id = :changed_shop THEN :'changed_name' ELSE 'all others' END AS campaign, count(*) AS days,
       count(*) FILTER (WHERE b.net_profit <> n.net_profit) AS days_changed, sum(b.net_profit) AS profit_before,
       sum(n.net_profit) AS profit_after
FROM before_change b JOIN daily_records n USING (shop_id, record_date) GROUP BY 1;
SELECT campaign, days, days_changed AS "days changed", in_groups(profit_before) AS "profit before",
  in_groups(profit_after) AS "profit after"
FROM effect ORDER BY campaign = 'all others';

-- An ORM sends what it has in memory.
SELECT record_date AS sent_date, roas AS right_roas, net_profit AS right_profit FROM daily_records
  WHERE shop_id = :changed_shop ORDER BY record_date LIMIT 1 \gset
UPDATE daily_records SET roas = 99.99, net_profit = 1000000
  WHERE shop_id = :changed_shop AND record_date = :'sent_date';
\echo A client sends figures of its own for :sent_date; the formulas overwrite them:
\echo
CREATE TABLE sent AS
SELECT 'roas' AS metric, 99.99 AS sent, roas AS stored, :right_roas AS before FROM daily_records
WHERE shop_id = :changed_shop AND record_date = :'sent_date'
UNION ALL
SELECT 'net_profit', 1000000, net_profit, :right_profit FROM daily_records
WHERE shop_id = :changed_shop AND record_date = :'sent_date';
SELECT metric, sent, stored FROM sent ORDER BY metric DESC;

SELECT count(*) AS differences FROM upkeep.check_metrics('daily_records') \gset
SELECT count(*) AS agreeing_now FROM rows_that_agree \gset
\echo upkeep.check_metrics finds :differences wrong figures; :agreeing_now of :rows rows agree with the second
\echo calculation still.

-- The demo fails where what it shows is wrong.
SELECT set_config('demo.counts', format('%s %s %s %s', :rows - :agreeing, :rows - :agreeing_now, :differences,
                                        (SELECT count(*) FROM month) - :lines_agreeing), false) \g /dev/null
DO $$
BEGIN
  IF current_setting('demo.counts') <> '0 0 0 0' OR NOT EXISTS (SELECT FROM daily_records)
     OR EXISTS (SELECT FROM sent WHERE stored <> before)
     OR NOT EXISTS (SELECT FROM effect
       WHERE campaign <> 'all others' AND days_changed > 0 AND profit_after < profit_before)
     OR EXISTS (SELECT FROM effect WHERE campaign = 'all others' AND days_changed > 0) THEN
    RAISE 'figures disagree: % (rows, rows after the changes, check_metrics, lines of the month)',
      current_setting('demo.counts');
  END IF;
END $$;
