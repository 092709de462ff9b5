-- The one piece of an order, which fifty want to give back.
SELECT attempt('INSERT INTO refund (order_id, order_item_id, quantity, restock) VALUES (2, 4, 1, true)');
