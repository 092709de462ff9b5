// A shop with every option, for types.ts.
import { boolean, date, foreignKey, integer, jsonb, numeric, pgSchema, pgTable, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core';

export const shop = pgSchema('shop');

export const products = pgTable('products', {
  id: integer().notNull(),
  shopId: integer('shop_id').notNull(),
  price: numeric({ precision: 10, scale: 2 }),
  stockQuantity: integer('stock_quantity'),
  isActive: boolean('is_active').default(true),
  views: integer(),
  version: integer().default(1),
  updatedAt: timestamp('updated_at').defaultNow(),
  createdAt: timestamp('created_at').defaultNow(),
}, (t) => [primaryKey({ columns: [t.shopId, t.id] })]);

export const orders = pgTable('orders', {
  id: integer().notNull(),
  shopId: integer('shop_id').notNull(),
  status: text({ enum: ['pending', 'paid', 'cancelled'] }).notNull().default('pending'),
  state: text(),
  totalAmount: numeric('total_amount', { precision: 10, scale: 2 }),
  shipping: numeric({ precision: 10, scale: 2 }).notNull().default('0'),
  goods: numeric({ precision: 10, scale: 2 }),
  currency: text(),
  orderNumber: text('order_number'),
  paidAt: timestamp('paid_at'),
  refunded: numeric({ precision: 10, scale: 2 }),
  updatedAt: timestamp('updated_at').defaultNow(),
}, (t) => [primaryKey({ columns: [t.shopId, t.id] }), unique().on(t.shopId, t.orderNumber)]);

export const orderItems = pgTable('order_items', {
  id: integer().notNull(),
  shopId: integer('shop_id').notNull(),
  orderId: integer('order_id').notNull(),
  productId: integer('product_id'),
  price: numeric({ precision: 10, scale: 2 }),
  quantity: integer().notNull().default(1),
  discount: numeric({ precision: 10, scale: 2 }).notNull().default('0'),
  snapshot: jsonb(),
  returns: integer(),
  currency: text(),
  note: text(),
  taken: integer(),
  refundedQuantity: integer('refunded_quantity'),
}, (t) => [
  primaryKey({ columns: [t.shopId, t.id] }),
  foreignKey({ name: 'lines_of_an_order', columns: [t.shopId, t.orderId], foreignColumns: [orders.shopId, orders.id] }),
]);

export const refunds = pgTable('refunds', {
  id: integer().primaryKey(),
  shopId: integer('shop_id').notNull(),
  orderId: integer('order_id').notNull(),
  lineId: integer('line_id'),
  pieces: integer(),
  amount: numeric({ precision: 10, scale: 2 }),
  restock: boolean(),
});

export const days = pgTable('days', {
  shopId: integer('shop_id').notNull(),
  day: date().notNull(),
  orders: integer(),
  revenue: integer(),
  aov: integer(),
  profit: integer(),
});

export const settings = pgTable('settings', {
  shopId: integer('shop_id').notNull(),
  ratio: numeric({ precision: 5, scale: 4 }),
  since: date().notNull(),
}, (t) => [primaryKey({ columns: [t.shopId, t.since] })]);
