-- All rows.
SELECT * FROM "Sums, of"."Users, all" ORDER BY 1;
SELECT * FROM "Sums, of"."Orders" ORDER BY 1;
SELECT tableoid::regclass, * FROM "Sums, of".days ORDER BY shop, day;
SELECT tableoid::regclass, * FROM "Sums, of".refunds ORDER BY shop, day;
SELECT 'wrong', * FROM upkeep.check_rollup('"Sums, of"."Users, all"');
SELECT 'wrong', * FROM upkeep.check_rollup('"Sums, of".days');
