-- A line captures its product and the price, refuses another price, and keeps both.
CREATE FUNCTION store.capture() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  product store.products;
BEGIN
  IF NEW.product_id IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT * INTO product FROM store.products WHERE id = NEW.product_id;
  IF NOT FOUND THEN
    RAISE foreign_key_violation USING MESSAGE = format('product %s does not exist', NEW.product_id);
  ELSIF NEW.price_snapshot <> product.price THEN
    RAISE 'price % of product % is not the product''s price', NEW.price_snapshot, NEW.product_id
      USING ERRCODE = 'UK001';
  END IF;
  NEW.price_snapshot := product.price;
  NEW.product_snapshot := to_jsonb(product) - 'stock_quantity';
  RETURN NEW;
END $$;
CREATE TRIGGER capture BEFORE INSERT ON store.order_items FOR EACH ROW EXECUTE FUNCTION store.capture();

CREATE FUNCTION store.keep_captured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE 'what a line has captured cannot change' USING ERRCODE = 'UK005';
END $$;
CREATE TRIGGER keep_captured BEFORE UPDATE ON store.order_items FOR EACH ROW
  WHEN ((OLD.price_snapshot, OLD.product_snapshot, OLD.order_id)
          IS DISTINCT FROM (NEW.price_snapshot, NEW.product_snapshot, NEW.order_id)
        OR NEW.product_id <> OLD.product_id OR OLD.product_id IS NULL AND NEW.product_id IS NOT NULL)
  EXECUTE FUNCTION store.keep_captured();
