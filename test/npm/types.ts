// What must compile, and what must not: every option is here once. The statements run in types.test.ts.
import { sql } from 'drizzle-orm';
import {
  inCasing, metrics, migration, orderLock, orderNumber, orderRefunds, orderSnapshots, orderStatus, orderTotals, stock,
  touch, updatedAt, updatedAtIn,
} from 'pg-upkeep/drizzle';
import { days, orderItems, orders, products, refunds, settings, shop } from './tables.js';

export const everything: string = migration(
  updatedAt(products),
  updatedAt(products, {
    columnName: 'updatedAt', ignoreColumns: ['views', products.stockQuantity], clock: 'clock', explicit: 'reject', protectColumns: ['createdAt'],
    versionColumn: products.version, timezone: 'session',
  }),
  updatedAt(products, { protectColumns: null }),
  updatedAtIn('public', { columnName: 'changed_at', protectColumns: [] }),
  updatedAtIn(shop),
  touch(orderItems, orders, { foreignKey: 'lines_of_an_order' }),
  metrics(days),
  metrics(days, null, { settings, settingsFrom: 'since', dateColumn: days.day, onSettingsChange: 'recalculate' }),
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
  orderStatus(orders, { anything: ['goes'] }, { statusColumn: orders.state, paidColumn: 'paidAt' }),
  orderStatus(orders, { pending: ['paid', 'cancelled'] }, { statusColumn: 'status', paidStatus: 'paid', paidColumn: 'paidAt', tenantColumn: 'shopId' }),
  orderNumber(orders, { columnName: 'orderNumber', prefix: 'A-', digits: 4, tenantColumn: 'shopId', perTenant: true, gapless: true }),
  stock(orderItems, products, {
    stockColumn: 'stockQuantity', productColumn: 'productId', productKey: 'id', quantityColumn: 'quantity', orders, orderColumn: 'orderId', orderKey: 'id', statusColumn: 'status',
    released: ['cancelled'], takenColumn: 'taken', tenantColumn: 'shopId', opening: 'reserve',
  }),
  orderRefunds(refunds, orders, orderItems, {
    orderColumn: 'orderId', lineColumn: 'lineId', quantityColumn: 'pieces', amountColumn: 'amount', restockColumn: 'restock', refundedColumn: 'refunded',
    refundedQuantityColumn: 'refundedQuantity', orderKey: 'id', lineKey: 'id', tenantColumn: 'shopId',
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
