// The custom migration of the online store.
import {
  migration, orderLock, orderNumber, orderSnapshots, orderStatus, orderTotals, stock, updatedAt,
} from 'pg-upkeep/drizzle';
import { cartItems, carts, orderItems, orders, products, users } from './storefront.js';

console.log(migration(
  updatedAt(products, { ignoreColumns: ['stockQuantity'] }),
  [users, carts, cartItems, orders].map((table) => updatedAt(table)),
  orderSnapshots(orderItems, products, { activeColumn: 'active' }),
  orderTotals(orders, orderItems),
  orderLock(orders, orderItems),
  orderStatus(orders, { pending: ['paid', 'cancelled'], paid: ['completed', 'refunded'], completed: ['refunded'] }),
  orderNumber(orders),
  stock(orderItems, products, { orders }),
));
