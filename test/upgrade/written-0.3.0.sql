SELECT 'orders', count(*) > 1,
  count(*) FILTER (WHERE order_number NOT LIKE 'ORD-0%' OR total_amount <> 2 * price * lines)
  FROM sales.orders o JOIN (SELECT order_id, count(*) AS lines, min(price_snapshot) AS price
    FROM sales.order_items GROUP BY 1 HAVING min(price_snapshot) = max(price_snapshot)) l ON order_id = o.id
 WHERE o.id > 1000;
SELECT 'stock', taken > 0, stock_quantity + taken - 1000000 FROM sales.products,
  (SELECT sum(quantity) AS taken FROM sales.order_items WHERE product_id = 1 AND id >= 1000) t WHERE id = 1;
