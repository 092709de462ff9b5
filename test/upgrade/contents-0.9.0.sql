-- All rows, and what was corrected.
SELECT * FROM closed."Orders" ORDER BY 1, 2;
SELECT * FROM closed."Lines" ORDER BY 1;
SELECT * FROM upkeep.check_orders('closed."Orders"', 'closed."Lines"');
SELECT 'corrected', * FROM upkeep.order_corrections ORDER BY txid;
