# An update of the extension waits for no writer, and no writer notices it.

# A session that writes before the update, and goes on after it in the same transaction.
writer() { printf '%s\n' "$@" >&"${writing[1]}"; }
# begin_writing DATABASE; end_writing: what the session printed.
begin_writing() {
  coproc writing { sql -At -d "$1" 2>&1; }
  exec 9<&"${writing[0]}"
  writer_pid=$writing_PID
  writer "SET lock_timeout = '5s';" "BEGIN;" \
    "UPDATE plain SET body = 'before' WHERE id = 1 RETURNING updated_at = now();"
  read -r -t 300 -u 9 wrote_before
}
end_writing() {
  writer "UPDATE plain SET body = 'after' WHERE id = 2 RETURNING updated_at = now();" \
    "INSERT INTO leaf VALUES (77, 1, 'x');" \
    "SELECT count(*) FROM upkeep.managed WHERE object = 'plain'::regclass;" "ROLLBACK;" '\q'
  wrote_after=$(timeout 300 cat <&9 | xargs)
  exec 9<&-
  # When a coprocess has ended, Bash forgets its name, even if the next one has that name by then.
  wait "$writer_pid" 2> /dev/null
}

# beside_a_writer DATABASE FROM TO
beside_a_writer() {
  begin_writing "$1"
  passes "$2 -> $3 beside a writer: it does not wait for him" sql -d "$1" -c "SET lock_timeout = '5s'" \
    -c "ALTER EXTENSION pg_upkeep UPDATE TO '$3'"
  end_writing
  check "$2 -> $3 beside a writer: he wrote before and writes on" "t t 1" "$wrote_before $wrote_after"
}

# beside_many DATABASE VERSION: clients write to all tables of the version while the extension goes up, step by step,
# and down.
beside_many() {
  local file version=$2 step clients started rounds=0 refused="" scripts=()
  for file in $(files writes "$version"); do scripts+=(-f "$file"); done
  # Enough for all of them, where there are products.
  sql -d "$1" -c "UPDATE sales.products SET stock_quantity = 1000000 WHERE id = 1" > /dev/null 2>&1
  PGUSER=boss "$bindir/pgbench" -n -M prepared -c 4 -T 3600 "${scripts[@]}" "$1" > "$scratch/pgbench" 2>&1 &
  clients=$!
  until [ "$(value "SELECT count(*) = 4 FROM pg_stat_activity WHERE application_name = 'pgbench'")" = t ]; do
    kill -0 $clients 2> /dev/null && sleep 0.1 || break
  done
  # Some seconds, and two rounds in any case; the alarm is what ends pgbench after its time too.
  started=$SECONDS
  while kill -0 $clients 2> /dev/null; do
    if [ $rounds -ge 2 ] && [ $((SECONDS - started)) -ge 3 ]; then
      kill -ALRM $clients
      break
    fi
    for step in $(later_than "$version") "$version"; do
      update "$1" "$step" > "$scratch/update" 2>&1 || refused=$(cat "$scratch/update")
    done
    rounds=$((rounds + 1))
  done
  wait $clients
  check "$version beside many writers: up and down, time and again, and no transaction failed" "0 t  0" \
    "$? $([ $rounds -ge 2 ] && echo t ||
    echo "$rounds rounds") $refused $(sed -n 's/^number of failed transactions: \([0-9]*\) .*/\1/p' \
      "$scratch/pgbench")$(grep -i error "$scratch/pgbench")"
  check "$version beside many writers: all that they wrote is stamped, computed and counted" \
    "$(scripts written "$version" | grep -o "^SELECT '[a-z ]*'" | sed "s/SELECT '\(.*\)'/\1|t|0/")" \
    "$(look written "$1" "$version")"
}
