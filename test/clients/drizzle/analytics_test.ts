// The analytics app through Drizzle ORM: figures are the database's, read back in the types of the schema.
import { and, avg, count, desc, eq, sql, sum } from 'drizzle-orm';
import * as schema from './analytics.js';
import { check, type Database, refusal, rows, throughEachDriver } from './checks.js';

const { users, shops, shopSettings, dailyRecords, weeklyDiagnostics, actionItems, monthlyGoals, productPresets, adDecisions, growthSimulations } = schema;
type App = Database<typeof schema>;

const figures = { aov: dailyRecords.aov, cpl: dailyRecords.cpl, cvr: dailyRecords.cvr, roas: dailyRecords.roas, netProfit: dailyRecords.netProfit };

async function open(db: App, driver: string) {
  const [owner] = await db.insert(users).values({ externalId: driver }).returning();
  const [shop] = await db.insert(shops).values({ ownerId: owner.id, name: driver, currency: 'VND', timezone: 'Asia/Ho_Chi_Minh' }).returning();
  await db.insert(shopSettings).values({ shopId: shop.id, cogsRatio: '0.4', targetRoas: '3' });
  return shop;
}

async function rollups(db: App, driver: string) {
  const [owner] = await db.insert(users).values({ externalId: `${driver} of three`, shopsCount: 7 }).returning();
  const added = await db.insert(shops).values(['one', 'two', 'three'].map((name) => ({ ownerId: owner.id, name }))).returning();
  const read = async () => (await db.query.users.findFirst({ where: eq(users.id, owner.id), with: { shops: true } }))!;
  const three = await read();
  check('a figure that a client inserts is not kept; the shops are counted', [0, 3, 3, added[0].createdAt],
    [owner.shopsCount, three.shopsCount, three.shops.length, three.newestShop]);
  const [claimed] = await db.update(users).set({ shopsCount: 99, email: 'anna@example.com' }).where(eq(users.id, owner.id)).returning();
  await db.delete(shops).where(and(eq(shops.ownerId, owner.id), eq(shops.name, 'two')));
  await refusal(db.transaction(async (tx) => {
    await tx.delete(shops).where(eq(shops.ownerId, owner.id));
    tx.rollback();
  }));
  check('nor one that he updates; a deletion counts, one that is rolled back does not', [3, 'anna@example.com', 2],
    [claimed.shopsCount, claimed.email, (await read()).shopsCount]);
  check('nothing is left for check_rollup to find', [], await rows(db, sql`SELECT * FROM upkeep.check_rollup('users')`));
}

async function metrics(db: App, shopId: string) {
  const days = await db.insert(dailyRecords).values([
    { shopId, recordDate: '2026-09-01', orders: 2, revenue: 2000000, adSpend: 100000, leads: 0, roas: '99' },
    { shopId, recordDate: '2026-09-02', orders: 9, revenue: 3000000, adSpend: 2900000, leads: 60 },
  ]).returning(figures);
  check('returning() shows the figures, bigint as number, numeric as string', [
    { aov: 1000000, cpl: null, cvr: null, roas: '20.00', netProfit: 1100000 },
    { aov: 333333, cpl: 48333, cvr: '15.00', roas: '1.03', netProfit: -1100000 }], days);

  const upsert = await db.insert(dailyRecords).values({ shopId, recordDate: '2026-09-02', orders: 10 })
    .onConflictDoUpdate({ target: [dailyRecords.shopId, dailyRecords.recordDate], set: { orders: sql`excluded.orders` } }).returning();
  check('an upsert of the orders moves what depends on them', [300000, '16.67', '1.03', true],
    [upsert[0].aov, upsert[0].cvr, upsert[0].roas, upsert[0].updatedAt > upsert[0].createdAt]);
  const [same] = await db.update(dailyRecords).set({ orders: 10, roas: '77' }).where(eq(dailyRecords.id, upsert[0].id)).returning();
  check('a figure that a client writes neither counts nor stamps', ['1.03', upsert[0].updatedAt], [same.roas, same.updatedAt]);

  await db.update(shopSettings).set({ cogsRatio: '0.5' }).where(eq(shopSettings.shopId, shopId));
  check('figures follow the settings', [900000, -1400000],
    (await db.select(figures).from(dailyRecords).where(eq(dailyRecords.shopId, shopId)).orderBy(dailyRecords.recordDate)).map((day) => day.netProfit));
  const undone = await refusal(db.transaction(async (tx) => {
    await tx.update(shopSettings).set({ cogsRatio: '0' }).where(eq(shopSettings.shopId, shopId));
    tx.rollback();
  }));
  const totals = db.select({ days: count(), revenue: sum(dailyRecords.revenue), spend: sum(dailyRecords.adSpend).mapWith(Number),
    profit: sum(dailyRecords.netProfit), mean: avg(dailyRecords.aov),
    roas: sql<string>`round(upkeep.roas(sum(${dailyRecords.revenue}), sum(${dailyRecords.adSpend})), 2)` })
    .from(dailyRecords).where(eq(dailyRecords.shopId, shopId));
  check('aggregates, after a change of settings that was rolled back',
    ['Rollback', [{ days: 2, revenue: '5000000', spend: 3000000, profit: '-500000', mean: '650000.000000000000', roas: '1.67' }]], [undone.message, await totals]);
  check('$count', 1, await db.$count(dailyRecords, and(eq(dailyRecords.shopId, shopId), eq(dailyRecords.cvr, '16.67'))));

  await db.execute(sql`CALL upkeep.recalculate('daily_records', tenant => ${shopId})`);

  const [preset] = await db.insert(productPresets).values({ shopId, name: 'Mug', sellPrice: 120000, cogs: 40000 }).returning();
  check('formulas of one\'s own', [80000, '0.6667'], [preset.unitMargin, preset.marginRatio]);
  await db.delete(dailyRecords).where(eq(dailyRecords.shopId, shopId));
}

async function fillWeeks(db: App, shopId: string) {
  await db.update(shopSettings).set({ cogsRatio: '0.45' }).where(eq(shopSettings.shopId, shopId));
  const day = (n: number) => new Date(Date.UTC(2026, 9, 12 + n)).toISOString().slice(0, 10);
  await db.insert(dailyRecords).values(Array.from({ length: 35 }, (_, n) => n < 28
    ? { shopId, recordDate: day(n), orders: 6, revenue: 2400000, adSpend: 600000, leads: 60 }
    : { shopId, recordDate: day(n), orders: 5, revenue: 1900000, adSpend: 900000, leads: 70 }));
}

async function diagnosis(db: App, shopId: string) {
  await fillWeeks(db, shopId);
  const run = () => db.execute(sql`CALL upkeep.run_weekly_diagnostics('2026-11-09', shop => ${shopId}, today => '2026-11-16')`);
  const mine = eq(weeklyDiagnostics.shopId, shopId);
  const week = async () => (await db.query.weeklyDiagnostics.findFirst({ where: mine, with: { actionItems: { orderBy: desc(actionItems.impact) } } }))!;

  const [aggregate] = await rows(db, sql`
    SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', to_jsonb(s), '2026-11-16') -> 'issues' AS issues
      FROM ${dailyRecords} d JOIN ${shopSettings} s USING (shop_id) WHERE shop_id = ${shopId}`);
  const codes = ['MARGINAL_ROAS_LOW', 'ROAS_BELOW_TARGET', 'NP_DROP', 'CPL_SPIKE', 'AD_RATIO_HIGH'];
  check('upkeep.diagnose', codes, (aggregate.issues as schema.Issue[]).map((issue) => issue.code));
  await run();
  const first = await week();
  check('CALL upkeep.run_weekly_diagnostics writes the week', ['2026-W46', codes], [first.weekLabel, first.issues.map((issue) => issue.code)]);
  check('and its action items, by a relational query', [true, 'open'], [first.actionItems.length > 5, first.actionItems[0].status]);

  const answered = first.issues.find((issue) => issue.code === 'CPL_SPIKE')!.fingerprint;
  await db.update(weeklyDiagnostics).set({ userResponses: { [answered]: { status: 'ack', note: 'new campaign' } } }).where(mine);
  const stamp = (await week()).updatedAt;
  await db.update(dailyRecords).set({ revenue: 2300000 }).where(and(eq(dailyRecords.shopId, shopId), eq(dailyRecords.recordDate, '2026-11-12')));
  check('an edit marks it as stale, which does not stamp', [true, stamp], [(await week()).stale, (await week()).updatedAt]);
  await run();
  const again = await week();
  const answer = again.issues.find((issue) => issue.code === 'CPL_SPIKE')!.response;
  check('run again, the answer is there', [false, 'ack', 'new campaign'], [again.stale, answer?.status, answer?.note]);
  check('CALL in a transaction block: 2D000', '2D000', (await refusal(db.transaction(async (tx) => {
    await tx.execute(sql`CALL upkeep.run_weekly_diagnostics('2026-11-09', today => '2026-11-16')`);
  }))).code);
}

async function others(db: App, driver: string, shopId: string) {
  const [goal] = await db.insert(monthlyGoals).values({ shopId, month: '2026-11-01', revenueTarget: 90000000 }).returning();
  const [moved] = await db.update(monthlyGoals).set({ profitTarget: 9000000 }).where(eq(monthlyGoals.id, goal.id)).returning();
  check('enable_updated_at_in stamps the other tables too', true, moved.updatedAt > goal.updatedAt);
  const [decision] = await db.insert(adDecisions).values({ shopId, decision: 'KILL', earlyKillSignals: ['no orders'] }).returning();
  await db.insert(growthSimulations).values({ shopId, targetRevenue: 1, feasibilityLevel: 'easy' });
  check('jsonb comes back as it went', ['no orders'], decision.earlyKillSignals);
  const user = await db.query.users.findFirst({
    where: eq(users.externalId, driver),
    with: { shops: { with: { settings: true, dailyRecords: { limit: 1, orderBy: desc(dailyRecords.recordDate) } } } },
  });
  check('user, shop, settings and the last day in one query', ['0.45', '2026-11-15', '2.11'],
    [user!.shops[0].settings!.cogsRatio, user!.shops[0].dailyRecords[0].recordDate, user!.shops[0].dailyRecords[0].roas]);
  check('nothing is left for check and check_metrics to find', [{ findings: 0 }],
    await rows(db, sql`SELECT (SELECT count(*) FROM upkeep.check())::int + (SELECT count(*) FROM upkeep.check_metrics('daily_records'))::int AS findings`));
}

await throughEachDriver('analytics', schema, async (db, driver) => {
  const shop = await open(db, driver);
  await rollups(db, driver);
  await metrics(db, shop.id);
  await diagnosis(db, shop.id);
  await others(db, driver, shop.id);
});
