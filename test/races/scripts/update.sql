\set shop random(1, 8)
\set day random(1, 60)
\set amount random(1, 1000)
UPDATE daily SET ad_spend = :amount WHERE shop_id = :shop AND day = :day;
