// Statements for Drizzle's custom migrations, from its own tables and columns.
import { calls } from './calls.js'
import { casings } from './tables.js'

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

// Tables and what else must be given by position, options by name; undefined is what is left out.
function statement(name, casing, values) {
  const { sql, given, options } = calls[name]
  const [positions, known] = [Object.entries(given), Object.keys(options)]
  const chosen = Object.entries(values[positions.length] ?? {}).filter(([, value]) => value !== undefined)
  for (const [argument] of chosen)
    if (!known.includes(argument)) throw new TypeError(`${name} has no option ${argument}: it has ${known.join(', ')}`)

  const tables = Object.fromEntries([...positions.map(([argument], at) => [argument, values[at]]), ...chosen])
  const write = (kind, value, argument) => kind(value, { argument: `${name}: ${argument}`, tables, casing })
  const written = [
    ...positions.map(([argument, kind], at) => write(kind, values[at], argument)),
    ...chosen.map(([argument, value]) =>
      `${snake(argument)} => ${value === null ? 'NULL' : write(options[argument], value, argument)}`),
  ]
  return `SELECT upkeep.${sql}(${written.join(', ')});`
}

function functions(casing) {
  const call = (name) => (...values) => statement(name, casing, values)
  const made = Object.fromEntries(Object.keys(calls).map((name) => [name, call(name)]))
  // Formulas stand before the options.
  const metrics = (table, formulas, options) => made.metrics(table, { formulas: formulas ?? undefined, ...options })
  return { ...made, metrics }
}

export function inCasing(casing) {
  if (!Object.hasOwn(casings, casing)) throw new TypeError(`casing must be ${Object.keys(casings).join(' or ')}`)
  return functions(casings[casing])
}

export const {
  updatedAt, updatedAtIn, touch, metrics,
  orderSnapshots, orderTotals, orderLock, orderStatus, orderNumber, orderRefunds, stock,
} = functions()

// The text of a migration: Drizzle sends what its breakpoints separate one by one.
export const migration = (...statements) => statements.flat().join('\n--> statement-breakpoint\n')
