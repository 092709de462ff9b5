// The online store: stamps, as its own tests would ask for them.
import { eq, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { application } from './application.js';
import * as schema from './storefront.js';
import { carts, products, users } from './storefront.js';

let app: Awaited<ReturnType<typeof application<typeof schema>>>;
beforeAll(async () => { app = await application(schema, './storefront'); });
beforeEach(() => app.clean());

const mug = { navProductId: '1', name: 'Mug', price: '12.00', stockQuantity: 5 };

test('a change moves the stamp, and created_at stays', async () => {
  const [made] = await app.db.insert(products).values(mug).returning();
  const [changed] = await app.db.update(products).set({ name: 'Cup', createdAt: new Date(0), updatedAt: new Date(0) })
    .where(eq(products.id, made.id)).returning();
  expect(changed.createdAt).toEqual(made.createdAt);
  expect(changed.updatedAt.getTime()).toBeGreaterThan(made.updatedAt.getTime());
});

test('an update that changes nothing leaves it, and so does the stock', async () => {
  const [made] = await app.db.insert(products).values(mug).returning();
  const [same] = await app.db.update(products).set({ name: 'Mug' }).returning();
  const [sold] = await app.db.update(products).set({ stockQuantity: sql`${products.stockQuantity} - 1` }).returning();
  expect([same.updatedAt, sold.updatedAt, sold.stockQuantity]).toEqual([made.updatedAt, made.updatedAt, 4]);
});

test('the application\'s own $onUpdate does no harm', async () => {
  const [made] = await app.db.insert(carts).values({ sessionId: 'guest' }).returning();
  const [changed] = await app.db.update(carts).set({ sessionId: 'anna' }).returning();
  expect(changed.updatedAt.getTime()).toBeGreaterThan(made.updatedAt.getTime());
});

test('an upsert on the live e-mail stamps the row that is there', async () => {
  const upsert = (city: string) => app.db.insert(users).values({ experimentaId: 'a', city })
    .onConflictDoUpdate({ target: users.experimentaId, targetWhere: sql`${users.deletedAt} IS NULL`, set: { city } }).returning();
  const [[first], [second]] = [await upsert('Bonn'), await upsert('Kiel')];
  expect([second.id, second.city]).toEqual([first.id, 'Kiel']);
  expect(second.updatedAt.getTime()).toBeGreaterThan(first.updatedAt.getTime());
});
