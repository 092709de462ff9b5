// The storefront through Drizzle ORM: every check is on a value that a trigger of pg_upkeep made or kept.
import {
  and, avg, count, countDistinct, desc, eq, getTableColumns, gt, inArray, isNull, max, relations, sql, sum,
} from 'drizzle-orm';
import { pgSchema } from 'drizzle-orm/pg-core';
import { history } from './chapter/live.js';
import { check, type Database, refusal, rows, throughEachDriver } from './checks.js';
import * as tables from './storefront.js';

const { users, products, carts, cartItems, orders, orderItems } = tables;
const liveUsers = pgSchema('live').table('users', tables.userColumns);
const schema = {
  ...tables,
  liveUsers,
  liveUsersRelations: relations(liveUsers, ({ many }) => ({ carts: many(carts) })),
  cartsRelations: relations(carts, ({ one, many }) => ({
    user: one(users, { fields: [carts.userId], references: [users.id] }),
    owner: one(liveUsers, { fields: [carts.userId], references: [liveUsers.id] }),
    items: many(cartItems),
  })),
};
type Shop = Database<typeof schema>;

// The insert type asks for nothing that a trigger fills; the row has it, and not as null.
const least: typeof orderItems.$inferInsert = { orderId: '', quantity: 1 };
const leastOrder: typeof orders.$inferInsert = {};
// @ts-expect-error: the quantity is for the client to say
const without: typeof orderItems.$inferInsert = { orderId: '' };
const captured = (row: typeof orderItems.$inferSelect): [string, string] => [row.priceSnapshot, row.productSnapshot.name];
void [least, leastOrder, without];

async function catalogue(db: Shop, driver: string) {
  return db.insert(products).values([
    { navProductId: `${driver} mug`, name: 'Mug', price: '12.00', stockQuantity: 10, category: driver },
    { navProductId: `${driver} tea`, name: 'Tea', price: '7.50', stockQuantity: 100, category: driver },
  ]).returning();
}

async function stamps(db: Shop, driver: string) {
  const [mug] = await catalogue(db, driver);
  const change = (values: Partial<typeof products.$inferInsert>) =>
    db.update(products).set(values).where(eq(products.id, mug.id)).returning().then(([row]) => row);

  const renamed = await change({ name: 'Cup', updatedAt: new Date(0), createdAt: new Date(0) });
  check('update stamps updated_at, whatever the client says', true, renamed.updatedAt > mug.updatedAt);
  check('created_at stays', mug.createdAt, renamed.createdAt);
  check('the same update again does not stamp', renamed.updatedAt, (await change({ name: 'Cup' })).updatedAt);
  check('an ignored column does not stamp', renamed.updatedAt, (await change({ stockQuantity: 11 })).updatedAt);
  await change({ stockQuantity: 10 });
  check('a stamp that was read finds its row', 1, await db.$count(products, eq(products.updatedAt, renamed.updatedAt)));

  const upsert = (price: string) => db.insert(products)
    .values({ navProductId: `${driver} mug`, name: 'unused', price })
    .onConflictDoUpdate({ target: products.navProductId, set: { price: sql`excluded.price`, name: 'Mug' } })
    .returning().then(([row]) => row);
  const first = await upsert('12.00');
  check('onConflictDoUpdate updates and stamps', [mug.id, 'Mug', true], [first.id, first.name, first.updatedAt > renamed.updatedAt]);
  check('the same upsert again does not stamp', first.updatedAt, (await upsert('12.00')).updatedAt);
  await db.insert(products).values({ navProductId: `${driver} mug`, name: 'Mug', price: '1' }).onConflictDoNothing();
  check('onConflictDoNothing changes nothing', '12.00', (await db.query.products.findFirst({ where: eq(products.id, mug.id) }))?.price);

  const [cart] = await db.insert(carts).values({ sessionId: driver }).returning();
  const [used] = await db.update(carts).set({ sessionId: `${driver}!` }).where(eq(carts.id, cart.id)).returning();
  check('an $onUpdate that is left in the schema does no harm', true, used.updatedAt > cart.updatedAt);
  await db.delete(carts).where(eq(carts.id, cart.id));
}

async function lines(db: Shop, driver: string) {
  const [mug, tea] = await db.query.products.findMany({ where: eq(products.category, driver), orderBy: products.name });
  const [user] = await db.insert(users).values({ experimentaId: driver, email: `${driver}@example.com` }).returning();

  const order = await db.transaction(async (tx) => {
    const [order] = await tx.insert(orders).values({ userId: user.id, totalAmount: '1' }).returning();
    const bought = await tx.insert(orderItems).values([
      { orderId: order.id, productId: mug.id, quantity: 2 },
      { orderId: order.id, productId: tea.id, quantity: 1, priceSnapshot: '7.50' },
    ]).returning();
    check('returning() shows price and snapshot', [['12.00', 'Mug'], ['7.50', 'Tea']], bought.map(captured));
    check('the snapshot leaves the stock out', false, 'stock_quantity' in bought[0].productSnapshot);
    return order;
  });
  check('the number is there', true, /^ORD-\d{8}$/.test(order.orderNumber));
  const total = async () => (await db.query.orders.findFirst({ where: eq(orders.id, order.id) }))!.totalAmount;
  const stock = async () => (await db.query.products.findFirst({ where: eq(products.id, mug.id) }))!.stockQuantity;
  check('total and stock follow the lines', ['31.50', 8], [await total(), await stock()]);

  const gone = await refusal(db.transaction(async (tx) => {
    await tx.insert(orderItems).values({ orderId: order.id, productId: mug.id, quantity: 1 });
    tx.rollback();
  }));
  check('rollback() takes line, total and stock back', ['Rollback', '31.50', 8], [gone.message, await total(), await stock()]);
  await db.transaction(async (tx) => {
    await tx.transaction(async (inner) => {
      await inner.insert(orderItems).values({ orderId: order.id, productId: mug.id, quantity: 1 });
      inner.rollback();
    }).catch(() => {});
    await tx.insert(orderItems).values({ orderId: order.id, productId: tea.id, quantity: 1 });
  });
  check('a savepoint that is rolled back too', ['39.00', 8], [await total(), await stock()]);

  const forged = await refusal(db.insert(orderItems).values({ orderId: order.id, productId: mug.id, quantity: 1, priceSnapshot: '0.01' }));
  check('another price than the product\'s: UK001, with the price in detail',
    ['UK001', { product: mug.id, expected: 12, actual: 0.01 }], [forged.code, JSON.parse(forged.detail ?? 'null')]);
  const short = await refusal(db.insert(orderItems).values({ orderId: order.id, productId: mug.id, quantity: 9 }));
  check('more than there is: UK002, with what is short in detail',
    ['UK002', [{ product: mug.id, requested: 9, available: 8 }]], [short.code, JSON.parse(short.detail ?? 'null')]);

  const [line] = await db.select().from(orderItems).where(and(eq(orderItems.orderId, order.id), eq(orderItems.productId, mug.id)));
  const [more] = await db.insert(orderItems).values({ id: line.id, orderId: order.id, productId: mug.id, quantity: 1 })
    .onConflictDoUpdate({ target: orderItems.id, set: { quantity: sql`${orderItems.quantity} + excluded.quantity` } }).returning();
  check('an upsert of a line adds up', [3, '12.00', '51.00', 7], [more.quantity, more.priceSnapshot, await total(), await stock()]);
  const changed = await refusal(db.update(orderItems).set({ priceSnapshot: '1.00' }).where(eq(orderItems.id, line.id)));
  check('a price that was captured stays: UK005', 'UK005', changed.code);
  await db.delete(orderItems).where(and(eq(orderItems.orderId, order.id), eq(orderItems.productId, tea.id)));
  check('total after deleting lines', '36.00', await total());
  await db.update(orders).set({ totalAmount: '1' }).where(eq(orders.id, order.id));
  check('a total that the client writes does not count', '36.00', await total());
  return { order, line, mug, tea, user };
}

async function payment(db: Shop, { order, line, mug, tea }: Awaited<ReturnType<typeof lines>>) {
  await db.update(products).set({ price: '14.00', name: 'Big mug' }).where(eq(products.id, mug.id));
  const stale = await refusal(db.insert(orderItems).values({ orderId: order.id, productId: mug.id, quantity: 1, priceSnapshot: '12.00' }));
  check('the price of a cart that is old: UK001', ['UK001', 14], [stale.code, JSON.parse(stale.detail ?? '{}').expected]);

  const [paid] = await db.update(orders).set({ status: 'paid', paymentId: 'p1' }).where(eq(orders.id, order.id)).returning();
  check('paying sets the moment once', true, paid.paymentCompletedAt instanceof Date);
  const refused = {
    insert: db.insert(orderItems).values({ orderId: order.id, productId: tea.id, quantity: 1 }),
    update: db.update(orderItems).set({ quantity: 1 }).where(eq(orderItems.id, line.id)),
    delete: db.delete(orderItems).where(eq(orderItems.id, line.id)),
    address: db.update(orders).set({ billingAddress: { street: 'x', city: 'y' } }).where(eq(orders.id, order.id)),
  };
  for (const [what, query] of Object.entries(refused)) check(`a paid order refuses a change (${what}): UK003`, 'UK003', (await refusal(query)).code);
  const reopened = await refusal(db.update(orders).set({ status: 'pending' }).where(eq(orders.id, order.id)));
  check('paid to pending: UK004, with a hint', ['UK004', 'From "paid" an order may become: completed, refunded, cancelled.'], [reopened.code, reopened.hint]);

  await db.delete(products).where(eq(products.id, mug.id));
  const [kept] = await db.select().from(orderItems).where(eq(orderItems.id, line.id));
  check('a product that is deleted leaves its line as it was sold', [null, '12.00', 'Mug'], [kept.productId, ...captured(kept)]);
}

async function reading(db: Shop, driver: string, { tea, user }: Awaited<ReturnType<typeof lines>>) {
  const [cart] = await db.insert(carts).values({ userId: user.id }).returning();
  await db.insert(cartItems).values({ cartId: cart.id, productId: tea.id, quantity: 4 });
  const found = await db.query.carts.findFirst({ where: eq(carts.id, cart.id), with: { items: { with: { product: { columns: { name: true } } } }, user: true } });
  check('a relational query of the cart', [4, 'Tea', driver], [found!.items[0].quantity, found!.items[0].product.name, found!.user!.experimentaId]);

  const [bought] = await rows(db, sql`SELECT upkeep.checkout(${cart.id}, ${JSON.stringify({ street: 'A 1', city: 'Bonn' })}) AS id`);
  const ordered = await db.query.orders.findFirst({ where: eq(orders.id, bought.id as string), with: { items: true } });
  check('upkeep.checkout turns it into an order', ['30.00', 'pending', 'Bonn', '7.5'],
    [ordered!.totalAmount, ordered!.status, ordered!.billingAddress!.city, ordered!.items[0].priceSnapshot]);
  check('and empties the cart', 0, await db.$count(cartItems, eq(cartItems.cartId, cart.id)));

  const mine = eq(orders.userId, user.id);
  check('count, sum, avg, max', [{ orders: 2, sold: '66.00', mean: '33', largest: '36.00' }],
    (await db.select({ orders: count(), sold: sum(orders.totalAmount), mean: avg(orders.totalAmount), largest: max(orders.totalAmount) })
      .from(orders).where(mine)).map((row) => ({ ...row, mean: String(Number(row.mean)) })));
  check('$count in a select', [{ number: 'ORD', lines: 1 }, { number: 'ORD', lines: 1 }],
    await db.select({ number: sql<string>`left(${orders.orderNumber}, 3)`, lines: db.$count(orderItems, eq(orderItems.orderId, orders.id)).as('lines') })
      .from(orders).where(mine));
  check('groupBy and having over a join', [{ name: 'Mug', units: 3, orders: 1 }],
    await db.select({
      name: sql<string>`${orderItems.productSnapshot} ->> 'name'`,
      units: sum(orderItems.quantity).mapWith(Number),
      orders: countDistinct(orderItems.orderId),
    })
      .from(orderItems).innerJoin(orders, eq(orders.id, orderItems.orderId)).where(mine)
      .groupBy(sql`1`).having(gt(sum(orderItems.priceSnapshot), '10')));
  const best = db.$with('best').as(db.select({ id: orders.id }).from(orders).where(mine).orderBy(desc(orders.totalAmount)).limit(1));
  check('a common table expression', ['36.00'],
    (await db.with(best).select({ total: orders.totalAmount }).from(orders).where(inArray(orders.id, db.select({ id: best.id }).from(best)))).map((row) => row.total));
  const byName = db.query.products.findMany({
    where: and(eq(products.name, sql.placeholder('name')), eq(products.category, driver)),
    columns: { price: true },
  }).prepare('by_name');
  check('a prepared query', [[{ price: '7.50' }], []], [await byName.execute({ name: 'Tea' }), await byName.execute({ name: 'Mug' })]);
}

async function findings(db: Shop) {
  check('nothing is left for check and check_orders to find', [{ findings: 0 }],
    await rows(db, sql`SELECT (SELECT count(*) FROM upkeep.check())::int + (SELECT count(*) FROM upkeep.check_orders('orders', 'order_items'))::int AS findings`));
}

async function deletion(db: Shop, driver: string) {
  const email = `${driver}@example.org`;
  const [user] = await db.insert(liveUsers).values({ experimentaId: email, email, phone: '1' }).returning();
  const [moved] = await db.update(liveUsers).set({ city: 'Bonn' }).where(eq(liveUsers.id, user.id)).returning();
  check('a live view is written like its table, and stamps', ['Bonn', null, true], [moved.city, moved.deletedAt, moved.updatedAt > user.updatedAt]);
  const upsert = () => db.insert(liveUsers).values({ experimentaId: email, email, city: 'Cologne' })
    .onConflictDoUpdate({ target: liveUsers.experimentaId, targetWhere: isNull(liveUsers.deletedAt), set: { city: sql`excluded.city` } })
    .returning().then(([row]) => row);
  check('onConflictDoUpdate with targetWhere finds the live row', [user.id, 'Cologne'], await upsert().then((row) => [row.id, row.city]));

  const [cart] = await db.insert(carts).values({ userId: user.id }).returning();
  const withCarts = () => db.query.liveUsers.findFirst({ where: eq(liveUsers.id, user.id), with: { carts: { columns: { id: true } } } });
  check('a relational query through it', [{ id: cart.id }], (await withCarts())?.carts);

  const mine = eq(users.experimentaId, email);
  const gone = await db.delete(liveUsers).where(eq(liveUsers.id, user.id)).returning({ id: liveUsers.id });
  check('its delete returns the row and keeps it', [[{ id: user.id }], 0, 1],
    [gone, await db.$count(liveUsers, eq(liveUsers.experimentaId, email)), await db.$count(users, mine)]);
  check('nor does a relational query find it', [undefined, null], [await withCarts(),
    (await db.query.carts.findFirst({ where: eq(carts.id, cart.id), with: { owner: true } }))!.owner]);
  check('once only', [], await db.delete(liveUsers).where(eq(liveUsers.id, user.id)).returning());
  const late = await refusal(db.update(users).set({ city: 'Kiel' }).where(eq(users.id, user.id)));
  check('a deleted row does not change: UK010, with a hint', ['UK010', true], [late.code, late.hint?.includes('SET deleted_at = NULL')]);
  const again = await upsert();
  check('and its place is free for another', [true, 2], [again.id !== user.id, await db.$count(users, mine)]);
  const taken = await refusal(db.update(users).set({ deletedAt: null }).where(eq(users.id, user.id)));
  check('while that lives it cannot come back: 23505', '23505', taken.code);
  await db.delete(liveUsers).where(eq(liveUsers.id, again.id));
  await db.update(users).set({ deletedAt: null }).where(eq(users.id, user.id));
  check('then it can', 1, await db.$count(liveUsers, eq(liveUsers.id, user.id)));
  return user;
}

async function past(db: Shop, user: typeof users.$inferSelect, { tea }: Awaited<ReturnType<typeof lines>>) {
  const entries = (table: string, id: string) => db.select().from(history)
    .where(and(eq(history.tableName, `public.${table}`), eq(history.key, { id }))).orderBy(history.id);
  const [signUp, ...later] = await entries('users', user.id);
  check('history has deletion and restoration as what they are, updates', [null, 'string'],
    later.flatMap(({ action, before }) => action === 'update' && 'deleted_at' in before! ? [before.deleted_at] : [])
      .map((value) => value && typeof value));
  check('and a digest of the phone', ['digest'], Object.keys(signUp.after!.phone as object));

  const actor = sql`SELECT upkeep.set_actor(${'anna'}, ${'autumn prices'})`;
  await refusal(db.transaction(async (tx) => {
    await tx.execute(actor);
    await tx.update(products).set({ price: '99.00' }).where(eq(products.id, tea.id));
    tx.rollback();
  }));
  await db.transaction(async (tx) => {
    await tx.execute(actor);
    await tx.update(products).set({ price: '8.00' }).where(eq(products.id, tea.id));
  });
  await db.update(products).set({ description: 'green' }).where(eq(products.id, tea.id));
  const [raised, described] = (await entries('products', tea.id)).slice(-2);
  check('set_actor holds for its transaction, and what is rolled back has no entry',
    [['update', 'anna', 'autumn prices', 7.5, 8], [null, null]],
    [[raised.action, raised.actor, raised.reason, raised.before!.price, raised.after!.price], [described.actor, described.reason]]);

  const key = JSON.stringify({ id: tea.id });
  check('row_history, newest first', [{ changes: { description: [null, 'green'] } }, { changes: { price: [7.5, 8] } }],
    await rows(db, sql`SELECT changes - 'updated_at' AS changes FROM upkeep.row_history('products', ${key}) LIMIT 2`));
  const stood = (at: string) => {
    const past = db.$with('past', getTableColumns(products)).as(sql`SELECT * FROM upkeep.as_of(NULL::products, ${at})`);
    return db.with(past).select().from(past).where(eq(past.id, tea.id));
  };
  check('as_of, typed by the table', [['8.00', null, true]],
    (await stood(raised.at)).map((row) => [row.price, row.description, row.updatedAt instanceof Date]));
  check('before history began: 55000', '55000', (await refusal(stood('2026-01-01T00:00:00Z'))).code);
  const undo = (transaction: string) => rows(db, sql`SELECT upkeep.undo(${transaction})::int AS rows`);
  check('undo takes what still stands, and nothing that was changed since: 40001', '40001', (await refusal(undo(raised.transaction))).code);
  check('the newest first', [[{ rows: 1 }], [{ rows: 1 }]], [await undo(described.transaction), await undo(raised.transaction)]);
  check('so the price is the one before', '7.50', (await stood('infinity'))[0].price);

  const [order] = await db.insert(orders).values({}).returning();
  await db.insert(orderItems).values([{ orderId: order.id, productId: tea.id, quantity: 1 }, { orderId: order.id, productId: tea.id, quantity: 2 }]);
  const whole = () => db.query.orders.findFirst({ where: eq(orders.id, order.id), with: { items: { orderBy: orderItems.quantity } }, columns: { updatedAt: false } });
  const before = await whole();
  await db.delete(orders).where(eq(orders.id, order.id));
  check('restore_row brings an order back with its lines', [[{ rows: 3 }], before],
    [await rows(db, sql`SELECT upkeep.restore_row('orders', ${JSON.stringify({ id: order.id })})::int AS rows`), await whole()]);
  const forged = await refusal(db.execute(sql`UPDATE upkeep.history_entries SET actor = 'nobody'`));
  check('nobody writes the past: 42501', '42501', forged.code);
}

await throughEachDriver('storefront', schema, async (db, driver) => {
  await stamps(db, driver);
  const sold = await lines(db, driver);
  await payment(db, sold);
  await reading(db, driver, sold);
  await past(db, await deletion(db, driver), sold);
  await findings(db);
});
