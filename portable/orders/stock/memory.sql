-- What lines have taken from stock, where they have no column for it.

-- The same table as the C++ edition's, so that a dump moves it.
CREATE TABLE IF NOT EXISTS upkeep.stock_taken (
  order_items regclass NOT NULL,
  line text NOT NULL,
  product text NOT NULL,
  quantity numeric NOT NULL,
  products regclass,
  PRIMARY KEY (order_items, line)
);
COMMENT ON TABLE upkeep.stock_taken IS
'What each line of an order has taken from stock, for tables without a taken_column. Written by upkeep.stock().';
COMMENT ON COLUMN upkeep.stock_taken.order_items IS 'the table of the line';
COMMENT ON COLUMN upkeep.stock_taken.line IS 'the primary key of the line, as a JSON array';
COMMENT ON COLUMN upkeep.stock_taken.product IS
'the key of the product, with the tenant before it where there is one, as a JSON array';
COMMENT ON COLUMN upkeep.stock_taken.quantity IS 'how many the line has taken';
COMMENT ON COLUMN upkeep.stock_taken.products IS
'the table of the product; NULL in rows that 0.6.0 or an earlier version wrote';
GRANT SELECT ON upkeep.stock_taken TO pg_database_owner;

-- Orders whose lines were written by another transaction than the one that wrote the order last: one with an older
-- snapshot cannot release them without noticing.
CREATE TABLE IF NOT EXISTS upkeep_internal.stock_orders (
  orders oid NOT NULL,
  order_key text NOT NULL,
  PRIMARY KEY (orders, order_key)
);
COMMENT ON TABLE upkeep_internal.stock_orders IS
'Orders whose lines stock has settled by themselves, so that a transaction whose snapshot is older gets 40001.';

-- From now on these lines have taken nothing, and those what they say. Written by the installer alone. Returns true, as
-- the next, so that it can be called without a query.
CREATE FUNCTION upkeep_internal.remember_stock(
  of_lines regclass,
  of_products regclass,
  gone text[],
  taking text[],
  taking_products text[],
  taking_quantities numeric[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF gone IS NOT NULL THEN
    DELETE FROM upkeep.stock_taken t WHERE t.order_items = of_lines AND t.line = ANY (gone);
  END IF;
  IF taking IS NOT NULL THEN
    INSERT INTO upkeep.stock_taken (order_items, line, product, quantity, products)
    SELECT of_lines, w.line, w.product, w.quantity, of_products
    FROM unnest(taking, taking_products, taking_quantities) w(line, product, quantity);
  END IF;
  RETURN true;
END $$;

-- Whoever has an older snapshot, and writes the same row, gets 40001. In the order in which the orders are locked.
CREATE FUNCTION upkeep_internal.note_stock_orders(of_orders oid, keys text[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO upkeep_internal.stock_orders AS s (orders, order_key)
  SELECT of_orders, k FROM unnest(keys) WITH ORDINALITY u(k, place) GROUP BY k ORDER BY min(place)
  ON CONFLICT (orders, order_key) DO UPDATE SET order_key = s.order_key;
  RETURN true;
END $$;

-- Of tables that are gone, whose numbers others may get.
CREATE FUNCTION upkeep_internal.forget_dropped_stock()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM upkeep.stock_taken t
  WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.order_items)
     OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = coalesce(t.products, t.order_items));
  DELETE FROM upkeep_internal.stock_keys k WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = k.order_items);
  DELETE FROM upkeep_internal.stock_orders s WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = s.orders);
END $$;
