SELECT upkeep.enable_order_lock('store.orders', 'store.order_items') \g /dev/null
