-- All rows, the rules for new tables, and what check() finds: equal in a database and in its restored copy.
SELECT schema_name, column_name FROM upkeep.auto_updated_at_rules ORDER BY 1, 2;
SELECT * FROM upkeep.check() ORDER BY object::text COLLATE "C", finding COLLATE "C";
SELECT tableoid::regclass, * FROM public.plain ORDER BY id;
SELECT tableoid::regclass, * FROM "Shop, Front"."Order, Item" ORDER BY "Id";
SELECT tableoid::regclass, * FROM public.strict ORDER BY id;
SELECT tableoid::regclass, * FROM public.filled ORDER BY id;
SELECT tableoid::regclass, * FROM "Shop, Front"."Parent" ORDER BY 2, 3;
SELECT tableoid::regclass, * FROM public.child ORDER BY id;
SELECT tableoid::regclass, * FROM public.leaf ORDER BY id;
SELECT tableoid::regclass, * FROM public.base ORDER BY id;
SELECT tableoid::regclass, * FROM public.off ORDER BY id;
SELECT tableoid::regclass, * FROM public.always ORDER BY id;
