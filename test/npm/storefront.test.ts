// The online store: stamps and orders, as its own tests would ask for them.
import { eq, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { application, refusal } from './application.js';
import * as schema from './storefront.js';
import { carts, orderItems, orders, products, users } from './storefront.js';

let app: Awaited<ReturnType<typeof application<typeof schema>>>;
beforeAll(async () => { app = await application(schema, './storefront'); });
beforeEach(() => app.clean());

const mug = { navProductId: '1', name: 'Mug', price: '12.00', stockQuantity: 5 };
const tea = { navProductId: '2', name: 'Tea', price: '7.50', stockQuantity: 9 };

describe('stamps', () => {
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
});

describe('orders', () => {
  // An order of two mugs and a tea.
  async function order() {
    const [first, second] = await app.db.insert(products).values([mug, tea]).returning();
    return app.db.transaction(async (tx) => {
      const [{ id }] = await tx.insert(orders).values({}).returning();
      const lines = await tx.insert(orderItems).values([
        { orderId: id, productId: first.id, quantity: 2 },
        { orderId: id, productId: second.id, quantity: 1, priceSnapshot: '7.50' },
      ]).returning();
      return { id, mug: first.id, tea: second.id, lines };
    });
  }
  const read = (id: string) => app.db.query.orders.findFirst({ where: eq(orders.id, id) }).then((found) => found!);

  test('lines keep the product and the price that they were sold at', async () => {
    const { mug: id, lines } = await order();
    expect(lines.map((line) => line.priceSnapshot)).toEqual(['12.00', '7.50']);
    await app.db.update(products).set({ name: 'Cup', price: '99.00' }).where(eq(products.id, id));
    const [kept] = await app.db.select().from(orderItems).where(eq(orderItems.productId, id));
    expect([kept.priceSnapshot, kept.productSnapshot.name]).toEqual(['12.00', 'Mug']);
  });

  test('a price that the client made up is refused', async () => {
    const { id, tea: productId } = await order();
    expect(await refusal(app.db.insert(orderItems).values({ orderId: id, productId, quantity: 1, priceSnapshot: '0.01' }))).toBe('UK001');
  });

  test('the total is the sum of the lines, whatever happens to them', async () => {
    const { id, lines: [first, second] } = await order();
    expect((await read(id)).totalAmount).toBe('31.50');
    await app.db.update(orderItems).set({ quantity: 1 }).where(eq(orderItems.id, first.id));
    expect((await read(id)).totalAmount).toBe('19.50');
    await app.db.delete(orderItems).where(eq(orderItems.id, second.id));
    expect((await read(id)).totalAmount).toBe('12.00');
  });

  test('statuses follow their ways, and paying says when', async () => {
    const { id } = await order();
    expect(await refusal(app.db.update(orders).set({ status: 'completed' }).where(eq(orders.id, id)))).toBe('UK004');
    const [paid] = await app.db.update(orders).set({ status: 'paid' }).where(eq(orders.id, id)).returning();
    expect(paid.paymentCompletedAt).toBeInstanceOf(Date);
  });

  test('a paid order is closed', async () => {
    const { id, tea: productId, lines: [first] } = await order();
    await app.db.update(orders).set({ status: 'paid' }).where(eq(orders.id, id));
    expect(await refusal(app.db.insert(orderItems).values({ orderId: id, productId, quantity: 1 }))).toBe('UK003');
    expect(await refusal(app.db.delete(orderItems).where(eq(orderItems.id, first.id)))).toBe('UK003');
    expect(await refusal(app.db.update(orders).set({ totalAmount: '1.00' }).where(eq(orders.id, id)))).toBe('UK003');
    expect((await read(id)).totalAmount).toBe('31.50');
  });

  test('stock is taken, short stock is refused, and a cancelled order gives it back', async () => {
    const { id, mug: mugs, tea: productId } = await order();
    const left = () => app.db.select({ left: products.stockQuantity }).from(products).orderBy(products.name).then((all) => all.map((each) => each.left));
    expect(await left()).toEqual([3, 8]);
    expect(await refusal(app.db.insert(orderItems).values([{ orderId: id, productId, quantity: 1 }, { orderId: id, productId: mugs, quantity: 4 }]))).toBe('UK002');
    await app.db.update(orders).set({ status: 'cancelled' }).where(eq(orders.id, id));
    expect(await left()).toEqual([5, 9]);
  });

  test('numbers go up', async () => {
    const numbers = (await app.db.insert(orders).values([{}, {}]).returning()).map((each) => each.orderNumber);
    expect(numbers[0]).toMatch(/^ORD-\d{8}$/);
    expect(Number(numbers[1].slice(4))).toBe(Number(numbers[0].slice(4)) + 1);
  });
});
