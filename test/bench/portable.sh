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
  . $here/one_order.sh
  in_portable make_portable_stores
  in_portable checked_pair all
  timed_orders | in_portable phase "portable, one order: $rounds rounds" || exit 1
  portable_figure "an order, three lines, payment, all features: added cost / by hand" 1.3 "$(added_to_hand order)"
  loading_into_pglite
}

# Three stores as those of one_order, small ones, where what a hand writes costs least; and for each a procedure that
# places orders, each in a transaction of its own.
make_portable_stores() {
  local store goods_sold=1000
  make_store bare none
  make_store hand_all by_hand "${store_features[@]}" refunds
  make_store ours_all pg_upkeep "${store_features[@]}" refunds
  for store in bare hand_all ours_all; do
    fill_store $store $goods_sold
    sql -c "ANALYZE $store.products" -c "
      CREATE PROCEDURE $store.place_orders(orders integer) LANGUAGE plpgsql AS \$\$
      DECLARE
        placed uuid;
        product integer;
      BEGIN
        FOR turn IN 1 .. orders LOOP
          product := 1 + turn * 37 % ($goods_sold - 2);
          INSERT INTO $store.orders (billing_address) VALUES ('{\"city\": \"Bonn\"}') RETURNING id INTO placed;
          INSERT INTO $store.order_items (order_id, product_id, quantity)
            VALUES (placed, md5(product::text)::uuid, 1), (placed, md5((product + 1)::text)::uuid, 2),
              (placed, md5((product + 2)::text)::uuid, 1);
          UPDATE $store.orders SET status = 'paid' WHERE id = placed;
          COMMIT;
        END LOOP;
      END \$\$" || die "the store $store could not be prepared"
  done
}

# One session, whose first orders are not timed: it plans what it sends.
timed_orders() {
  local round contender store
  for store in bare hand_all ours_all; do printf '%s\n' "CALL $store.place_orders(30);"; done
  while read -r round contender; do
    case $contender in bare) store=bare ;; plpgsql) store=hand_all ;; *) store=ours_all ;; esac
    clocked order "$contender" "$round" "CALL $store.place_orders($((rows / 2000 > 50 ? rows / 2000 : 50)))"
  done < <(contenders=(bare plpgsql pg_upkeep); turns "$rounds")
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
