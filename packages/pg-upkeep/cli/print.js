// The portable edition as a file for psql, or as a statement for a migration.
import { sql, version, versions } from '../sql.js'

export function print({ from, migration }) {
  if (from !== undefined) requireOlder(from)
  return migration ? asStatement(sql) : sql
}

// The file is the migration from each version that had a portable edition.
function requireOlder(from) {
  if (versions.includes(from)) return
  throw new Error(isNewer(from) ? `${from} is newer than this package, which is ${version}: update pg-upkeep`
    : `there is no portable edition ${from}: this package knows ${versions.join(', ')}`)
}

function isNewer(from) {
  if (!/^\d+\.\d+\.\d+$/.test(from)) return false
  const [theirs, ours] = [from, version].map((each) => each.split('.').map(Number))
  const at = theirs.findIndex((number, place) => number !== ours[place])
  return at >= 0 && theirs[at] > ours[at]
}

// Migration tools have transactions of their own, and some send one statement at a time.
function asStatement(file) {
  const body = file.replace(/^(BEGIN|COMMIT);\n/gm, '')
  return `-- pg_upkeep ${version}, the portable edition: made by npx pg-upkeep sql --migration.
DO $pg_upkeep$ BEGIN EXECUTE $pg_upkeep_file$
${body}$pg_upkeep_file$; END $pg_upkeep$;
`
}
