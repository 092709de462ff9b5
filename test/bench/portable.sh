# The benchmark of the portable edition, sourced by run: what it costs beside the triggers that people write by hand. In
# a database of its own, since the extension is in the other one.
contenders_of_portable=(bare floor plpgsql pg_upkeep)

# in_portable COMMAND...: in that database.
in_portable() { local PGDATABASE=bench_portable; export PGDATABASE; "$@"; }

# portable_figure TITLE AT_MOST VALUE: one line of the table of targets.
portable_figure() {
  sql -c "INSERT INTO bench.figure (title, value, at_most) VALUES (\$\$portable, $1\$\$, $3, $2)" ||
    die "failed: portable, $1"
}

# added_to_hand BENCHMARK: added cost / that of the trigger by hand.
added_to_hand() {
  in_portable sql -At -c "SELECT ours.added_cpu_ms / hand.added_cpu_ms FROM bench.cost ours JOIN bench.cost hand
    USING (benchmark) WHERE benchmark = '$1' AND ours.contender = 'pg_upkeep' AND hand.contender = 'plpgsql'"
}

measure_portable() {
  contenders=("${contenders_of_portable[@]}")
  . $here/updated_at.sh
  . $here/metrics.sh
  step "make portable" make -s portable
  sql -c "CREATE DATABASE bench_portable"
  in_portable set_up $here/tables.sql -v library="$private/bench/upkeep_bench"
  in_portable set_up build/portable/pg_upkeep.sql
  in_portable set_up $here/updated_at.sql -v rows="$rows" -v moddatetime=f
  in_portable set_up $here/metrics.sql -v rows="$rows"
  checked products counted "stock = stock + 1" stock | in_portable phase "portable, updated_at: results checked"
  timed_update "products" products counted "stock = stock + 1" |
    in_portable phase "portable, updated_at: $rows rows, $rounds rounds" || exit 1
  checked_days | in_portable phase "portable, metrics: results checked" || exit 1
  inserted_days | in_portable phase "portable, metrics: INSERT of $rows days, $rounds rounds" || exit 1
  portable_figure "updated_at: added cost / the copied trigger" 1.6 "$(added_to_hand products)"
  portable_figure "five metrics with settings: added cost / PL/pgSQL's" 1.5 "$(added_to_hand 'days, INSERT')"
  # The order with three lines belongs here.
  loading_into_pglite
}

# Milliseconds until a new PGlite has the file, the median of five, where node and PGlite are there: after
# test/portable/run.
loading_into_pglite() {
  local place=build/npm/tests
  [ -d $place/node_modules/@electric-sql/pglite ] || { say "PGlite is not here: its loading is not measured"; return; }
  cat > $place/loading.mjs << 'END'
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
const sql = readFileSync(process.argv[2], 'utf8');
const times = [];
for (let round = 0; round < 5; round++) {
  const db = await PGlite.create();
  const before = process.cpuUsage();
  await db.exec(sql);
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / 1000);
  await db.close();
}
console.log(times.sort((a, b) => a - b)[2].toFixed(0));
END
  portable_figure "loading into a new PGlite, milliseconds" 300 \
    "$(node $place/loading.mjs "$top/build/portable/pg_upkeep.sql")"
}

memory_portable() { :; }
