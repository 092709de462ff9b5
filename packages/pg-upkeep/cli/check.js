// What will not work in a database, and what to do about it: a line each. An "error" stands in the way of loading, a
// "warning" is something that will not work, a "note" is good to know. Nothing is changed.
import { version } from '../sql.js'
import * as ask from './questions.js'

const [oldest, newest] = [15, 18]
// Of Neon, Supabase, and PgBouncer on its own port.
const pooler = /-pooler\.|\.pooler\.|:6432\b|:6543\b/

export async function check({ driver, query, url }) {
  const server = (await query(ask.server))[0]
  const where = `database ${server.database} as role ${server.role}, by ${driver}`
  const lines = [`pg-upkeep ${version} asks PostgreSQL ${server.version}, ${where}`]
  const say = (kind, what, remedy) => lines.push(`${kind}: ${what}: ${remedy}`)

  let loaded
  const major = Math.floor(server.number / 10_000)
  if (major < oldest)
    // What else to ask, such a server may not know.
    say('error', `this is PostgreSQL ${major}`, `upgrade it to ${oldest} or later`)
  else {
    if (pooler.test(url))
      say('note', 'this is a pooler', 'in transaction mode too all works, but set upkeep.pause by SET LOCAL')
    if (major > newest) say('warning', `PostgreSQL ${major} has not been tried`, `${newest} is the newest that has`)
    const rights = (await query(ask.rights))[0]
    if (rights.extension) sayExtension(rights, say)
    else {
      loaded = await checkInstallation(query, server, rights, say)
      await checkRights(query, server, rights, say)
      await checkTables(query, rights.installer, say)
    }
  }
  const passes = !lines.some((line) => line.startsWith('error: '))
  lines.push(passes ? whatNow(loaded, server) : 'the portable edition cannot be loaded here')
  return { lines, passes }
}

const sayExtension = ({ extension, is_ours }, say) =>
  say('error', `the extension pg_upkeep ${extension} is installed here`,
    is_ours ? 'it is the portable edition by pg_tle, so update it by ALTER EXTENSION pg_upkeep UPDATE'
      : 'leave out the portable edition, for it does all of the same, and faster')

// Returns the version that is loaded, if any is.
async function checkInstallation(query, server, rights, say) {
  if (rights.public_exists && !rights.is_ours) say('error', "schema upkeep is not pg_upkeep's", 'rename or drop it')
  else if (rights.stranger)
    say('error', `pg_upkeep belongs to role ${rights.stranger} here`,
      'load it as that role, or as a member of it that is not a superuser')
  else if (rights.is_ours) return checkVersion(query, say)
  else if (!rights.may_create)
    say('error', `role ${server.role} may not create schemas here`,
      `let the owner of the database run GRANT CREATE ON DATABASE ${quoted(server.database)} TO ${quoted(server.role)}`)
}

async function checkVersion(query, say) {
  const loaded = (await query(ask.loaded))[0].version.replace('portable ', '')
  const order = compare(loaded, version)
  const both = `version ${loaded} is loaded here, and this is ${version}`
  if (order < 0) say('warning', both, 'load it: npx pg-upkeep sql')
  else if (order > 0) say('error', both, 'update the package pg-upkeep')
  return loaded
}

async function checkRights(query, server, rights, say) {
  if (rights.available)
    say('note', `this server offers the extension pg_upkeep ${rights.available}, which does more, and faster`,
      'let a superuser run CREATE EXTENSION pg_upkeep, instead of loading the portable edition')
  if (server.is_pglite)
    say('note', "PGlite has one session, which is a superuser's", 'test rights and races on a server')
  else if (rights.is_superuser)
    say('warning', `${server.role} is a superuser, and functions would act as one for everybody who writes`,
      'load pg_upkeep as the role that owns the tables')
  if (rights.is_read_only)
    say('error', 'nothing can be written here', 'connect to the primary server, without default_transaction_read_only')
  else if (!(await mayCreateEventTriggers(query)))
    say('warning', 'no right to event triggers, which auto_updated_at and the guard over DROP and ALTER need',
      "call upkeep.enable_updated_at_in('public') at the end of each migration")
}

async function checkTables(query, installer, say) {
  for (const { place, owner, tables, some } of await query(ask.others)) {
    const belong = tables === 1 ? '1 table belongs' : `${tables} tables belong`
    say('warning', `in schema ${place}, ${belong} to ${owner} (${some})`,
      `load pg_upkeep as ${owner}, or let ${installer} own what it shall keep`)
  }
  for (const { name } of await query(ask.forced))
    say('warning', `row security is forced on ${name}, so order features and settings of metrics cannot use it`,
      `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`)
}

// It is tried, for hosts grant it in ways of their own: the attempt ends in an error either way.
async function mayCreateEventTriggers(query) {
  try {
    await query(ask.event_trigger)
  } catch (error) {
    return error.code === ask.granted
  }
  return false
}

function whatNow(loaded, { is_pglite }) {
  if (loaded === version) return `pg_upkeep ${version} is loaded here`
  return `pg_upkeep can be loaded here: ${is_pglite ? "import { sql } from 'pg-upkeep', and db.exec(sql)"
    : 'npx pg-upkeep sql | psql -X -v ON_ERROR_STOP=1 "$DATABASE_URL"'}`
}

const quoted = (name) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

// Below zero if the first is older.
function compare(first, second) {
  const [a, b] = [first, second].map((each) => each.split('.').map(Number))
  return a.map((number, at) => number - b[at]).find((difference) => difference !== 0) ?? 0
}
