-- All rows, what lines have taken from stock, how far the numbers are, and which orders are wrong.
SELECT * FROM sales.products ORDER BY 1;
SELECT * FROM sales.orders ORDER BY 1;
SELECT * FROM sales.order_items ORDER BY 1;
SELECT * FROM sales."Goods, all" ORDER BY 1, 2;
SELECT * FROM sales."Orders, all" ORDER BY 1, 2;
SELECT tableoid::regclass, "Tenant", "Line", "Order, no", "Sku", "What", "How many", "At", "Taken"
  FROM sales."Lines, all" ORDER BY 2, 3;
SELECT * FROM store.products;
SELECT * FROM store.carts;
SELECT * FROM store.cart_items;
SELECT * FROM store.orders;
SELECT * FROM store.order_items;
SELECT order_items, line, product, quantity
  FROM upkeep.stock_taken ORDER BY order_items::text COLLATE "C", line COLLATE "C";
SELECT schemaname, sequencename, last_value,
  (SELECT refobjid::regclass || ' ' || refobjsubid FROM pg_depend WHERE classid = 'pg_catalog.pg_class'::regclass
    AND objid = format('%I.%I', schemaname, sequencename)::regclass AND deptype = 'a')
  FROM pg_sequences WHERE sequencename <> 'history_id' ORDER BY 1, 2;
SELECT * FROM upkeep.check_orders('sales.orders', 'sales.order_items') ORDER BY 1, 2;
SELECT * FROM upkeep.check_orders('sales."Orders, all"', 'sales."Lines, all"') ORDER BY 1, 2;
SELECT * FROM upkeep.check_orders('store.orders', 'store.order_items') ORDER BY 1, 2;
