SELECT upkeep.enable_updated_at('store.orders'), upkeep.enable_updated_at('store.products') \g /dev/null
