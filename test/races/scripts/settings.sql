-- Settings come, change and go; those of shops 7 and 8 are one row that changes its key.
\set shop random(1, 6)
\set other random(1, 6)
\set percent random(0, 100)
\set way random(1, 5)
\if :way = 1
DELETE FROM shop_settings WHERE shop_id = :shop;
\elif :way = 2
UPDATE shop_settings SET shop_id = 15 - shop_id, cogs_ratio = :percent / 100.0 WHERE shop_id IN (7, 8);
\elif :way = 3
UPDATE shop_settings SET cogs_ratio = :percent / 100.0 WHERE shop_id IN (:shop, :other);
\else
INSERT INTO shop_settings VALUES (:shop, :percent / 100.0)
  ON CONFLICT (shop_id) DO UPDATE SET cogs_ratio = EXCLUDED.cogs_ratio;
\endif
