#!/usr/bin/env node
// npx pg-upkeep: the file of the portable edition, and whether a database can have it.
import { parseArgs } from 'node:util'
import { check } from './check.js'
import { connect } from './drivers.js'
import { print } from './print.js'
import { version } from '../sql.js'

const usage = `pg-upkeep ${version}: pg_upkeep's portable edition, for PostgreSQL 15 or later and PGlite

  pg-upkeep sql [--from VERSION] [--migration]
      Prints the file that installs it, and that brings an older version up to this one:
      npx pg-upkeep sql | psql -X -v ON_ERROR_STOP=1 "$DATABASE_URL"
      --from VERSION   what is loaded now; fails if this package cannot take it further
      --migration      as one statement, for a migration tool: it begins and ends no transaction

  pg-upkeep check [--url URL | --pglite FOLDER]
      Says what will not work in the database of URL, or else of DATABASE_URL, and what to do about it. It changes
      nothing, and connects by the driver that the project has: pg, postgres, @neondatabase/serverless, or PGlite.
      Ends with status 1 if pg_upkeep cannot be loaded there.

  pg-upkeep help
`

class UsageError extends Error {}

const commands = {
  async sql(args) {
    const { from, migration } = options(args, { from: { type: 'string' }, migration: { type: 'boolean' } })
    await write(print({ from, migration }))
  },

  async check(args) {
    const { url = process.env.DATABASE_URL, pglite } = options(args, {
      url: { type: 'string' },
      pglite: { type: 'string' },
    })
    if (!pglite && !url)
      throw new UsageError('there is no database to check: set DATABASE_URL, or pass --url or --pglite')
    const database = await connect(pglite ? { folder: pglite } : { url })
    try {
      const { lines, passes } = await check({ ...database, url })
      await write(`${lines.join('\n')}\n`)
      if (!passes) process.exitCode = 1
    } finally {
      await database.end()
    }
  },

  async help() {
    await write(usage)
  },
}

function options(args, known) {
  try {
    return parseArgs({ args, options: known }).values
  } catch (error) {
    throw new UsageError(error.message)
  }
}

// What is long may wait for a pipe; what a pipe does not want any more is no error.
const write = (text) =>
  new Promise((resolve, reject) => {
    process.stdout.on('error', (error) => (error.code === 'EPIPE' ? resolve() : reject(error)))
    process.stdout.write(text, resolve)
  })

const [named, ...args] = process.argv.slice(2)
const name = ['--help', '-h'].includes(named) ? 'help' : named
try {
  if (!name) throw new UsageError('no command is given')
  if (!Object.hasOwn(commands, name)) throw new UsageError(`there is no command ${name}`)
  await commands[name](args)
} catch (error) {
  process.stderr.write(`pg-upkeep: ${error.message || error.code}\n`)
  if (error.hint) process.stderr.write(`${error.hint}\n`)
  if (error instanceof UsageError) process.stderr.write(`\n${usage}`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
