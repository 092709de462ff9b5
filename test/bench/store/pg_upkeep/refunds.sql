SELECT upkeep.enable_order_refunds('store.refunds', 'store.orders', 'store.order_items',
  refunded_column => 'refunded_amount') \g /dev/null
