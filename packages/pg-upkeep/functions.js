// The functions of schema upkeep that are pure computation. Arguments and results are called as in SQL.
import { call, load, UpkeepError } from './module.js'

export { load, UpkeepError }

/** A JSON document as PostgreSQL's jsonb writes it. */
export class Document {
  #text
  #value
  constructor(text) {
    this.#text = text
  }
  /** What the SQL function returns, byte for byte: what to store. */
  get text() {
    return this.#text
  }
  /** The same, parsed. */
  get value() {
    return (this.#value ??= JSON.parse(this.#text))
  }
  toString() {
    return this.#text
  }
  toJSON() {
    return this.value
  }
  // How the driver pg asks for a parameter.
  toPostgres() {
    return this.#text
  }
}

// Arguments that are left out have SQL's defaults; NULL is null.
const withDefaults = (given, defaults) => {
  const all = { ...given }
  for (const [name, value] of Object.entries(defaults)) if (all[name] === undefined) all[name] = value
  return all
}

// A document that was made here goes back as its text.
const documents = (given, ...names) => {
  const all = { ...given }
  for (const name of names) if (all[name] instanceof Document) all[name] = all[name].text
  return all
}

const settingsOf = (settings) =>
  typeof settings === 'string' ? JSON.parse(settings) : settings instanceof Document ? settings.value : settings

/** The date that it is for a shop: in the time zone of its settings, or else in that of this process. */
export function shopToday(settings = {}, now = new Date()) {
  const timeZone = settingsOf(settings)?.timezone || undefined
  try {
    const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
      .formatToParts(now)
      .reduce((all, { type, value }) => ({ ...all, [type]: value }), {})
    return `${parts.year}-${parts.month}-${parts.day}`
  } catch {
    throw new UpkeepError({
      sqlstate: '22023',
      message: `timezone is not a time zone: ${timeZone}`,
      hint: 'Use a name that pg_timezone_names has, such as Asia/Ho_Chi_Minh.',
    })
  }
}

// Of settings whose time zone is unknown nothing is diagnosed: the document says so.
function whenAsked(settings) {
  try {
    return { today: shopToday(settings) }
  } catch {
    return { today: shopToday(), unknown_timezone: true }
  }
}

export function diagnose(shop) {
  const given = documents(shop, 'settings')
  return new Document(call('diagnose', given.today == null ? { ...given, ...whenAsked(given.settings) } : given))
}

export function mergeIssues(given) {
  const names = ['fresh', 'stored', 'user_responses', 'previous', 'previous_responses', 'wordings']
  if (given.fresh == null)
    throw new UpkeepError({
      sqlstate: '22004',
      message: 'argument "fresh" must not be null',
      hint: 'Pass what upkeep.diagnose returns.',
    })
  return new Document(call('merge_issues', documents(given, ...names)))
}

export function answeredIssues(given) {
  if (given.issues == null) return null
  const names = ['issues', 'user_responses', 'facts', 'previous', 'previous_responses']
  return new Document(call('answered_issues', documents(given, ...names)))
}

export function weeklyReport(diagnostic, options = {}) {
  if (diagnostic == null) return null
  return call('weekly_report', { ...options, ...documents({ diagnostic }, 'diagnostic') })
}

export const weekStart = (day, settings = {}) => call('week_start', documents({ day, settings }, 'settings'))

export const weekLabel = (week_start) => call('week_label', { week_start })

export function adDecision(ad) {
  const row = call('ad_decision', withDefaults(ad, { desired_net_margin: 0 }))
  return {
    decision: row.decision,
    early_kill_signals: new Document(row.early_kill_signals),
    evidence: new Document(row.evidence),
  }
}

export const simulateGrowth = (figures) =>
  call('simulate_growth', withDefaults(figures, { elasticity: '0.7' })).map((row) => ({
    ...row,
    assumptions: new Document(row.assumptions),
  }))

export const fitElasticity = (points) => call('fit_elasticity', { points })

export const unitEconomics = (sale) => call('unit_economics', withDefaults(sale, { variable_cost_share: 0 }))

export const explainChange = (before, after) => call('explain_change', { before, after })

export const goalPace = (shop) =>
  call('goal_pace', documents(shop, 'settings')).map((row) => ({ ...row, required: new Document(row.required) }))
