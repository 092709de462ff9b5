-- A row changes its shop, another goes. The days of one client differ from those of others.
\set shop random(1, 8)
\set other random(1, 8)
\set day 1000 + :client_id * 10 + random(0, 9)
BEGIN;
DELETE FROM daily WHERE day = :day;
INSERT INTO daily (shop_id, day, revenue, ad_spend) VALUES (:shop, :day, 5555, 55);
UPDATE daily SET shop_id = :other WHERE day = :day;
COMMIT;
