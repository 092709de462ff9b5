-- Rollups: an UPDATE whose SET list names no column that counts changes no figure, unless somebody else does.
SET client_min_messages = warning;
CREATE SCHEMA rollup_set_list;
SET search_path = rollup_set_list;
CREATE TABLE shops (id integer PRIMARY KEY, sold bigint NOT NULL DEFAULT 0, earned bigint NOT NULL DEFAULT 0);
CREATE TABLE sales (id integer PRIMARY KEY, note text, shop_id integer REFERENCES shops, amount integer NOT NULL,
  earned integer GENERATED ALWAYS AS (amount - 1) STORED, shown boolean NOT NULL DEFAULT true);
SELECT upkeep.enable_rollup('shops', 'sales', '{sold = count(*), earned = sum(earned)}', filter => 'shown');
INSERT INTO shops (id) VALUES (1), (2);
INSERT INTO sales (id, shop_id, amount) VALUES (1, 1, 10), (2, 1, 20), (3, 2, 30);
CREATE FUNCTION figures() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s: %s, %s', id, sold, earned), '; ' ORDER BY id) ||
    (SELECT CASE WHEN count(*) > 0 THEN ' wrong' ELSE '' END FROM upkeep.check_rollup('shops')) FROM shops
$$;
SELECT figures();

-- What counts, and what does not.
UPDATE sales SET note = 'a', id = id + 10;
UPDATE sales SET amount = amount + 1 WHERE id = 11;
SELECT figures();
UPDATE sales SET note = 'b', shown = false WHERE id = 11;
SELECT figures();
INSERT INTO sales VALUES (11, 'c', 1, 100), (12, 'c', 1, 100) ON CONFLICT (id) DO UPDATE SET note = excluded.note;
SELECT figures();
INSERT INTO sales VALUES (12, 'd', 1, 100) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount;
SELECT figures();
MERGE INTO sales USING generate_series(11, 13) n ON id = n WHEN MATCHED AND n = 12 THEN UPDATE SET amount = 50
  WHEN MATCHED THEN UPDATE SET note = 'e';
SELECT figures();
CREATE VIEW noted_sales AS SELECT id AS number, amount AS paid, note FROM sales;
UPDATE noted_sales SET paid = paid + 1, note = 'f' WHERE number = 13;
UPDATE noted_sales SET note = 'g';
SELECT figures();

-- Two parts of one statement: what the trigger is told of the columns is one part's.
WITH first AS (UPDATE sales SET amount = amount + 1 WHERE id = 12) UPDATE sales SET note = 'h' WHERE id = 13;
SELECT figures();
WITH first AS (UPDATE sales SET note = 'i' WHERE id = 12) UPDATE sales SET amount = amount + 1 WHERE id = 13;
SELECT figures();
WITH first AS (UPDATE sales SET amount = amount + 1 WHERE id = 12),
  second AS (UPDATE sales SET note = 'j' WHERE id = 13) SELECT 'both' AS written;
SELECT figures();
WITH first AS (UPDATE sales SET note = 'k' WHERE id = 12),
  second AS (UPDATE sales SET amount = amount + 1 WHERE id = 13) SELECT 'both' AS written;
SELECT figures();

-- A trigger AFTER UPDATE that writes more rows does so by a statement of its own.
CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE rollup_set_list.sales SET amount = amount + 1 WHERE id = 13;
  RETURN NULL;
END $$;
CREATE TRIGGER follow AFTER UPDATE OF note ON sales FOR EACH ROW WHEN (new.id = 12) EXECUTE FUNCTION follow();
UPDATE sales SET note = 'l' WHERE id = 12;
SELECT figures();
DROP TRIGGER follow ON sales;

-- A trigger BEFORE UPDATE changes what it likes.
CREATE FUNCTION raise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.amount := new.amount + 1; RETURN new; END $$;
CREATE TRIGGER raise BEFORE UPDATE ON sales FOR EACH ROW EXECUTE FUNCTION raise();
UPDATE sales SET note = 'm';
SELECT figures();
DROP TRIGGER raise ON sales;
UPDATE sales SET note = 'n';
SELECT figures();

-- Also where nothing is generated.
CREATE TABLE days (day integer PRIMARY KEY, visits bigint NOT NULL DEFAULT 0);
CREATE TABLE visits (day integer, page text);
SELECT upkeep.enable_rollup('days', 'visits', '{visits = count(*)}', '{day = day}');
INSERT INTO visits VALUES (1, 'a'), (2, 'b');
CREATE FUNCTION defer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.day := new.day + 1; RETURN new; END $$;
CREATE TRIGGER defer BEFORE UPDATE ON visits FOR EACH ROW EXECUTE FUNCTION defer();
UPDATE visits SET page = 'c';
SELECT * FROM days ORDER BY day;

-- The actions of a foreign key are told together with the statement that they follow.
CREATE TABLE bosses (id integer PRIMARY KEY, people bigint NOT NULL DEFAULT 0);
CREATE TABLE people (id integer PRIMARY KEY, boss integer, mentor integer REFERENCES people ON UPDATE CASCADE);
SELECT upkeep.enable_rollup('bosses', 'people', '{people = count(*)}', '{id = boss}');
INSERT INTO people VALUES (1, 1, NULL), (2, 1, 1), (3, 2, 2);
UPDATE people SET id = 11, boss = 3 WHERE id = 1;
SELECT * FROM bosses ORDER BY id;
ALTER TABLE people DROP CONSTRAINT people_mentor_fkey;
ALTER TABLE people ADD FOREIGN KEY (boss) REFERENCES people ON UPDATE CASCADE NOT VALID;
UPDATE people SET id = id + 10 WHERE id < 10;
SELECT * FROM people ORDER BY id;
SELECT * FROM bosses ORDER BY id;
SELECT * FROM upkeep.check_rollup('bosses');

-- Rows of children have triggers of their own.
CREATE TABLE rooms (id integer PRIMARY KEY, chairs bigint NOT NULL DEFAULT 0);
CREATE TABLE things (room_id integer, chairs integer, note text);
CREATE TABLE sets () INHERITS (things);
SELECT upkeep.enable_rollup('rooms', 'things', '{chairs = sum(chairs)}', '{id = room_id}');
INSERT INTO things VALUES (1, 1);
INSERT INTO sets VALUES (1, 10);
CREATE FUNCTION one_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.chairs := new.chairs + 1;
  RETURN new;
END $$;
CREATE TRIGGER one_more BEFORE UPDATE ON sets FOR EACH ROW EXECUTE FUNCTION one_more();
UPDATE things SET note = 'a';
SELECT * FROM rooms;
SELECT * FROM upkeep.check_rollup('rooms');

DROP SCHEMA rollup_set_list CASCADE;
