// The tables of an online store, as its application declares them.
import { relations, sql } from 'drizzle-orm';
import { boolean, check, date, index, integer, jsonb, numeric, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

const id = uuid().primaryKey().defaultRandom();
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const stamps = {
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
};
// What an application that stamps its rows itself has: it may stay.
const ownStamps = { ...stamps, updatedAt: moment('updated_at').notNull().defaultNow().$onUpdate(() => new Date(0)) };
const money = (name: string) => numeric(name, { precision: 10, scale: 2 });

export const userColumns = {
  id,
  experimentaId: text('experimenta_id'),
  email: text(),
  firstName: text('first_name'),
  lastName: text('last_name'),
  salutation: text(),
  dateOfBirth: date('date_of_birth'),
  street: text(),
  postCode: text('post_code'),
  city: text(),
  countryCode: text('country_code'),
  phone: text(),
  deletedAt: moment('deleted_at'),
  ...stamps,
};
export const users = pgTable('users', userColumns,
  (t) => [uniqueIndex('users_experimenta_id').on(t.experimentaId).where(sql`${t.deletedAt} IS NULL`)]);

export const products = pgTable('products', {
  id,
  navProductId: text('nav_product_id').notNull().unique(),
  name: text().notNull(),
  description: text(),
  price: money('price').notNull(),
  stockQuantity: integer('stock_quantity').notNull().default(0),
  category: text(),
  active: boolean().notNull().default(true),
  ...stamps,
}, (t) => [index('products_active_idx').on(t.active), index('products_category_idx').on(t.category)]);

export const carts = pgTable('carts', {
  id,
  userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
  sessionId: text('session_id'),
  ...ownStamps,
});

export const cartItems = pgTable('cart_items', {
  id,
  cartId: uuid('cart_id').notNull().references(() => carts.id, { onDelete: 'cascade' }),
  productId: uuid('product_id').notNull().references(() => products.id, { onDelete: 'cascade' }),
  quantity: integer().notNull(),
  addedAt: moment('added_at').notNull().defaultNow(),
  ...stamps,
}, (t) => [check('cart_items_quantity', sql`${t.quantity} > 0`)]);

export const orders = pgTable('orders', {
  id,
  orderNumber: text('order_number').notNull().unique().$defaultFn(() => sql`DEFAULT`),
  userId: uuid('user_id').references(() => users.id, { onDelete: 'set null' }),
  totalAmount: money('total_amount').notNull().default('0'),
  status: text({ enum: ['pending', 'paid', 'cancelled', 'completed', 'refunded'] }).notNull().default('pending'),
  billingAddress: jsonb('billing_address').$type<{ street: string; city: string }>(),
  paymentId: text('payment_id'),
  paymentCompletedAt: moment('payment_completed_at'),
  ...stamps,
}, (t) => [index('orders_user_id_idx').on(t.userId), index('orders_status_idx').on(t.status)]);

export const orderItems = pgTable('order_items', {
  id,
  orderId: uuid('order_id').notNull().references(() => orders.id, { onDelete: 'cascade' }),
  productId: uuid('product_id').references(() => products.id, { onDelete: 'set null' }),
  productSnapshot: jsonb('product_snapshot').$type<{ name: string; price: number }>().notNull().$defaultFn(() => sql`DEFAULT`),
  quantity: integer().notNull(),
  priceSnapshot: money('price_snapshot').notNull().$defaultFn(() => sql`DEFAULT`),
  createdAt: stamps.createdAt,
}, (t) => [index('order_items_order_id_idx').on(t.orderId), index('order_items_product_id_idx').on(t.productId)]);

export const usersRelations = relations(users, ({ many }) => ({ carts: many(carts), orders: many(orders) }));
export const productsRelations = relations(products, ({ many }) => ({ cartItems: many(cartItems), orderItems: many(orderItems) }));
export const cartsRelations = relations(carts, ({ one, many }) => ({
  user: one(users, { fields: [carts.userId], references: [users.id] }),
  items: many(cartItems),
}));
export const cartItemsRelations = relations(cartItems, ({ one }) => ({
  cart: one(carts, { fields: [cartItems.cartId], references: [carts.id] }),
  product: one(products, { fields: [cartItems.productId], references: [products.id] }),
}));
export const ordersRelations = relations(orders, ({ one, many }) => ({
  user: one(users, { fields: [orders.userId], references: [users.id] }),
  items: many(orderItems),
}));
export const orderItemsRelations = relations(orderItems, ({ one }) => ({
  order: one(orders, { fields: [orderItems.orderId], references: [orders.id] }),
  product: one(products, { fields: [orderItems.productId], references: [products.id] }),
}));
