-- Lines take from the stock, all short products in one error; what goes comes back, and so does what a cancelled order
-- has taken. Orders and products are locked in order.
CREATE FUNCTION store.take(goods uuid[], amounts bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  short text;
BEGIN
  PERFORM FROM store.products WHERE id = ANY (goods) AND stock_quantity IS NOT NULL ORDER BY id FOR NO KEY UPDATE;
  SELECT jsonb_agg(jsonb_build_object('product', p.id, 'requested', n.quantity, 'available', p.stock_quantity))::text
    INTO short
    FROM unnest(goods, amounts) AS n(product, quantity) JOIN store.products p ON p.id = n.product
    WHERE n.quantity > 0 AND p.stock_quantity < n.quantity;
  IF short IS NOT NULL THEN
    RAISE 'out of stock' USING ERRCODE = 'UK002', DETAIL = short;
  END IF;
  UPDATE store.products p SET stock_quantity = p.stock_quantity - n.quantity
    FROM unnest(goods, amounts) AS n(product, quantity)
    WHERE p.id = n.product AND n.quantity <> 0 AND p.stock_quantity IS NOT NULL;
END $$;
CREATE FUNCTION store.take_new() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  goods uuid[];
  amounts bigint[];
BEGIN
  PERFORM FROM store.orders WHERE id IN (SELECT order_id FROM new_rows) ORDER BY id FOR SHARE;
  SELECT array_agg(product_id), array_agg(quantity) INTO goods, amounts
    FROM (SELECT n.product_id, sum(n.quantity) AS quantity
            FROM new_rows n JOIN store.orders o ON o.id = n.order_id AND o.status NOT IN ('cancelled', 'refunded')
            WHERE n.product_id IS NOT NULL GROUP BY n.product_id) n;
  PERFORM store.take(goods, amounts);
  RETURN NULL;
END $$;
CREATE FUNCTION store.take_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  goods uuid[];
  amounts bigint[];
BEGIN
  PERFORM FROM store.orders WHERE id IN (SELECT order_id FROM old_rows) ORDER BY id FOR SHARE;
  SELECT array_agg(product_id), array_agg(quantity) INTO goods, amounts
    FROM (SELECT n.product_id, -sum(n.quantity) AS quantity
            FROM old_rows n JOIN store.orders o ON o.id = n.order_id AND o.status NOT IN ('cancelled', 'refunded')
            WHERE n.product_id IS NOT NULL GROUP BY n.product_id) n;
  PERFORM store.take(goods, amounts);
  RETURN NULL;
END $$;
CREATE FUNCTION store.take_difference() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  goods uuid[];
  amounts bigint[];
BEGIN
  PERFORM FROM store.orders WHERE id IN (SELECT order_id FROM old_rows UNION SELECT order_id FROM new_rows)
    ORDER BY id FOR SHARE;
  SELECT array_agg(product_id), array_agg(quantity) INTO goods, amounts
    FROM (SELECT d.product_id, sum(d.quantity) AS quantity
            FROM (SELECT order_id, product_id, -quantity AS quantity FROM old_rows
                  UNION ALL SELECT order_id, product_id, quantity FROM new_rows) d
            JOIN store.orders o ON o.id = d.order_id AND o.status NOT IN ('cancelled', 'refunded')
            WHERE d.product_id IS NOT NULL GROUP BY d.product_id HAVING sum(d.quantity) <> 0) n;
  PERFORM store.take(goods, amounts);
  RETURN NULL;
END $$;
CREATE TRIGGER take_new AFTER INSERT ON store.order_items REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.take_new();
CREATE TRIGGER take_back AFTER DELETE ON store.order_items REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.take_back();
CREATE TRIGGER take_difference AFTER UPDATE ON store.order_items
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION store.take_difference();

CREATE FUNCTION store.release() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign integer := CASE WHEN NEW.status IN ('cancelled', 'refunded') THEN -1 ELSE 1 END;
  goods uuid[];
  amounts bigint[];
BEGIN
  SELECT array_agg(product_id), array_agg(sign * quantity) INTO goods, amounts
    FROM (SELECT product_id, sum(quantity) AS quantity FROM store.order_items
            WHERE order_id = NEW.id AND product_id IS NOT NULL GROUP BY product_id) n;
  PERFORM store.take(goods, amounts);
  RETURN NULL;
END $$;
CREATE TRIGGER release AFTER UPDATE ON store.orders FOR EACH ROW
  WHEN ((OLD.status IN ('cancelled', 'refunded')) <> (NEW.status IN ('cancelled', 'refunded')))
  EXECUTE FUNCTION store.release();
