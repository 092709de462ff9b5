// Asks the package what the functions of SQL were asked in test/wasm/calls.sql: a line of the suite for each function.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [place, packaged] = process.argv.slice(2)
const pg = createRequire(`${place}/`)('pg')
const upkeep = await import(pathToFileURL(`${packaged}/node.js`))

const row = (values) => values.filter((each) => each !== null).join('|')
const rows = (all, separator) => all.map((each) => row(Object.values(each))).join(separator)
const ask = {
  diagnose: (given) => upkeep.diagnose(given).text,
  weeklyReport: ({ diagnostic, ...options }) => upkeep.weeklyReport(diagnostic, options),
  mergeIssues: (given) => upkeep.mergeIssues(given).text,
  answeredIssues: (given) => upkeep.answeredIssues(given).text,
  adDecision: (given) => row(Object.values(upkeep.adDecision(given))),
  simulateGrowth: (given) => rows(upkeep.simulateGrowth(given), '\n'),
  unitEconomics: (given) => row(Object.values(upkeep.unitEconomics(given))),
  fitElasticity: ({ points }) => upkeep.fitElasticity(points),
  explainChange: ({ before, after }) => rows(upkeep.explainChange(before, after), ' '),
  goalPace: (given) => rows(upkeep.goalPace(given), '\n'),
  weekStart: ({ day, settings }) => upkeep.weekStart(day, settings),
  weekLabel: (day) => upkeep.weekLabel(day),
  shopToday: ({ settings, now }) => upkeep.shopToday(settings, new Date(now)),
}

function answerTo(name, given) {
  try {
    return ask[name](given)
  } catch (error) {
    return error instanceof upkeep.UpkeepError ? `${error.code}: ${error.message}` : String(error.stack)
  }
}

// Where two texts begin to differ, with what is around it.
function difference(expected, answered) {
  let at = 0
  while (at < expected.length && expected[at] === answered?.[at]) ++at
  const around = (text) => text?.slice(Math.max(0, at - 60), at + 60)
  return `at ${at}\n#   SQL:    …${around(expected)}\n#   module: …${around(String(answered))}`
}

const client = new pg.Client()
await client.connect()
const query = 'SELECT id, arguments, expected FROM wasm.calls WHERE name = $1 ORDER BY id'
for (const name of Object.keys(ask)) {
  const { rows: calls } = await client.query(query, [name])
  const wrong = calls.filter(({ arguments: given, expected }) => (answerTo(name, given) ?? null) !== expected)
  const is_right = calls.length > 0 && wrong.length === 0
  console.log(`${is_right ? 'ok' : 'not ok'} - ${name}: ${calls.length} answers are SQL's`)
  for (const { id, arguments: given, expected } of wrong.slice(0, 3))
    console.log(`#   ${wrong.length} differ, call ${id} ${difference(String(expected), answerTo(name, given))}`)
}

// A run has written these; what the package reads and computes is the same.
const shops = await client.query(`SELECT shop_id, json_build_object('rules', rules, 'facts', facts - 'history',
  'input_digest', input_digest)::text AS stored FROM shops.weekly_diagnostics WHERE week_start = '2026-11-09'`)
let equal = 0
for (const { shop_id: shop, stored } of shops.rows) {
  const { value } = await upkeep.diagnoseShop((...query) => client.query(...query), {
    shop,
    today: '2026-11-17',
    schema: 'shops',
  })
  const { rules, facts, input_digest } = value
  const written = JSON.stringify(JSON.parse(stored)), found = JSON.stringify({ rules, facts, input_digest })
  if (found === written) ++equal
  else console.log(`#   ${difference(written, found)}`)
}
const all = shops.rows.length
const are_equal = all > 0 && equal === all
console.log(`${are_equal ? 'ok' : 'not ok'} - ${equal} of ${all} shops are as a weekly run has written them`)
await client.end()
