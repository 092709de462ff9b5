-- All rows.
SELECT * FROM "Kept, long"."Customers" ORDER BY 1;
SELECT tableoid::regclass, * FROM "Kept, long".parts ORDER BY no;
