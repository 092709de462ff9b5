# The same tests in PGlite, PostgreSQL in WebAssembly, through its socket, but for those of metrics, which use COPY and
# take many minutes there. Sourced by test/portable/run.
source=$top/test/portable/pglite
place=$top/build/portable/pglite

# install_pglite: the packages of the lock file; where that cannot be, the reason as a line of the suite.
install_pglite() {
  local log=$top/build/log/npm-ci-pglite.log
  if ! command -v node > /dev/null || ! command -v npm > /dev/null; then skip PGlite "there is no node and npm"; \
    return 1; fi
  if [ "$(node -p 'parseInt(process.versions.node) >= 20')" != true ]; then skip PGlite "node is older than 20"; \
    return 1; fi
  mkdir -p "$place"
  cp "$source"/*.json "$source"/*.js "$place"
  cmp -s "$place/package-lock.json" "$place/installed" && return 0
  if (cd "$place" && timeout 900 npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --fetch-retries=1 \
    --fetch-timeout=30000) > "$log" 2>&1; then
    cp "$place/package-lock.json" "$place/installed"
  elif grep -qE 'code (EUSAGE|EINTEGRITY|EJSONPARSE|ETARGET)' "$log"; then
    check "npm ci" "" "$(grep -i -m 8 "npm err" "$log")"
    return 1
  else
    skip PGlite "npm ci reaches no registry: $(grep -m 1 -o 'code E.*' "$log" || echo timeout)"
    return 1
  fi
}

if install_pglite; then
  # Its socket knows no COPY FROM STDIN.
  rm -rf "$place/regress"
  mkdir -p "$place/regress/"{sql,expected}
  tests=(setup updated_at enable protected_columns)
  for each in "${tests[@]}" "${own_tests[@]}"; do
    sed '/^COPY .* FROM stdin;$/,/^\\\.$/d' "build/portable/regress/sql/$each.sql" > "$place/regress/sql/$each.sql"
    sed '/^COPY .* FROM stdin;$/d' "build/portable/regress/expected/$each.out" > "$place/regress/expected/$each.out"
  done
  pglite=$(mktemp -d /tmp/upkeep-pglite.XXXXXX)
  node "$place/serve.js" "$top/$portable" "$pglite/.s.PGSQL.5432" > "$place/log" 2>&1 &
  server=$!
  trap 'kill "$server"; rm -rf "$pglite"; stop_cluster portable' EXIT
  until grep -q ready "$place/log" || ! kill -0 "$server" 2> /dev/null; do sleep 0.2; done
  check "PGlite loads it" ready "$(cat "$place/log")"
  REGRESS_OPTIONS="--use-existing --host=$pglite --port=5432 --user=postgres" PGDATABASE=postgres \
    regress pglite "$place/regress" "${tests[@]}" "${own_tests[@]}" | sed 's/ok - /&PGlite: /'
fi
