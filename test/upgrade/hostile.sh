# A hostile search_path: whatever writers and callers have put in front of PostgreSQL's objects, ours do not touch it.

clone source hostile
sql -d hostile -o /dev/null -c "SET client_min_messages = error" -f test/upgrade/hostile.sql
hostile_session() { PGOPTIONS="-c search_path=public,pg_catalog" sql -At -d hostile 2>&1 |
  sed 's/^psql:<stdin>:[0-9]*: //'; }
# look_hostile PART [PRELUDE]
look_hostile() {
  local file
  for file in $(files "$1" "$current"); do cat ${2:+"$2"} "$file" | hostile_session; done
}
check "hostile objects: a statement that a function sends would use them" "UKSPY" \
  "$(printf '\\set VERBOSITY sqlstate\nDO $$ BEGIN PERFORM 1 = 1; END $$;\n' | hostile_session | sed 's/ERROR:  //')"
check "hostile objects: there are many" "t" "$(sql -At -d hostile -c "SELECT count(*) > 1000 FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace")"
for part in managed contents behaviour; do
  check "hostile objects in public: the same $part" "" "$(diff "$scratch/source-$part" <(look_hostile $part) |
    grep '^[<>]')"
  check "hostile objects in pg_temp: the same $part" "" \
    "$(diff "$scratch/source-$part" <(look_hostile $part test/upgrade/hostile_session.sql) | grep '^[<>]')"
done
# All that is managed is disabled and enabled again.
enabling() { cat $(files tables "$current") |
  awk '/^SELECT upkeep\./ { p = 1 } /^ALTER TABLE .* TRIGGER / { p = 1 } /^DO / { p = 2 } p { print }
    p == 1 && /;$/ || /^END \$\$;$/ { p = 0 }'; }
again=$({ cat test/upgrade/hostile_session.sql; printf '%s\n' '\o /dev/null' "SET client_min_messages = warning;" \
  "SELECT upkeep.disable_all('disable');" "SELECT upkeep.auto_updated_at('{public}');"; enabling; printf '%s\n' \
  "SELECT upkeep.enable_updated_at_in('public');"; } | hostile_session)
check "hostile objects in public and pg_temp: disabled and enabled again" "" "$again"
check "hostile objects in public and pg_temp: the same managed again" "" \
  "$(diff "$scratch/source-managed" <(look managed hostile) | grep '^[<>]')"
