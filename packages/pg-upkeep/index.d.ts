/** The portable edition of pg_upkeep: what npx pg-upkeep sql prints. It is a transaction: await db.exec(sql). */
export const sql: string
/** Of this package, and of the portable edition in it. */
export const version: string

/** A number as SQL takes it: a bigint and a string say every digit of it. */
export type Numeric = number | bigint | string
/** A day, "2026-11-09". */
export type Day = string
type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** A document, or its JSON. */
export type DocumentLike<T = Json> = T | string | Document<T>

/** What is wrong with a call, with the names that errors of PostgreSQL's drivers have. */
export class UpkeepError extends Error {
  /** The SQLSTATE that the function has in SQL. */
  readonly code: string
  readonly detail?: string
  readonly hint?: string
}

/** A JSON document as PostgreSQL's jsonb writes it. The driver pg takes it as a parameter. */
export class Document<T = Json> {
  constructor(text: string)
  /** What the SQL function returns, byte for byte: what to store. */
  readonly text: string
  /** The same, parsed. Amounts are strings. */
  readonly value: T
  toString(): string
  toJSON(): T
}

/** Where there are no files to read the module from: before the first call, with its bytes or a compiled module. */
export function load(source: BufferSource | WebAssembly.Module | Response | Promise<Response>): Promise<void>

/** A row of daily_records. */
export interface DayRecord {
  record_date: Day
  orders?: number | string | null
  revenue?: Numeric | null
  ad_spend?: Numeric | null
  leads?: number | string | null
}

export interface Event {
  starts_on: Day
  ends_on?: Day | null
  name?: string | null
  kind: 'holiday' | 'closed' | 'promotion' | 'outage'
}

/** A row of shop_settings, with what may be added for a diagnosis. */
export interface ShopSettings {
  shop_id?: number | string | null
  currency?: string | null
  timezone?: string | null
  language?: string | null
  week_start_day?: number | string | null
  cogs_ratio?: Numeric | null
  /** Of earlier weeks, by their first days. */
  cogs_ratios?: Record<Day, Numeric | null> | null
  target_roas?: Numeric | null
  target_cpa?: Numeric | null
  min_impact?: Numeric | null
  revenue_target?: Numeric | null
  profit_target?: Numeric | null
  thresholds?: Record<string, Json> | null
  closed_weekdays?: number[] | null
  events?: Event[] | null
  refund_days?: Record<Day, Numeric> | Day[] | null
  [more: string]: unknown
}

export interface DiagnoseArguments {
  /** The days of the week and of the eight before; others do not count. */
  days: DayRecord[]
  week_start: Day
  settings?: ShopSettings | string | Document | null
  /** The date in the shop's time zone where it is left out. */
  today?: Day | null
  /** "minor" (the default): whole amounts in the currency's smallest unit; "decimal": in the currency itself. */
  amounts?: 'minor' | 'decimal'
}

/** Sends a query: pg's and PGlite's answer has rows, that of postgres.js is the rows. */
export type Query = (text: string, parameters: unknown[]) => Promise<{ rows: unknown[] } | readonly unknown[]>

export interface WhichShop {
  shop: string | number | bigint
  /** A day of the week: where it is left out, of the last week that is over. */
  day?: Day
  today?: Day
  /** Where the tables of upkeep.create_analytics are; "public" where it is left out. */
  schema?: string
}

/** Reads what a weekly run reads of a shop, its goals, events and earlier costs of goods among it: for diagnose. */
export function readShop(query: Query, which: WhichShop): Promise<DiagnoseArguments>
/** Reads a shop and diagnoses its week. Errors: P0002, and those of diagnose. */
export function diagnoseShop(query: Query, which: WhichShop): Promise<Document<Diagnosis>>

export type Severity = 'warning' | 'critical'

export interface Driver {
  driver: string
  amount: string
  [more: string]: Json
}

export interface Issue {
  code: string
  fingerprint: string
  severity: Severity
  metric: string
  message: string
  action: string
  observed: string | number | null
  expected: string | number | null
  delta_abs: string | number | null
  delta_pct: number | null
  impact: string | null
  confidence: string
  drivers: Driver[] | null
  [more: string]: Json
}

export interface RuleStatus {
  status: 'PASSED' | 'FIRED' | 'NOT_EVALUATED' | 'INHIBITED'
  severity?: Severity
  reason?: string
  by?: string
  delta_pct?: number
}

export interface Diagnosis {
  week_start: Day
  week_label: string
  state: 'open' | 'closed' | 'future'
  issues: Issue[]
  rules: Record<string, RuleStatus>
  facts: { [key: string]: Json }
  input_digest: string
}

/** upkeep.diagnose. Errors: 22003, 22004, 22008, 22023, 22P02. */
export function diagnose(shop: DiagnoseArguments): Document<Diagnosis>

/** upkeep.merge_issues. Errors: 22004, 22023. */
export function mergeIssues(given: {
  fresh: DocumentLike<Diagnosis>
  stored?: DocumentLike | null
  user_responses?: DocumentLike | null
  previous?: DocumentLike | null
  previous_responses?: DocumentLike | null
  wordings?: DocumentLike | null
}): Document<Issue[]>

/** upkeep.answered_issues; null of null. */
export function answeredIssues(given: {
  issues: DocumentLike | null
  user_responses?: DocumentLike | null
  facts?: DocumentLike | null
  previous?: DocumentLike | null
  previous_responses?: DocumentLike | null
}): Document<Issue[]> | null

export interface ReportOptions {
  /** "markdown" where it is left out. */
  format?: 'markdown' | 'html' | 'email'
  /** That of the shop where it is left out. */
  language?: string | null
  /** Your own wordings, as rows of upkeep.wordings. */
  wordings?: { language: string; code: string; wording: string }[]
}

/** upkeep.weekly_report: a page from a row of weekly_diagnostics; null of null. Errors: 22023. */
export function weeklyReport(diagnostic: DocumentLike<object>, options?: ReportOptions): string
export function weeklyReport(diagnostic: null, options?: ReportOptions): null

/** upkeep.week_start: the first day of the week that a day is in. Errors: 22023. */
export function weekStart(day: Day, settings?: ShopSettings | string | Document): Day
/** upkeep.week_label: "2026-W46". */
export function weekLabel(week_start: Day): string
/** upkeep.shop_today: the date in the time zone of the settings, or in that of this process. Errors: 22023. */
export function shopToday(settings?: ShopSettings | string, now?: Date): Day

export interface AdArguments {
  spend: Numeric | null
  orders: number | null
  revenue?: Numeric | null
  leads?: number | null
  cogs_ratio?: Numeric | null
  /** 0 where it is left out. */
  desired_net_margin?: Numeric | null
  age_days?: number | null
  marginal_roas?: Numeric | null
  impressions?: Numeric | null
  clicks?: Numeric | null
  aov?: Numeric | null
}

/** upkeep.ad_decision. What cannot be decided is KEEP, with the reason in the evidence. */
export function adDecision(ad: AdArguments): {
  decision: 'SCALE' | 'KEEP' | 'KILL'
  early_kill_signals: Document<{ code: string; value: number; limit: number; sample: number; strength: number }[]>
  evidence: Document<{ [key: string]: Json }>
}

export interface GrowthArguments {
  target_revenue: Numeric
  revenue?: Numeric | null
  ad_spend?: Numeric | null
  leads?: number | null
  orders?: number | null
  cogs_ratio?: Numeric | null
  /** 0.7 where it is left out. */
  elasticity?: Numeric | null
  max_observed_spend?: Numeric | null
}

/** upkeep.simulate_growth: a row a model. Errors: 22003, 22004, 22023. */
export function simulateGrowth(figures: GrowthArguments): {
  model: 'linear' | 'diminishing'
  ad_spend: string | null
  leads: number | null
  orders: number | null
  revenue: string
  net_profit: string | null
  marginal_roas: string | null
  feasibility_level:
    'ACHIEVED' | 'EASY' | 'REALISTIC' | 'HARD' | 'UNREALISTIC' | 'UNPROFITABLE' | 'INSUFFICIENT'
  assumptions: Document<{ [key: string]: Json }>
}[]

/** upkeep.fit_elasticity; null under eight points. */
export function fitElasticity(points: { spend: Numeric | null; revenue: Numeric | null }[]): string | null

/** upkeep.unit_economics. variable_cost_share is 0 where it is left out. Errors: 22023. */
export function unitEconomics(sale: {
  sell_price: Numeric | null
  cogs: Numeric | null
  variable_cost_share?: Numeric | null
}): {
  unit_margin: string | null
  margin_ratio: string | null
  break_even_roas: string | null
  break_even_cpo: string | null
}

/** upkeep.explain_change: what drove a change, in whole units that sum up to it. Errors: 22004, 22023. */
export function explainChange(
  before: ChangeSide | string,
  after: ChangeSide | string,
): { driver: string; amount: string }[]

/** With ad_spend and cogs_ratio on both sides the change of profit is explained, else that of revenue. */
export interface ChangeSide {
  leads: Numeric
  orders: Numeric
  revenue: Numeric
  ad_spend?: Numeric
  cogs_ratio?: Numeric
}

export interface PaceArguments {
  /** Of the month, and of the eight weeks before today's. */
  days: { record_date: Day; revenue?: Numeric | null; net_profit?: Numeric | null }[]
  /** A day of the month. */
  month: Day
  /** The first day that is not complete. */
  today: Day
  /** week_start_day, closed_weekdays and events count. */
  settings?: ShopSettings | string | Document | null
  /** The row of monthly_goals. */
  goals?: { revenue_target?: Numeric | null; profit_target?: Numeric | null } | null
}

/** upkeep.goal_pace: a row revenue, and a row profit where the days have net_profit. Errors: 22004, 22008, 22023. */
export function goalPace(shop: PaceArguments): {
  metric: 'revenue' | 'profit'
  target: string | null
  so_far: string
  projected: string | null
  pace: string | null
  required: Document<Record<Day, number>>
  days_missing: number
}[]
