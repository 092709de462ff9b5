-- What the replay did, and the same counted by another way.
\pset footer off
\pset null 'none yet'
WITH changes AS (
  SELECT price IS DISTINCT FROM lag(price) OVER (PARTITION BY stock_code ORDER BY sold_at, line) AS is_change FROM sales
)
SELECT (SELECT last_value FROM updates_run) AS "updates run",
       (SELECT count(*) FROM products) AS products,
       (SELECT count(*) FILTER (WHERE is_change) FROM changes) AS "prices really changed, by lag()",
       (SELECT count(*) FROM moves) AS "stamps moved",
       (SELECT count(*) FROM moves WHERE after <= before) AS "moved back";

-- One product, and four ways to write to it.
SELECT stock_code, price FROM products
  ORDER BY (SELECT count(*) FROM moves m WHERE m.stock_code = products.stock_code) DESC, stock_code LIMIT 1 \gset
\echo Product :stock_code, :price each, the one whose price changed most often. Four more updates:
\echo
CREATE TABLE tried (n int, update text, "stamp moved" boolean);
SELECT updated_at AS old FROM products WHERE stock_code = :'stock_code' \gset
UPDATE products SET price = price WHERE stock_code = :'stock_code';
INSERT INTO tried SELECT 1, 'the same price', updated_at > :'old' FROM products WHERE stock_code = :'stock_code';
UPDATE products SET views = views + 1 WHERE stock_code = :'stock_code';
INSERT INTO tried SELECT 2, 'a view counted (ignored)', updated_at > :'old' FROM products
  WHERE stock_code = :'stock_code';
UPDATE products SET updated_at = '2099-01-01' WHERE stock_code = :'stock_code';
INSERT INTO tried SELECT 3, 'updated_at = 2099, as an ORM may send it', updated_at > :'old' FROM products
  WHERE stock_code = :'stock_code';
UPDATE products SET price = price + 1, created_at = '1999-01-01' WHERE stock_code = :'stock_code';
INSERT INTO tried SELECT 4, 'another price', updated_at > :'old' FROM products WHERE stock_code = :'stock_code';
SELECT update, "stamp moved" FROM tried ORDER BY n;

SELECT object, feature, options, trigger, enabled FROM upkeep.managed;
SELECT count(*) AS "findings of upkeep.check()" FROM upkeep.check();

-- The demo fails where what it shows is wrong.
DO $$
DECLARE
  moved bigint := (SELECT count(*) FROM moves WHERE after > before) - 1;
  changed bigint := (SELECT count(*) FROM (SELECT price IS DISTINCT FROM lag(price) OVER (PARTITION BY stock_code
    ORDER BY sold_at, line) AS c FROM sales) s WHERE c);
BEGIN
  IF moved <> changed OR (SELECT array_agg("stamp moved" ORDER BY n) FROM tried) <> '{f,f,f,t}' THEN
    RAISE 'the stamps moved % times, the prices changed % times', moved, changed;
  END IF;
END $$;
\echo The stamps moved exactly as often as the prices changed.
