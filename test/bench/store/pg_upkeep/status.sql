SELECT upkeep.enable_order_status('store.orders',
  '{"pending": ["paid", "cancelled"], "paid": ["completed", "refunded"], "completed": ["refunded"]}') \g /dev/null
