-- All rows.
SELECT * FROM "Ads, all"."Asked" ORDER BY decided_on;
SELECT tableoid::regclass, * FROM "Ads, all"."Days, of" ORDER BY record_date;
SELECT * FROM analytics.shop_events ORDER BY id;
