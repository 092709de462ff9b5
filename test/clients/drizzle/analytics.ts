// The tables of a shop analytics app, as its application declares them. Money in the smallest unit of the currency.
import { relations } from 'drizzle-orm';
import { bigint, boolean, date, index, integer, jsonb, numeric, pgTable, smallint, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';

const id = uuid().primaryKey().defaultRandom();
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const stamps = {
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
};
const money = (name: string) => bigint(name, { mode: 'number' });
const threshold = (name: string) => numeric(name, { precision: 12, scale: 6 });
const shopId = () => uuid('shop_id').notNull().references(() => shops.id, { onDelete: 'cascade' });

export const users = pgTable('users', {
  id,
  externalId: text('external_id').unique(),
  email: text(),
  shopsCount: integer('shops_count').notNull().default(0),
  newestShop: moment('newest_shop'),
  ...stamps,
});

export const shops = pgTable('shops', {
  id,
  ownerId: uuid('owner_id').references(() => users.id, { onDelete: 'set null' }),
  name: text().notNull(),
  timezone: text().notNull().default('UTC'),
  currency: text(),
  ...stamps,
}, (t) => [index('shops_owner_id_idx').on(t.ownerId)]);

export const shopSettings = pgTable('shop_settings', {
  id,
  shopId: shopId().unique(),
  currency: text(),
  timezone: text(),
  weekStartDay: smallint('week_start_day').default(1),
  cogsRatio: numeric('cogs_ratio', { precision: 10, scale: 9 }),
  targetRoas: threshold('target_roas'),
  targetCpa: numeric('target_cpa', { precision: 20, scale: 6 }),
  minImpact: numeric('min_impact', { precision: 20, scale: 6 }),
  thresholds: jsonb().$type<Record<string, { warning?: number; critical?: number }>>(),
  npDropWarning: threshold('np_drop_warning'),
  npDropCritical: threshold('np_drop_critical'),
  revDropWarning: threshold('rev_drop_warning'),
  revDropCritical: threshold('rev_drop_critical'),
  roasBelowBreakEvenWarning: threshold('roas_below_break_even_warning'),
  roasBelowBreakEvenCritical: threshold('roas_below_break_even_critical'),
  roasBelowTargetWarning: threshold('roas_below_target_warning'),
  roasBelowTargetCritical: threshold('roas_below_target_critical'),
  cplSpikeWarning: threshold('cpl_spike_warning'),
  cplSpikeCritical: threshold('cpl_spike_critical'),
  cvrDropWarning: threshold('cvr_drop_warning'),
  cvrDropCritical: threshold('cvr_drop_critical'),
  aovDropWarning: threshold('aov_drop_warning'),
  aovDropCritical: threshold('aov_drop_critical'),
  leadsDropWarning: threshold('leads_drop_warning'),
  leadsDropCritical: threshold('leads_drop_critical'),
  ...stamps,
});

export const dailyRecords = pgTable('daily_records', {
  id,
  shopId: shopId(),
  recordDate: date('record_date').notNull(),
  orders: integer(),
  revenue: money('revenue'),
  adSpend: money('ad_spend'),
  leads: integer(),
  aov: money('aov'),
  cpl: money('cpl'),
  cvr: numeric({ precision: 5, scale: 2 }),
  roas: numeric({ precision: 6, scale: 2 }),
  netProfit: money('net_profit'),
  ...stamps,
}, (t) => [unique('daily_records_day').on(t.shopId, t.recordDate)]);

export type Issue = { code: string; severity: string; fingerprint: string; response?: { status: string; note?: string } };

export const weeklyDiagnostics = pgTable('weekly_diagnostics', {
  id,
  shopId: shopId(),
  weekStart: date('week_start').notNull(),
  weekLabel: text('week_label'),
  state: text(),
  issues: jsonb().$type<Issue[]>().notNull().default([]),
  rules: jsonb(),
  facts: jsonb(),
  userResponses: jsonb('user_responses').$type<Record<string, { status: string; note?: string }>>().notNull().default({}),
  inputDigest: text('input_digest'),
  stale: boolean().notNull().default(false),
  ...stamps,
}, (t) => [unique('weekly_diagnostics_week').on(t.shopId, t.weekStart)]);

export const actionItems = pgTable('action_items', {
  id,
  shopId: shopId(),
  diagnosticId: uuid('diagnostic_id').references(() => weeklyDiagnostics.id, { onDelete: 'set null' }),
  fingerprint: text().notNull(),
  code: text().notNull(),
  action: text().notNull(),
  params: jsonb(),
  title: text(),
  severity: text(),
  impact: numeric(),
  status: text().notNull().default('open'),
  firstWeek: date('first_week'),
  lastWeek: date('last_week'),
  note: text(),
  dueOn: date('due_on'),
  ...stamps,
}, (t) => [
  unique('action_items_action').on(t.shopId, t.fingerprint, t.action),
  index('action_items_diagnostic_id_idx').on(t.diagnosticId),
]);

export const monthlyGoals = pgTable('monthly_goals', {
  id,
  shopId: shopId(),
  month: date().notNull(),
  revenueTarget: money('revenue_target'),
  profitTarget: money('profit_target'),
  ...stamps,
}, (t) => [unique('monthly_goals_month').on(t.shopId, t.month)]);

export const productPresets = pgTable('product_presets', {
  id,
  shopId: shopId(),
  name: text().notNull(),
  sellPrice: money('sell_price'),
  cogs: money('cogs'),
  unitMargin: money('unit_margin'),
  marginRatio: numeric('margin_ratio', { precision: 6, scale: 4 }),
  ...stamps,
}, (t) => [index('product_presets_shop_id_idx').on(t.shopId)]);

export const adDecisions = pgTable('ad_decisions', {
  id,
  shopId: shopId(),
  campaign: text(),
  decidedOn: date('decided_on').notNull().defaultNow(),
  spend: money('spend'),
  orders: integer(),
  decision: text({ enum: ['SCALE', 'KEEP', 'KILL'] }),
  earlyKillSignals: jsonb('early_kill_signals').$type<string[]>(),
  ...stamps,
}, (t) => [index('ad_decisions_shop_id_idx').on(t.shopId)]);

export const growthSimulations = pgTable('growth_simulations', {
  id,
  shopId: shopId(),
  targetRevenue: money('target_revenue'),
  neededAdSpend: money('needed_ad_spend'),
  feasibilityLevel: text('feasibility_level'),
  assumptions: jsonb(),
  ...stamps,
}, (t) => [index('growth_simulations_shop_id_idx').on(t.shopId)]);

export const usersRelations = relations(users, ({ many }) => ({ shops: many(shops) }));
export const shopsRelations = relations(shops, ({ one, many }) => ({
  owner: one(users, { fields: [shops.ownerId], references: [users.id] }),
  settings: one(shopSettings),
  dailyRecords: many(dailyRecords),
  weeklyDiagnostics: many(weeklyDiagnostics),
}));
export const shopSettingsRelations = relations(shopSettings, ({ one }) => ({
  shop: one(shops, { fields: [shopSettings.shopId], references: [shops.id] }),
}));
export const dailyRecordsRelations = relations(dailyRecords, ({ one }) => ({
  shop: one(shops, { fields: [dailyRecords.shopId], references: [shops.id] }),
}));
export const weeklyDiagnosticsRelations = relations(weeklyDiagnostics, ({ one, many }) => ({
  shop: one(shops, { fields: [weeklyDiagnostics.shopId], references: [shops.id] }),
  actionItems: many(actionItems),
}));
export const actionItemsRelations = relations(actionItems, ({ one }) => ({
  diagnostic: one(weeklyDiagnostics, { fields: [actionItems.diagnosticId], references: [weeklyDiagnostics.id] }),
}));
