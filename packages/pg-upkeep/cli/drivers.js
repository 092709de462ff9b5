// The database, by a driver that the project has: this package brings none. Each answers { driver, query, end }; a
// query returns its rows.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const servers = {
  async pg({ Client }, url) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 15_000 })
    await client.connect()
    // What ends the connection also fails the query that waits for it.
    client.on('error', () => {})
    return { query: async (text) => (await client.query(text)).rows, end: () => client.end() }
  },

  async postgres(module, url) {
    const sql = (module.default ?? module)(url, { max: 1, prepare: false, connect_timeout: 15, onnotice() {} })
    return { query: (text) => sql.unsafe(text), end: () => sql.end() }
  },

  // Over HTTP, which needs no WebSocket: each query is a transaction of its own.
  async '@neondatabase/serverless'({ neon }, url) {
    const sql = neon(url)
    return { query: (text) => (sql.query ?? sql)(text), end: async () => {} }
  },
}

const inProcess = '@electric-sql/pglite'

const failure = (message, hint) => Object.assign(new Error(message), { hint })

// The module of that name as the project in this folder would load it; undefined if it has none.
function load(name) {
  const require = createRequire(join(process.cwd(), 'package.json'))
  try {
    require.resolve(name)
  } catch {
    return undefined
  }
  return require(name)
}

async function connectToServer(url) {
  for (const [driver, open] of Object.entries(servers)) {
    const module = load(driver)
    if (module) return { driver, ...(await open(module, url)) }
  }
  throw failure('there is no driver for PostgreSQL in this folder',
    `Install one of ${Object.keys(servers).join(', ')}: npm install pg`)
}

async function openFolder(folder) {
  const module = load(inProcess)
  if (!module) throw failure('there is no PGlite in this folder', `Install it: npm install ${inProcess}`)
  // PGlite would make what is not there.
  if (!folder.includes('://') && !existsSync(join(folder, 'PG_VERSION')))
    throw failure(`there is no database of PGlite in ${folder}`,
      'Pass the folder that PGlite.create has made, or memory:// for a new one.')
  const db = await module.PGlite.create(folder)
  return { driver: inProcess, query: async (text) => (await db.query(text)).rows, end: () => db.close() }
}

export const connect = ({ url, folder }) => (folder ? openFolder(folder) : connectToServer(url))
