SELECT upkeep.enable_order_snapshots('store.order_items', 'store.products') \g /dev/null
