-- The names of statuses, compared with what the column can hold: an enum, a CHECK, domains over both.
CREATE SCHEMA labels;
SET search_path = labels, public;
CREATE TYPE state AS ENUM ('pending', 'paid', 'canceled');
CREATE DOMAIN state_domain AS state;
CREATE DOMAIN few_states AS state_domain CHECK (VALUE::text <> 'pending'
  OR VALUE IS NULL) CHECK (VALUE::text IN ('paid', 'canceled'));
CREATE DOMAIN text_state AS varchar(20) CHECK (VALUE = ANY (ARRAY['open', 'paid']));
CREATE TABLE goods (id int PRIMARY KEY, stock_quantity int);
CREATE TABLE items (id int PRIMARY KEY, order_id int, product_id int, quantity int);
CREATE TABLE orders (id int PRIMARY KEY, status text);
-- what enabling says of one name in each column: the labels are in the detail
CREATE TABLE kinds (name text PRIMARY KEY, type text);
INSERT INTO kinds VALUES ('01 an enum', 'state'), ('02 a domain over it', 'state_domain'),
  ('03 a domain that has fewer', 'few_states'), ('04 a domain over a text', 'text_state'),
  ('05 IN', 'text CHECK (status IN (''open'', ''paid''))'),
  ('06 = ANY', 'varchar(10) CHECK (status::text = ANY (ARRAY[''open'', ''paid'']::text[]))'),
  ('07 a constant array', 'text CHECK (status = ANY (''{open,paid}''))'),
  ('08 OR', 'text CHECK (status = ''open'' OR ''paid'' = status OR status IS NULL)'),
  ('09 AND', 'text CHECK (status IN (''open'', ''paid'', ''lost'') AND length(status) > 1) CHECK (status IN (''open'', '
      '''paid'', ''new''))'),
  ('10 padded', 'character(10) CHECK (status IN (''open'', ''paid''))'),
  ('11 an enum with CHECK', 'state CHECK (status IN (''pending'', ''paid''))'),
  ('12 one label', 'text CHECK (status = ''paid'')'), ('13 a number', 'int CHECK (status IN (1, 2))'),
  ('14 named in capitals', 'text CHECK (status IN (''Open'', ''Paid''))'),
  ('20 no list', 'text'), ('21 NOT IN', 'text CHECK (status NOT IN (''payed''))'),
  ('22 of a function', 'text CHECK (lower(status) IN (''open'', ''paid''))'),
  ('23 of another column', 'text CHECK (other IN (''open'', ''paid''))'),
  ('24 not a constant', 'text CHECK (status IN (''open'', other))'),
  ('25 an open OR', 'text CHECK (status IN (''open'', ''paid'') OR other = ''free'')'),
  ('26 no equality', 'text CHECK (status > ''a'' AND status <> ''z'')'),
  ('27 SUBSTRING FROM', 'text CHECK (substring(status FROM 1 FOR 2) IN (''op'', ''pa''))');
CREATE FUNCTION says(type text, enable text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  said text;
BEGIN
  EXECUTE format('CREATE TABLE labels.told (id int PRIMARY KEY, other text, status %s)', type);
  BEGIN
    EXECUTE enable;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
  EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
    said := 'taken';
  WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
  END;
  DROP TABLE labels.told;
  RETURN said;
END $$;
SELECT name, says(type, 'SELECT upkeep.enable_order_lock(''told'', ''items'', locked_statuses => ''{payed}'')')
  FROM kinds ORDER BY 1;
-- what is not valid yet, or holds for some rows only, lists nothing; where capitals do not count neither
CREATE TABLE told (id int PRIMARY KEY, status text);
ALTER TABLE told ADD CHECK (status IN ('open')) NOT VALID;
SELECT upkeep.enable_order_lock('told', 'items', locked_statuses => '{payed}'), upkeep.disable_order_lock('told');
DROP TABLE told;
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE told (id int PRIMARY KEY, status text COLLATE any_case CHECK (status IN ('open')));
SELECT upkeep.enable_order_lock('told', 'items', locked_statuses => '{OPEN}'), upkeep.disable_order_lock('told');
DROP TABLE told;
-- each argument, with what it says
DROP TABLE orders;
CREATE TABLE orders (id int PRIMARY KEY, status state DEFAULT 'pending');
SELECT *
  FROM failure('SELECT upkeep.enable_order_lock(''orders'', ''items'', locked_statuses => ''{paid,payed,completed}'')');
SELECT * FROM failure(
  'SELECT upkeep.enable_stock(''items'', ''goods'', orders => ''orders'', released => ''{cancelled,canceled}'')');
SELECT *
  FROM failure('SELECT upkeep.enable_order_status(''orders'', ''{"pending": ["payed", "canceled"], "lost": []}'')');
SELECT *
  FROM failure('SELECT upkeep.enable_order_status(''orders'', ''{"pending": ["paid"]}'', paid_status => ''payed'')');
-- the default lists: what is no label is left out, but for the other spelling; nothing left
SELECT upkeep.enable_stock('items', 'goods', orders => 'orders');
SELECT upkeep.enable_order_lock('orders', 'items');
SELECT upkeep.enable_order_status('orders', '{"pending": ["canceled"]}');
SELECT DISTINCT object, feature, options - 'products' FROM upkeep.managed
  WHERE object IN ('orders'::regclass, 'items'::regclass) ORDER BY 2, 1;
CREATE TABLE told (id int PRIMARY KEY, status text CHECK (status IN ('new', 'gone')), payment_completed_at timestamptz);
SELECT * FROM failure('SELECT upkeep.enable_stock(''items'', ''goods'', orders => ''told'')');
CREATE TABLE told_items (id int PRIMARY KEY, order_id int);
SELECT upkeep.enable_order_lock('told', 'told_items');
INSERT INTO told VALUES (1, 'new', now());
SELECT state, message FROM failure('INSERT INTO told_items VALUES (1, 1)');
SELECT upkeep.disable_order_lock('told');
ALTER TABLE told DROP COLUMN payment_completed_at;
SELECT * FROM failure('SELECT upkeep.enable_order_lock(''told'', ''told_items'')');
DROP TABLE told, told_items;
-- both spellings, all labels, no labels: nothing is said
CREATE TABLE told (id int PRIMARY KEY,
  status text CHECK (status IN ('cancelled', 'canceled', 'refunded', 'paid', 'completed')));
CREATE TABLE told_items (id int PRIMARY KEY, order_id int, product_id int, quantity int);
SELECT upkeep.enable_order_lock('told', 'told_items'), upkeep.enable_stock('told_items', 'goods', orders => 'told'),
  upkeep.enable_order_status('told', '{"completed": ["paid"]}');
-- the status still works, and cancelling by either spelling gives back
INSERT INTO goods VALUES (1, 5);
INSERT INTO orders VALUES (1, 'pending'), (2, 'paid');
SELECT * FROM failure('INSERT INTO items VALUES (2, 2, 1, 1)');
INSERT INTO items VALUES (1, 1, 1, 2);
UPDATE orders SET status = 'canceled' WHERE id = 1;
SELECT stock_quantity FROM goods;
-- a label that is renamed: check() says so until the feature is enabled again
SELECT object, feature, finding FROM upkeep.check()
  WHERE object IN ('orders'::regclass, 'items'::regclass, 'told'::regclass) ORDER BY 2, 1;
ALTER TYPE state RENAME VALUE 'paid' TO 'settled';
ALTER TYPE state RENAME VALUE 'canceled' TO 'void';
ALTER TABLE told DROP CONSTRAINT told_status_check, ADD CHECK (status IN ('cancelled', 'paid', 'done'));
SELECT object, feature, finding, hint FROM upkeep.check()
  WHERE object IN ('orders'::regclass, 'items'::regclass, 'told'::regclass) ORDER BY 2, 1;
SELECT upkeep.enable_order_lock('orders', 'items', locked_statuses => '{settled}'),
  upkeep.enable_stock('items', 'goods', orders => 'orders', released => '{void}'),
  upkeep.enable_order_status('orders', '{"pending": ["void", "settled"]}', paid_status => 'settled');
SELECT object, feature, finding FROM upkeep.check() WHERE object IN ('orders'::regclass, 'items'::regclass)
  ORDER BY 2, 1;
-- a trigger of an earlier version says nothing of the usual lists: check() does where none of them is left
CREATE TABLE earlier (id int PRIMARY KEY, status state);
CREATE TABLE earlier_items (id int PRIMARY KEY, order_id int, product_id int, quantity int);
CREATE TRIGGER zz_upkeep_order_lock BEFORE UPDATE ON earlier FOR EACH ROW
  EXECUTE FUNCTION upkeep.order_lock('order_items=labels.earlier_items', 'status_column=status');
SELECT finding FROM upkeep.check() WHERE object = 'earlier'::regclass;
-- somebody else's function is not called to learn the labels
CREATE FUNCTION spied(text) RETURNS text LANGUAGE plpgsql IMMUTABLE
  AS $$ BEGIN RAISE NOTICE 'called'; RETURN $1; END $$;
CREATE TABLE spying (id int PRIMARY KEY, status text CHECK (status IN (spied('open'), 'paid')));
CREATE TABLE spied_items (id int PRIMARY KEY, order_id int);
SELECT upkeep.enable_order_lock('spying', 'spied_items', locked_statuses => '{payed}');
SET client_min_messages = warning;
DROP SCHEMA labels CASCADE;
