// What must compile, and what must not: every option is here once.
import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, numeric, pgSchema, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import {
  inCasing, metrics, migration, orderLock, orderNumber, orderRefunds, orderSnapshots, orderStatus, orderTotals, stock,
  touch, updatedAt, updatedAtIn,
} from 'pg-upkeep/drizzle';

const products = pgTable('products', {
  id: integer().primaryKey(), shopId: integer('shop_id'), price: numeric(), stockQuantity: integer('stock_quantity'), isActive: boolean('is_active'),
  views: integer(), updatedAt: timestamp('updated_at'), createdAt: timestamp('created_at'), version: integer(),
});
const orders = pgTable('orders', {
  id: integer().primaryKey(), shopId: integer('shop_id'), status: text({ enum: ['pending', 'paid', 'cancelled'] }).notNull(), state: text(),
  totalAmount: numeric('total_amount'), shipping: numeric(), goods: numeric(), currency: text(), orderNumber: text('order_number'),
  paidAt: timestamp('paid_at'), refunded: numeric(),
});
const orderItems = pgTable('order_items', {
  id: integer().primaryKey(), shopId: integer('shop_id'), orderId: integer('order_id').notNull(), productId: integer('product_id'), price: numeric(),
  quantity: integer(), discount: numeric(), snapshot: jsonb(), returns: integer(), currency: text(), note: text(), taken: integer(), refundedQuantity: integer('refunded_quantity'),
});
const refunds = pgTable('refunds', {
  id: integer().primaryKey(), shopId: integer('shop_id'), orderId: integer('order_id'), lineId: integer('line_id'), pieces: integer(), amount: numeric(), restock: boolean(),
});
const days = pgTable('days', { shopId: integer('shop_id'), day: text(), orders: integer(), revenue: integer(), spend: integer(), aov: integer(), profit: integer() });
const settings = pgTable('settings', { shopId: integer('shop_id'), ratio: numeric(), since: timestamp() });
const shop = pgSchema('shop');

export const text_of_migration: string = migration(
  updatedAt(products),
  updatedAt(products, {
    columnName: 'updatedAt', ignoreColumns: ['views', products.stockQuantity], clock: 'clock', explicit: 'reject', protectColumns: ['createdAt'],
    versionColumn: products.version, timezone: 'session',
  }),
  updatedAt(products, { protectColumns: null }),
  updatedAtIn('public', { columnName: 'changed_at', protectColumns: [] }),
  updatedAtIn(shop),
  touch(orderItems, orders, { foreignKey: 'order_items_order_id_fk' }),
  metrics(days),
  metrics(days, null, { settings, onSettingsChange: 'recalculate' }),
  metrics(days, ['aov = revenue / orders']),
  metrics(days, { aov: sql`${days.revenue} / ${days.orders}`, profit: sql`revenue * ${settings.ratio} - ${100}` }, {
    settings, settingsKey: 'shopId', settingsFrom: 'since', dateColumn: 'day', onOverflow: 'error', touchUpdatedAt: false,
  }),
  orderSnapshots(orderItems, products, {
    productColumn: 'productId', productKey: 'id', orderColumn: 'orderId', priceColumn: 'price', productPrice: products.price, snapshotColumn: 'snapshot',
    snapshotFields: ['id', 'price'], activeColumn: 'isActive', mode: 'enforce', tenantColumn: 'shopId', returnsColumn: 'returns', quantityColumn: 'quantity',
  }),
  orderTotals(orders, orderItems, {
    orderColumn: 'orderId', orderKey: 'id', totalColumn: 'totalAmount', quantityColumn: 'quantity', priceColumn: 'price', tenantColumn: 'shopId',
    lineFormula: sql`${orderItems.price} * ${orderItems.quantity} - ${orderItems.discount}`, totalFormula: 'lines + shipping', linesColumn: 'goods', currencyColumn: 'currency',
  }),
  orderLock(orders, orderItems, {
    orderColumn: 'orderId', orderKey: 'id', paidColumn: 'paidAt', statusColumn: 'status', lockedStatuses: ['paid'], frozenColumns: ['totalAmount'], tenantColumn: 'shopId',
    openColumns: ['note'], correctRole: 'accounting',
  }),
  orderStatus(orders, { pending: ['paid', 'cancelled'] }, { statusColumn: 'status', paidStatus: 'paid', paidColumn: 'paidAt', tenantColumn: 'shopId' }),
  orderStatus(orders, { anything: ['goes'] }, { statusColumn: orders.state }),
  orderNumber(orders, { columnName: 'orderNumber', prefix: 'A-', digits: 4, tenantColumn: 'shopId', perTenant: true, gapless: true }),
  orderRefunds(refunds, orders, orderItems, {
    orderColumn: 'orderId', lineColumn: 'lineId', quantityColumn: 'pieces', amountColumn: 'amount', restockColumn: 'restock', refundedColumn: 'refunded',
    refundedQuantityColumn: 'refundedQuantity', orderKey: 'id', lineKey: 'id', tenantColumn: 'shopId',
  }),
  stock(orderItems, products, {
    stockColumn: 'stockQuantity', productColumn: 'productId', productKey: 'id', quantityColumn: 'quantity', orders, orderColumn: 'orderId', orderKey: 'id', statusColumn: 'status',
    released: ['cancelled'], takenColumn: 'taken', tenantColumn: 'shopId', opening: 'reserve',
  }),
  [inCasing('snake_case').updatedAt(products)],
);

// Never called.
export function wrong() {
  // A column that is misspelt, of another table, or called as in the database.
  // @ts-expect-error
  updatedAt(products, { ignoreColumns: ['view'] });
  // @ts-expect-error
  updatedAt(products, { columnName: 'updated_at' });
  // @ts-expect-error
  updatedAt(products, { columnName: orders.paidAt });
  // @ts-expect-error
  metrics(days, { aof: 'revenue / orders' });
  // @ts-expect-error
  metrics(days, null, { settings, settingsKey: 'day' });
  // @ts-expect-error
  metrics(days, null, { settings, settingsFrom: 'day' });
  // @ts-expect-error
  orderSnapshots(orderItems, products, { productPrice: 'prize' });
  // @ts-expect-error
  orderTotals(orders, orderItems, { currencyColumn: 'shipping' });
  // @ts-expect-error
  orderTotals(orders, orderItems, { orderColumn: orders.id });
  // @ts-expect-error
  orderRefunds(refunds, orders, orderItems, { refundedColumn: 'refundedQuantity' });
  // @ts-expect-error
  stock(orderItems, products, { stockColumn: 'quantity' });
  // @ts-expect-error
  stock(orderItems, products, { orders, orderKey: 'orderId' });

  // A status that the column does not have.
  // @ts-expect-error
  orderStatus(orders, { pending: ['payed'] });
  // @ts-expect-error
  orderStatus(orders, { pendign: ['paid'] });
  // @ts-expect-error
  orderLock(orders, orderItems, { lockedStatuses: ['closed'] });
  // @ts-expect-error
  stock(orderItems, products, { orders, released: ['lost'] });

  // An option that is misspelt, or a word that it does not know.
  // @ts-expect-error
  updatedAt(products, { ignoredColumns: ['views'] });
  // @ts-expect-error
  updatedAt(products, { clock: 'wall' });
  // @ts-expect-error
  metrics(days, ['aov = revenue / orders'], { onSettingsChange: 'ignore' });
  // @ts-expect-error
  orderNumber(orders, { digits: '4' });
  // @ts-expect-error
  touch('order_items', orders);
  // @ts-expect-error
  inCasing('kebab-case');
}
