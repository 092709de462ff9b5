-- A products table as a shop has it, its stamp kept by the database; beside it, what counts the updates and
-- the moves of the stamps.
CREATE TABLE products (
  stock_code text PRIMARY KEY,
  price      numeric(10,3),
  views      int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO products (stock_code) SELECT DISTINCT stock_code FROM sales;

SELECT upkeep.enable_updated_at('products', ignore_columns => '{views}') \g /dev/null

-- What the replay changes is looked at further below.
SELECT upkeep.enable_history('products') \g /dev/null

CREATE SEQUENCE updates_run;
CREATE FUNCTION count_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval('updates_run');
  RETURN NULL;
END $$;
CREATE TRIGGER count_update AFTER UPDATE ON products FOR EACH STATEMENT EXECUTE FUNCTION count_update();

CREATE TABLE moves (stock_code text, before timestamptz, after timestamptz);
CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO moves VALUES (NEW.stock_code, OLD.updated_at, NEW.updated_at);
  RETURN NULL;
END $$;
CREATE TRIGGER note_move AFTER UPDATE ON products FOR EACH ROW
  WHEN (OLD.updated_at IS DISTINCT FROM NEW.updated_at) EXECUTE FUNCTION note_move();
