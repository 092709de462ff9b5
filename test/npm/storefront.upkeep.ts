// The custom migration of the online store.
import { migration, updatedAt } from 'pg-upkeep/drizzle';
import { cartItems, carts, orders, products, users } from './storefront.js';

console.log(migration(
  updatedAt(products, { ignoreColumns: ['stockQuantity'] }),
  [users, carts, cartItems, orders].map((table) => updatedAt(table)),
));
