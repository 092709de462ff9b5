# npx pg-upkeep check: what it says of databases, letter by letter. Sourced by run.
sql -c "CREATE ROLE shop LOGIN" -c "CREATE ROLE reader LOGIN" -c "CREATE ROLE anna" -c 'CREATE ROLE "Tom"'

# fresh DATABASE OWNER
fresh() { sql -c "CREATE DATABASE $1 OWNER $2"; }

# of DATABASE ROLE [FOLDER]: what the check says, with V for the server's version. The project in FOLDER asks.
of() {
  (cd "${3:-$place}" && DATABASE_URL=postgresql://$2@127.0.0.1:$port/$1 upkeep check) |
    sed 's/PostgreSQL [0-9.]*\( ([^)]*)\)\?,/PostgreSQL V,/'
}

asks="pg-upkeep $version asks PostgreSQL V, database"
can='pg_upkeep can be loaded here: npx pg-upkeep sql | psql -X -v ON_ERROR_STOP=1 "$DATABASE_URL"'
cannot="the portable edition cannot be loaded here
status 1"
offers="note: this server offers the extension pg_upkeep $version, which does more, and faster: let a superuser run \
CREATE EXTENSION pg_upkeep, instead of loading the portable edition"
events="warning: no right to event triggers, which auto_updated_at and the guard over DROP and ALTER need: call \
upkeep.enable_updated_at_in('public') at the end of each migration"

fresh plain shop
check "check: the owner of a database, who may make no event triggers" "$asks plain as role shop, by pg
$offers
$events
$can" "$(of plain shop)"
check "check: a trial leaves nothing, and no error stays in it" "0 0" "$(sql -At -d plain -F ' ' -c "SELECT
  (SELECT count(*) FROM pg_event_trigger), (SELECT count(*) FROM pg_proc WHERE proname = 'upkeep_trial')")"

check "check: a role without CREATE on the database" "$asks plain as role reader, by pg
error: role reader may not create schemas here: let the owner of the database run GRANT CREATE ON DATABASE plain TO \
reader
$offers
$events
$cannot" "$(of plain reader)"

check "check: a superuser" "$asks plain as role postgres, by pg
$offers
warning: postgres is a superuser, and functions would act as one for everybody who writes: load pg_upkeep as the role \
that owns the tables
$can" "$(of plain postgres)"

fresh loaded shop
sql -d loaded -U shop -o /dev/null -f build/portable/pg_upkeep.sql
is_there="pg_upkeep $version is loaded here"
check "check: where it is loaded" "$asks loaded as role shop, by pg
$offers
$events
$is_there" "$(of loaded shop)"
check "check: of another role" "$asks loaded as role reader, by pg
error: pg_upkeep belongs to role shop here: load it as that role, or as a member of it that is not a superuser
$offers
$events
$cannot" "$(of loaded reader)"
sql -c "CREATE ROLE member LOGIN IN ROLE shop"
check "check: of a role that this one is a member of" "$is_there" "$(of loaded member | tail -n 1)"
check "check: of another role than the superuser's" \
  "error: pg_upkeep belongs to role shop here: load it as that role, or as a member of it that is not a superuser" \
  "$(of loaded postgres | grep '^error')"
says_version() {
  sql -d loaded -U shop -c "CREATE OR REPLACE FUNCTION upkeep.version() RETURNS text LANGUAGE sql AS
    'SELECT ''portable $1'''"
}
says_version 0.9.10
check "check: an older version is loaded" \
  "warning: version 0.9.10 is loaded here, and this is $version: load it: npx pg-upkeep sql
$can" "$(of loaded shop | sed -n '2p; $p')"
says_version 9.0.0
check "check: a newer one" "error: version 9.0.0 is loaded here, and this is $version: update the package pg-upkeep
$cannot" "$(of loaded shop | sed '1d; /^note\|^warning/d')"

fresh extension shop
sql -d extension -c "CREATE EXTENSION pg_upkeep"
check "check: where the extension is installed" "$asks extension as role shop, by pg
error: the extension pg_upkeep $version is installed here: leave out the portable edition, for it does all of the \
same, and faster
$cannot" "$(of extension shop)"

sql -d extension -U postgres -c "CREATE TABLE upkeep_internal.installation ()"
check "check: where it is the portable edition by pg_tle" "error: the extension pg_upkeep $version is installed here: \
it is the portable edition by pg_tle, so update it by ALTER EXTENSION pg_upkeep UPDATE" \
  "$(of extension shop | grep '^error')"

fresh taken shop
sql -d taken -c "CREATE SCHEMA upkeep"
check "check: schema upkeep is somebody else's" \
  "error: schema upkeep is not pg_upkeep's: rename or drop it" "$(of taken shop | grep '^error')"

fresh standby shop
sql -c "ALTER DATABASE standby SET default_transaction_read_only = on"
check "check: nothing can be written" "error: nothing can be written here: connect to the primary server, without \
default_transaction_read_only" "$(of standby shop | grep '^error')"

fresh tables shop
sql -d tables -c "CREATE SCHEMA s" -c "CREATE TABLE public.orders (id int)" \
  -c "ALTER TABLE public.orders OWNER TO anna" -c 'CREATE TABLE public."Users" (id int)' \
  -c 'ALTER TABLE public."Users" OWNER TO anna' \
  -c "CREATE TABLE s.a (id int)" -c "CREATE TABLE s.b (id int)" -c "CREATE TABLE s.c (id int)" \
  -c "CREATE TABLE s.d (id int)" -c 'ALTER TABLE s.a OWNER TO "Tom"' -c 'CREATE TABLE mine (id int)' \
  -c "ALTER TABLE mine OWNER TO shop" -c "ALTER TABLE mine ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
check "check: tables of others, and row security that is forced" "warning: in schema public, 2 tables belong to anna \
(Users, orders): load pg_upkeep as anna, or let shop own what it shall keep
warning: in schema s, 1 table belongs to Tom (a): load pg_upkeep as Tom, or let shop own what it shall keep
warning: in schema s, 3 tables belong to postgres (b, c, d): load pg_upkeep as postgres, or let shop own what it shall \
keep
warning: row security is forced on public.mine, so order features and settings of metrics cannot use it: ALTER TABLE \
public.mine NO FORCE ROW LEVEL SECURITY" "$(of tables shop | grep '^warning: \(in\|row\)')"

# project NAME [MODULE...]: a folder that has these packages of the suite only.
project() {
  local folder=$top/build/npm/projects/$1 each; shift
  rm -rf "$folder"
  mkdir -p "$folder/node_modules/@electric-sql"
  for each in "$@"; do ln -s "$place/node_modules/$each" "$folder/node_modules/$each"; done
  say "$folder"
}
check "check: by postgres.js" "$asks plain as role shop, by postgres
$offers
$events
$can" "$(of plain shop "$(project postgres postgres)")"
check "check: without a driver" "pg-upkeep: there is no driver for PostgreSQL in this folder
Install one of pg, postgres, @neondatabase/serverless: npm install pg
status 1" "$(of plain shop "$(project none)")"
check "check: a server that is not there" "pg-upkeep: connect ECONNREFUSED 127.0.0.1:1
status 1" "$(cd "$place" && upkeep check --url postgresql://shop@127.0.0.1:1/shop)"
check "check: a database that is not there" 'pg-upkeep: database "nowhere" does not exist
status 1' "$(of nowhere shop)"

# Drivers that answer as a server of that version would; Neon's sends over HTTP.
old=$(project old)
mkdir "$old/node_modules/pg"
cat > "$old/node_modules/pg/index.js" << 'STUB'
const row = { version: '14.18', number: 140018, database: 'shop', role: 'owner', is_pglite: false }
exports.Client = class {
  async connect() {}
  on() {}
  async query() { return { rows: [row] } }
  async end() {}
}
STUB
check "check: PostgreSQL 14" "pg-upkeep $version asks PostgreSQL 14.18, database shop as role owner, by pg
error: this is PostgreSQL 14: upgrade it to 15 or later
$cannot" "$(cd "$old" && upkeep check --url postgresql://h/shop)"
neon=$(project neon pg)
mkdir -p "$neon/node_modules/@neondatabase/serverless"
mv "$neon/node_modules/pg" "$neon/node_modules/real_pg"
cat > "$neon/node_modules/@neondatabase/serverless/index.js" << 'STUB'
const { Client } = require('real_pg')
exports.neon = () => ({
  async query(text) {
    const client = new Client()
    await client.connect()
    try { return (await client.query(text)).rows } finally { await client.end() }
  },
})
STUB
check "check: by the driver of Neon, a connection for each query, and its pooler" \
  "$asks plain as role shop, by @neondatabase/serverless
note: this is a pooler: in transaction mode too all works, but set upkeep.pause by SET LOCAL
$offers
$events
$can" "$(cd "$neon" && PGHOST=127.0.0.1 PGUSER=shop PGDATABASE=plain \
    upkeep check --url postgresql://shop@ep-a-b-pooler.eu.neon.tech/plain | sed 's/PostgreSQL [^,]*,/PostgreSQL V,/')"

pglite=$(project pglite @electric-sql/pglite)
pglite_note="note: PGlite has one session, which is a superuser's: test rights and races on a server"
check "check: a new PGlite" "$asks postgres as role postgres, by @electric-sql/pglite
$pglite_note
pg_upkeep can be loaded here: import { sql } from 'pg-upkeep', and db.exec(sql)" "$(
  cd "$pglite" && upkeep check --pglite memory:// | sed 's/PostgreSQL [0-9.]*,/PostgreSQL V,/')"
rm -rf "$pglite/data"
(cd "$pglite" && node -e "const { PGlite } = require('@electric-sql/pglite')
  const { readFileSync } = require('node:fs')
  PGlite.create('./data').then(async (db) => {
    await db.exec(readFileSync('$place/node_modules/pg-upkeep/pg_upkeep.sql', 'utf8'))
    await db.close()
  })")
check "check: a folder of PGlite, in which it is loaded" "$asks postgres as role postgres, by @electric-sql/pglite
$pglite_note
$is_there" "$(cd "$pglite" && upkeep check --pglite data | sed 's/PostgreSQL [0-9.]*,/PostgreSQL V,/')"
check "check: no folder of PGlite" "pg-upkeep: there is no database of PGlite in nowhere
Pass the folder that PGlite.create has made, or memory:// for a new one.
status 1, and no folder" "$(cd "$pglite" && upkeep check --pglite nowhere)$(
  [ -e "$pglite/nowhere" ] || say ", and no folder")"
