SELECT upkeep.enable_stock('store.order_items', 'store.products', orders => 'store.orders') \g /dev/null
