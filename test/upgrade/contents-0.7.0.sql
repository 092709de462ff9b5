-- All rows, and what is exempt.
SELECT tableoid::regclass, * FROM "Kept, all"."Visits" ORDER BY id;
SELECT * FROM "Kept, all".scratch;
SELECT 'exempt', * FROM upkeep.guard_exemptions ORDER BY object::text;
