CREATE EXTENSION IF NOT EXISTS pg_upkeep;
--> statement-breakpoint
SELECT upkeep.enable_updated_at('products', ignore_columns => '{stock_quantity}');
--> statement-breakpoint
SELECT upkeep.enable_updated_at(t) FROM unnest('{users,carts,cart_items,orders}'::regclass[]) t;
--> statement-breakpoint
SELECT upkeep.enable_order_snapshots('order_items', 'products', active_column => 'active');
--> statement-breakpoint
SELECT upkeep.enable_order_totals('orders', 'order_items');
--> statement-breakpoint
SELECT upkeep.enable_order_lock('orders', 'order_items');
--> statement-breakpoint
SELECT upkeep.enable_order_status('orders',
  '{"pending": ["paid", "cancelled"], "paid": ["completed", "refunded", "cancelled"], "completed": ["refunded"]}');
--> statement-breakpoint
SELECT upkeep.enable_order_number('orders');
--> statement-breakpoint
SELECT upkeep.enable_stock('order_items', 'products', orders => 'orders');
--> statement-breakpoint
SELECT upkeep.enable_soft_delete('users');
--> statement-breakpoint
SELECT upkeep.live_view('users');
--> statement-breakpoint
SELECT upkeep.enable_history('users', digest_columns => '{phone}'), upkeep.enable_history('products'),
  upkeep.enable_history('orders'), upkeep.enable_history('order_items');
