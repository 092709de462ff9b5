-- All rows, and what was corrected.
SELECT * FROM closed."Orders" ORDER BY 1, 2;
SELECT * FROM closed."Lines" ORDER BY 1;
SELECT * FROM closed."Goods";
SELECT * FROM closed."Refunds" ORDER BY 1;
SELECT * FROM closed."Numbered" ORDER BY 1;
SELECT * FROM closed."Billed" ORDER BY 1;
SELECT * FROM upkeep.check_orders('closed."Orders"', 'closed."Lines"');
-- Without the extension dropped, --clean leaves those of the tables that it drops.
SELECT 'corrected', * FROM upkeep.order_corrections WHERE orders IN (SELECT oid FROM pg_class) ORDER BY txid;
SELECT 'counted', * FROM upkeep.order_counters WHERE orders IN (SELECT oid FROM pg_class)
  ORDER BY orders::text COLLATE "C", tenant;
