# The most telling of the same tests in PGlite, PostgreSQL in WebAssembly, through its socket; all of them would take
# many minutes. Sourced by test/portable/run.
place=$top/build/npm/tests/portable

# With the packages of test/npm.
if install_packages PGlite test/npm build/npm/tests 20 --legacy-peer-deps; then
  rm -rf "$place/regress"
  mkdir -p "$place/regress/"{sql,expected}
  cp test/portable/pglite/serve.js "$place"
  tests=(setup updated_at enable protected_columns touch order_formulas order_json order_totals order_lock
    order_snapshots order_status order_number stock order_refunds)
  # The role there is a superuser: what depends on its rights is another matter.
  for each in "${own_tests[@]}"; do
    [[ $each =~ rights|refused|order_numbers ]] || tests+=("$each")
  done
  for each in "${tests[@]}"; do
    cp "build/portable/regress/sql/$each.sql" "$place/regress/sql"
    cp "build/portable/regress/expected/$each.out" "$place/regress/expected"
  done
  pglite=$(mktemp -d /tmp/upkeep-pglite.XXXXXX)
  node "$place/serve.js" "$top/$portable" "$pglite/.s.PGSQL.5432" > "$place/log" 2>&1 &
  server=$!
  trap 'kill "$server"; rm -rf "$pglite"; stop_cluster portable' EXIT
  until grep -q ready "$place/log" || ! kill -0 "$server" 2> /dev/null; do sleep 0.2; done
  check "PGlite loads it" ready "$(cat "$place/log")"
  REGRESS_OPTIONS="--use-existing --host=$pglite --port=5432 --user=postgres" PGDATABASE=postgres \
    regress pglite "$place/regress" "${tests[@]}" | sed 's/ok - /&PGlite: /'
fi
