// The shop analytics app: figures and stamps, as its own tests would ask for them.
import { eq, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import * as schema from './analytics.js';
import { dailyRecords, productPresets, shops, shopSettings, weeklyDiagnostics } from './analytics.js';
import { application } from './application.js';

let app: Awaited<ReturnType<typeof application<typeof schema>>>;
beforeAll(async () => { app = await application(schema, './analytics'); });
beforeEach(() => app.clean());

async function shop() {
  const [{ id: shopId }] = await app.db.insert(shops).values({ name: 'Tea & more' }).returning();
  return shopId;
}
const day = (shopId: string) => ({ shopId, recordDate: '2026-11-01', orders: 4, revenue: 200_000, adSpend: 50_000, leads: 80 });

test('figures are there when a day is read back, whatever was sent for them', async () => {
  const shopId = await shop();
  await app.db.insert(shopSettings).values({ shopId, cogsRatio: '0.4' });
  await app.db.insert(dailyRecords).values({ ...day(shopId), aov: 1, roas: '99' });
  const [read] = await app.db.select().from(dailyRecords);
  expect(read).toMatchObject({ aov: 50_000, cpl: 625, cvr: '5.00', roas: '4.00', netProfit: 70_000 });
});

test('an upsert of the day computes them anew, and stamps it', async () => {
  const shopId = await shop();
  const [first] = await app.db.insert(dailyRecords).values(day(shopId)).returning();
  const [second] = await app.db.insert(dailyRecords).values({ ...day(shopId), orders: 8 })
    .onConflictDoUpdate({ target: [dailyRecords.shopId, dailyRecords.recordDate], set: { orders: sql`excluded.orders` } }).returning();
  expect(second).toMatchObject({ id: first.id, orders: 8, aov: 25_000 });
  expect(second.updatedAt.getTime()).toBeGreaterThan(first.updatedAt.getTime());
});

test('without orders there is no average, and zero is no error', async () => {
  const [read] = await app.db.insert(dailyRecords).values({ ...day(await shop()), orders: 0, leads: 0 }).returning();
  expect(read).toMatchObject({ aov: null, cpl: null, cvr: null, roas: '4.00' });
});

test('days follow the settings of their shop', async () => {
  const shopId = await shop();
  await app.db.insert(shopSettings).values({ shopId, cogsRatio: '0.4' });
  await app.db.insert(dailyRecords).values([day(shopId), { ...day(shopId), recordDate: '2026-11-02' }]);
  await app.db.update(shopSettings).set({ cogsRatio: '0.5' }).where(eq(shopSettings.shopId, shopId));
  expect((await app.db.select().from(dailyRecords)).map((each) => each.netProfit)).toEqual([50_000, 50_000]);
});

test('margins of a preset, over templates of columns', async () => {
  const [read] = await app.db.insert(productPresets).values({ shopId: await shop(), name: 'Tea', sellPrice: 800, cogs: 300 }).returning();
  expect(read).toMatchObject({ unitMargin: 500, marginRatio: '0.6250' });
});

test('what is ignored stamps nothing', async () => {
  const [first] = await app.db.insert(weeklyDiagnostics).values({ shopId: await shop(), weekStart: '2026-11-02' }).returning();
  const [stale] = await app.db.update(weeklyDiagnostics).set({ stale: true }).returning();
  const [closed] = await app.db.update(weeklyDiagnostics).set({ state: 'closed' }).returning();
  expect(stale.updatedAt).toEqual(first.updatedAt);
  expect(closed.updatedAt.getTime()).toBeGreaterThan(first.updatedAt.getTime());
});

test('a test begins with empty tables', async () => {
  expect(await Promise.all([shops, shopSettings, dailyRecords].map((table) => app.db.$count(table)))).toEqual([0, 0, 0]);
});
