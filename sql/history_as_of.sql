-- History: row_history and as_of.
SET client_min_messages = warning;
CREATE SCHEMA then_;
SET search_path = then_, public;
-- moment(name): remembers the clock; at(name): what it was
CREATE TABLE moments (name text PRIMARY KEY, at timestamptz);
CREATE FUNCTION moment(name text) RETURNS void LANGUAGE sql AS
  'INSERT INTO then_.moments VALUES ($1, pg_catalog.clock_timestamp())';
CREATE FUNCTION at(name text) RETURNS timestamptz LANGUAGE sql STABLE AS
  'SELECT m.at FROM then_.moments m WHERE m.name = $1';

CREATE TABLE items (
  id int PRIMARY KEY, name text, price numeric(10,2), double_price numeric GENERATED ALWAYS AS (price * 2) STORED,
  secret text, card text, views int DEFAULT 0
);
SELECT moment('before');
SELECT upkeep.enable_history('items', digest_columns => '{card}', ignore_columns => '{views}');
INSERT INTO items VALUES (1, 'one', 12, DEFAULT, 's', 'c', 0), (2, 'two', NULL, DEFAULT, 's', 'c', 0);
SELECT moment('first');
SELECT upkeep.set_actor('kim', 'sale');
BEGIN;
SELECT upkeep.set_actor('kim', 'sale');
UPDATE items SET price = 14 WHERE id = 1;
COMMIT;
SELECT moment('14');
UPDATE items SET price = 12, views = 7 WHERE id = 1;
SELECT moment('12');
UPDATE items SET id = 20 WHERE id = 2;
DELETE FROM items WHERE id = 1;
INSERT INTO items (id, name) VALUES (3, 'three');
UPDATE items SET card = 'd' WHERE id = 20;

-- each moment, the newest first; excluded and digested columns are NULL, ignored ones as they were last written
SELECT m.name, o.* FROM moments m, LATERAL upkeep.as_of(NULL::items, m.at) o WHERE m.name <> 'before'
  ORDER BY m.at DESC, o.id;
SELECT * FROM upkeep.as_of(NULL::items, 'infinity') ORDER BY id;
SELECT action, actor, role = session_user AS own, reason, changes - 'card' AS changes
  FROM upkeep.row_history('items', '{"id": 1}');
-- a key that changed is followed back, not on
SELECT action, changes - 'card' AS changes FROM upkeep.row_history('items', '{"id": "20"}');
SELECT action, changes - 'card' AS changes FROM upkeep.row_history('items', '{"id": 2}');
SELECT count(*) FROM upkeep.row_history('items', '{"id": 99}');
SELECT r.transaction = h.transaction AND r.at = h.at AS same
  FROM upkeep.row_history('items', '{"id": 3}') r JOIN upkeep.history h USING (transaction)
  WHERE h.target = 'items'::regclass;

-- columns that come and go, and other names, also of keys
ALTER TABLE items ADD added text DEFAULT 'new', ADD empty text;
ALTER TABLE items RENAME price TO amount;
ALTER TABLE items RENAME id TO number;
ALTER TABLE items DROP name;
ALTER TABLE items ADD name text DEFAULT 'again';
UPDATE items SET amount = 5, added = 'x' WHERE number = 3;
SELECT m.name AS moment, o.* FROM moments m, LATERAL upkeep.as_of(NULL::items, m.at) o WHERE m.name <> 'before'
  ORDER BY m.at DESC, number;
SELECT action, changes - 'card' AS changes FROM upkeep.row_history('items', '{"number": 3}');
SELECT action, changes - 'card' AS changes FROM upkeep.row_history('items', '{"number": 20}');
ALTER TABLE items RENAME TO goods;
SELECT count(*) FROM upkeep.as_of(NULL::goods, at('14'));

-- keys that change places within a statement
CREATE TABLE places (a int, b text, v text, PRIMARY KEY (a, b));
SELECT upkeep.enable_history('places');
INSERT INTO places VALUES (1, 'x', 'first'), (2, 'x', 'second'), (3, 'x', 'third');
SELECT moment('places');
UPDATE places SET a = a - 1;
UPDATE places SET v = v || '!' WHERE a = 1;
UPDATE places SET a = 9 - a;
SELECT * FROM upkeep.as_of(NULL::places, at('places')) ORDER BY a;
SELECT changes FROM upkeep.row_history('places', '{"a": "8", "b": "x"}');

-- TRUNCATE with rows, and without
SELECT moment('truncate');
TRUNCATE places;
SELECT count(*) FROM upkeep.as_of(NULL::places, at('truncate'));
SELECT action, changes FROM upkeep.row_history('places', '{"a": 8, "b": "x"}') LIMIT 1;
INSERT INTO places SELECT n, '', '' FROM generate_series(1, 10001) n;
SELECT moment('many');
TRUNCATE places;
SELECT moment('none');
INSERT INTO places VALUES (1, '', '');
SELECT count(*) FROM upkeep.as_of(NULL::places, at('none'));
SELECT state, message, hint FROM failure($$SELECT upkeep.as_of(NULL::places, at('many'))$$);

-- what cannot be told
SELECT state, message, hint FROM failure($$SELECT upkeep.as_of(NULL::goods, at('before'))$$);
SELECT * FROM failure($$SELECT upkeep.as_of(NULL::goods, NULL)$$);
SELECT * FROM failure($$SELECT upkeep.as_of(1, now())$$);
SELECT * FROM failure($$SELECT upkeep.as_of(NULL::moments, now())$$);
SELECT state, message FROM failure($$SELECT upkeep.as_of(NULL::pg_stat_activity, now())$$);
SELECT * FROM failure($$SELECT upkeep.row_history('goods', '{"id": 1}')$$);
SELECT f, (failure(format('SELECT upkeep.row_history(''goods'', %L)', f))).*
  FROM unnest(ARRAY['{}', '[1]', '1', '{"number": null}', '{"number": 1, "x": 2}', '{"number": "a"}']) f;
SELECT state, message FROM failure($$SELECT upkeep.row_history(NULL, '{}')$$);
SELECT state, message FROM failure($$SELECT upkeep.row_history('goods', NULL)$$);
-- a row that was written while history was paused, though entries tell of it
CREATE TABLE gaps (id int PRIMARY KEY, v int);
SELECT upkeep.enable_history('gaps');
INSERT INTO gaps VALUES (1, 1), (2, 2);
SELECT moment('gaps');
UPDATE gaps SET v = v + 10;
SELECT sum(v) FROM upkeep.as_of(NULL::gaps, at('gaps'));
SET upkeep.pause = 'history';
UPDATE gaps SET v = 99 WHERE id = 2;
RESET upkeep.pause;
SELECT * FROM failure($$SELECT upkeep.as_of(NULL::gaps, at('gaps'))$$);
SET upkeep.pause = 'history';
UPDATE gaps SET v = 12 WHERE id = 2;
DELETE FROM gaps WHERE id = 1;
RESET upkeep.pause;
SELECT * FROM failure($$SELECT upkeep.as_of(NULL::gaps, at('gaps'))$$);

-- partitions: the root's history has all of them
CREATE TABLE parted (id int, region text, v text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');
CREATE TABLE parted_b (v text, id int NOT NULL, region text NOT NULL);
ALTER TABLE parted ATTACH PARTITION parted_b FOR VALUES IN ('b');
SELECT upkeep.enable_history('parted');
INSERT INTO parted VALUES (1, 'a', 'x'), (2, 'b', 'y');
SELECT moment('parted');
UPDATE parted SET region = 'b', v = 'z' WHERE id = 1;
DELETE FROM parted_b WHERE id = 2;
SELECT * FROM upkeep.as_of(NULL::parted, at('parted')) ORDER BY id;
SELECT action, changes FROM upkeep.row_history('parted', '{"id": 1, "region": "b"}');
SELECT * FROM failure($$SELECT upkeep.as_of(NULL::parted_a, now())$$);
SELECT state, message FROM failure($$SELECT upkeep.row_history('parted_a', '{"id": 1, "region": "a"}')$$);

-- rights, and row security: rows visible now
GRANT USAGE ON SCHEMA then_ TO regress_upkeep_other;
GRANT SELECT ON moments TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT * FROM failure($$SELECT upkeep.as_of(NULL::gaps, now())$$);
SELECT * FROM failure($$SELECT upkeep.row_history('gaps', '{"id": 1}')$$);
RESET ROLE;
CREATE TABLE secured (id int PRIMARY KEY, who text, v text);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secured USING (who = current_user);
GRANT SELECT ON secured TO regress_upkeep_other;
SELECT upkeep.enable_history('secured');
INSERT INTO secured VALUES (1, 'regress_upkeep_other', 'a'), (2, 'nobody', 'b'), (3, 'regress_upkeep_other', 'c');
SELECT moment('secured');
UPDATE secured SET v = v || '!';
DELETE FROM secured WHERE id = 3;
SET ROLE regress_upkeep_other;
SELECT * FROM upkeep.as_of(NULL::secured, at('secured'));
SELECT changes FROM upkeep.row_history('secured', '{"id": 1}');
SELECT count(*) FROM upkeep.row_history('secured', '{"id": 2}');
RESET ROLE;
SELECT count(*) FROM upkeep.as_of(NULL::secured, at('secured'));

DROP SCHEMA then_ CASCADE;
