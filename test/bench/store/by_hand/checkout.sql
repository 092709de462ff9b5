-- The items of a cart become the lines of an order.
CREATE FUNCTION store.checkout(cart uuid, address jsonb DEFAULT NULL) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  buyer uuid;
  bought uuid;
BEGIN
  SELECT user_id INTO buyer FROM store.carts WHERE id = cart FOR UPDATE;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = 'there is no such cart';
  END IF;
  INSERT INTO store.orders (user_id, billing_address) VALUES (buyer, address) RETURNING id INTO bought;
  WITH gone AS (
    DELETE FROM store.cart_items WHERE cart_id = cart RETURNING product_id, quantity
  )
  INSERT INTO store.order_items (order_id, product_id, quantity) SELECT bought, product_id, quantity FROM gone;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = 'the cart is empty';
  END IF;
  RETURN bought;
END $$;
