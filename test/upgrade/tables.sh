# Tables managed under a version behave the same under the library and the SQL of every later one.

# seen DATABASE VERSION: what is managed, all rows, and what writers meet, of the tables of that version.
seen() {
  local part
  for part in managed contents behaviour; do look $part "$1" "$2"; done
}
# as_ever WHAT DATABASE VERSION: nothing of it is unlike a database that was made today.
as_ever() { check "$1" "" "$(diff "$scratch/seen-$3" <(seen "$2" "$3") | grep '^[<>]')"; }
# equals_fresh WHAT DATABASE VERSION
equals_fresh() { check "$1" "" "$(diff <(printf '%s\n' "${fresh[$3]}") <(look digest "$2") | grep '^[<>]')"; }
later_than() { versions | sed "1,/^$1\$/d"; }
# updates_of VERSION: where its tables go in the tests: to the next version and to the newest; with EVERY_PAIR=yes to
# each later one.
updates_of() { later_than "$1" | if [ -n "${EVERY_PAIR:-}" ]; then cat; else sed -n '1p;$p' | uniq; fi; }

# interrupted DATABASE VERSION NEWER: a session writes, upgrades, writes, takes all of it back, and writes on.
interrupted() {
  { scripts behaviour "$2"
    printf '%s\n' "BEGIN;" "ALTER EXTENSION pg_upkeep UPDATE TO '$3';" "\\o /dev/null" \
      "UPDATE public.plain SET body = 'lost' RETURNING 1 / (updated_at = now())::int;" \
      "SELECT 1 / (upkeep.version() LIKE '%SQL $3%')::int;" "\\o" "ROLLBACK;"
    scripts behaviour "$2"; } | sql -At -d "$1" 2>&1 | sed 's/^psql:<stdin>:[0-9]*: //'
}

# created_again WHAT EXPECTED DATABASE: what a storefront's paid order and its triggers are once its owner has created
# it again.
created_again() {
  PGUSER=boss sql -d "$3" -o /dev/null -c "SELECT upkeep.create_storefront('store')" > /dev/null 2>&1
  check "$1" "$2" "$(sql -At -d "$3" -c "
    SELECT concat_ws(' ', total_amount, to_jsonb(o) ->> 'subtotal_amount', to_jsonb(o) ->> 'currency',
        (SELECT string_agg(m[1], ' ' ORDER BY m[1]) FROM pg_trigger t,
          regexp_matches(encode(tgargs, 'escape'), '((line|total)_formula|lines_column|currency_column|open_columns)=',
            'g') m
          WHERE tgrelid = 'store.orders'::regclass AND tgtype & 1 = 1),
        (SELECT count(*) FROM upkeep.check_orders('store.orders', 'store.order_items')))
    FROM store.orders o WHERE payment_completed_at IS NOT NULL" 2>&1)"
}

for version in $(versions); do
  # With the newest SQL and the tables of that version, and with its own SQL: the library is the newest in all of this.
  fill_database reference "$current" "$version"
  seen reference "$version" > "$scratch/seen-$version"
  fill_database old "$version"
  check "$version: the old SQL with the new library: it says so" "library $current, SQL $version" \
    "$(sql -At -d old -c "SELECT substring(upkeep.version() FROM '^library [0-9.]+, SQL [0-9.]+')" 2>&1)"
  check "$version: its tables are managed" t \
    "$(sql -At -d old -c "SELECT count(*)
    >= $(($(grep -hcE '^SELECT upkeep.enable_' $(files tables "$version") | paste -sd+))) FROM upkeep.managed" 2>&1)"
  as_ever "$version: the old SQL with the new library: tables are as ever" old "$version"

  "$bindir/pg_dump" -d old -Fc -f "$scratch/old"
  new_database copy
  passes "a dump of $version restored: no error" restore -d copy "$scratch/old"
  check "a dump of $version restored: it is $current" "$current" "$(installed copy)"
  equals_fresh "a dump of $version restored: it equals a fresh installation" copy "$current"
  as_ever "a dump of $version restored: tables are as ever" copy "$version"

  for newer in $(updates_of "$version"); do
    clone old moving
    check "$version -> $newer taken back: the session wrote as ever before and after" "" \
      "$(diff <(look behaviour reference "$version"; look behaviour reference "$version") <(interrupted moving \
      "$version" "$newer") | grep '^[<>]')"
    equals_fresh "$version -> $newer taken back: it equals a fresh installation" moving "$version"
    as_ever "$version -> $newer taken back: tables are as ever" moving "$version"
    passes "$version -> $newer with tables: no error" update moving "$newer"
    equals_fresh "$version -> $newer with tables: it equals a fresh installation" moving "$newer"
    as_ever "$version -> $newer with tables: they are as ever" moving "$version"
    passes "$newer -> $version with tables: no error" update moving "$version"
    equals_fresh "$newer -> $version with tables: it equals a fresh installation" moving "$version"
    as_ever "$newer -> $version with tables: they are as ever" moving "$version"
    passes "$version -> $newer again, step by step: no error" eval "for step in $(later_than "$version" |
      sed "/^$newer\$/q" | xargs); do update moving \$step || exit 1; done"
    equals_fresh "$version -> $newer again, step by step: it equals a fresh installation" moving "$newer"
    as_ever "$version -> $newer again, step by step: tables are as ever" moving "$version"
  done

  [ "$version" != "$current" ] || continue
  # A storefront as 0.3.0 to 0.8.0 made it.
  if [ -n "$(files tables "$version" | grep 0.3.0)" ] && [ -z "$(files tables "$version" | grep 0.9.0)" ]; then
    clone old moving
    created_again "$version: its storefront, created again under the old SQL, stays as it is" "9.00 0" moving
    update moving "$current" > /dev/null 2>&1
    created_again "$version -> $current: its storefront, created again, has what is new" \
      "9.00 9.00 EUR currency_column line_formula lines_column open_columns total_formula 0" moving
  fi
  clone old moving
  beside_a_writer moving "$version" "$current"
  beside_a_writer moving "$current" "$version"
  as_ever "$version beside a writer: tables are as ever" moving "$version"
  beside_many moving "$version"
done
