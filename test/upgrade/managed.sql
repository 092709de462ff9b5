-- What is managed: equal in a database and in its restored copy.
SELECT * FROM upkeep.managed ORDER BY object::text COLLATE "C", trigger COLLATE "C";
SELECT upkeep.export_sql();
SELECT tgrelid::regclass, tgname, tgenabled, tgparentid <> 0, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
 ORDER BY tgrelid::regclass::text COLLATE "C", tgname COLLATE "C";
