SELECT upkeep.enable_order_totals('store.orders', 'store.order_items') \g /dev/null
