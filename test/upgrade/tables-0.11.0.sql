-- What 0.11.0 adds: history, and rows that are deleted by a stamp.
CREATE SCHEMA "Kept, long";
CREATE TABLE "Kept, long"."Customers" ("No, of" int PRIMARY KEY, name text NOT NULL, email text, password text,
  secret_word text, price numeric(10,2), deleted_at timestamptz);
SELECT upkeep.enable_history('"Kept, long"."Customers"', digest_columns => '{email}');
SELECT upkeep.enable_soft_delete('"Kept, long"."Customers"');
CREATE TABLE "Kept, long".parts (day date, no int, note text, gone timestamp, PRIMARY KEY (day, no));
SELECT upkeep.enable_history('"Kept, long".parts', exclude_columns => '{note}', ignore_columns => '{gone}');
SELECT upkeep.enable_soft_delete('"Kept, long".parts', 'gone', hard_delete => 'refuse');
