-- Rollups: rows of a target are written one after another. An index, a constraint and a trigger of the target are kept
-- as by any UPDATE, from whichever row on they are needed.
SET client_min_messages = warning;
CREATE SCHEMA rollup_write;
SET search_path = rollup_write;
CREATE TABLE users (id integer PRIMARY KEY, orders bigint NOT NULL DEFAULT 0, best integer, name text);
CREATE TABLE orders (id serial, user_id integer NOT NULL REFERENCES users, amount integer);
SELECT upkeep.enable_rollup('users', 'orders', '{orders = count(*), best = max(amount)}');
INSERT INTO users SELECT n, 0, NULL, repeat('x', 1000) FROM generate_series(1, 40) n;
CREATE FUNCTION wrong() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM upkeep.check_rollup('users') $$;

-- Pages that are full: new versions go elsewhere, and every index has an entry for them.
INSERT INTO orders (user_id, amount) SELECT 1 + n % 40, n FROM generate_series(1, 200) n;
INSERT INTO orders (user_id, amount) SELECT 1 + n % 40, n FROM generate_series(1, 400) n;
SELECT wrong();
-- An index on a figure: all of them find their entry there.
CREATE INDEX by_orders ON users (orders);
CREATE INDEX by_half ON users ((orders / 2), lower(name)) WHERE orders > 15;
INSERT INTO orders (user_id, amount) SELECT n, 1000 + n FROM generate_series(1, 40) n;
INSERT INTO orders (user_id, amount) VALUES (1, 5000), (2, 1), (3, 2);
SET enable_seqscan = off;
SELECT count(*) FROM users WHERE orders = 16;
SELECT id, orders, best FROM users WHERE orders = 17 ORDER BY id;
SELECT id FROM users WHERE orders / 2 = 8 AND lower(name) > 'a' AND orders > 16 ORDER BY id;
RESET enable_seqscan;
SELECT wrong();

-- Constraints of the target.
ALTER TABLE users ADD CONSTRAINT few CHECK (orders < 20);
INSERT INTO orders (user_id, amount) SELECT n, 1 FROM generate_series(1, 10) n;
SELECT * FROM public.failure($$INSERT INTO orders (user_id, amount) SELECT n % 5 + 1, 1
  FROM generate_series(1, 24) n$$);
SELECT wrong();
ALTER TABLE users ALTER best SET NOT NULL;
SELECT * FROM public.failure($$DELETE FROM orders WHERE user_id IN (3, 4)$$);
SELECT wrong();
ALTER TABLE users DROP CONSTRAINT few, ALTER best DROP NOT NULL;
ALTER TABLE users ADD half numeric GENERATED ALWAYS AS (orders / 2.0) STORED;
DELETE FROM orders WHERE user_id IN (3, 4, 5) AND amount > 1000;
SELECT id, orders, round(half, 1) AS half, best FROM users WHERE id BETWEEN 2 AND 6 ORDER BY id;
ALTER TABLE users DROP half;

-- A foreign key of and to the target, as it is and on a figure; a figure of a deferred constraint.
CREATE TABLE ranks (orders bigint PRIMARY KEY);
INSERT INTO ranks SELECT generate_series(0, 30);
ALTER TABLE users ADD CONSTRAINT ranked FOREIGN KEY (orders) REFERENCES ranks;
INSERT INTO orders (user_id, amount) SELECT 6, 1 FROM generate_series(1, 13);
SELECT * FROM public.failure($$INSERT INTO orders (user_id, amount) VALUES (6, 1)$$);
ALTER TABLE users DROP CONSTRAINT ranked;
INSERT INTO orders (user_id, amount) VALUES (6, 1);
DELETE FROM orders WHERE user_id > 2;
DELETE FROM users WHERE id > 2;
INSERT INTO orders (user_id, amount) VALUES (2, 1);
ALTER TABLE users ADD CONSTRAINT single UNIQUE (orders);
CREATE TABLE notes (orders bigint REFERENCES users (orders));
INSERT INTO notes SELECT min(orders) FROM users;
SELECT * FROM public.failure($$INSERT INTO orders (user_id, amount) SELECT 1, 1 FROM generate_series(1, 3)$$);
DROP TABLE notes;
ALTER TABLE users DROP CONSTRAINT single, ADD CONSTRAINT single EXCLUDE USING btree (orders WITH =) DEFERRABLE;
INSERT INTO orders (user_id, amount) VALUES (1, 1), (2, 1);
SELECT * FROM public.failure($$INSERT INTO orders (user_id, amount) VALUES (1, 1)$$);
SELECT id, orders FROM users ORDER BY id;
SELECT wrong();

-- A trigger of the target, made and dropped while the session has written it before.
CREATE TABLE seen (id integer, orders bigint);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO rollup_write.seen VALUES (new.id, new.orders);
  RETURN new;
END $$;
CREATE TRIGGER see AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION see();
INSERT INTO orders (user_id, amount) VALUES (2, 1);
DROP TRIGGER see ON users;
INSERT INTO orders (user_id, amount) VALUES (2, 1);
CREATE TRIGGER see BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION see();
INSERT INTO orders (user_id, amount) VALUES (2, 1);
ALTER TABLE users DISABLE TRIGGER see;
INSERT INTO orders (user_id, amount) VALUES (2, 1);
SELECT * FROM seen ORDER BY orders;
SELECT wrong();

DROP SCHEMA rollup_write CASCADE;
