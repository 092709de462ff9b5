# A database that is dumped, restored and looked at: all that the newest version manages.

# same PART WHAT DATABASE: no difference between the source and that database.
same() {
  [ -e "$scratch/source-$1" ] || look "$1" source > "$scratch/source-$1"
  check "$2" "" "$(diff "$scratch/source-$1" <(look "$1" "$3") | grep '^[<>]')"
}

# same_as_source WHAT DATABASE
same_as_source() {
  local part
  for part in digest managed contents behaviour; do
    same $part "$1: the same $part" "$2"
  done
}

fill_database source "$current"
check "the source: nothing has stamped yet" "0" "$(sql -At -d source -c "
  SELECT count(*) FROM (SELECT updated_at FROM plain UNION ALL SELECT updated_at FROM child
  UNION ALL SELECT updated_at FROM filled
    UNION ALL SELECT updated_at FROM \"Shop, Front\".\"Parent\" UNION ALL SELECT updated_at FROM base) all_of
    WHERE updated_at > '2021-01-01'" 2>&1)"
check "the source: every fact of its behaviour holds" \
  "152 facts, 0 false, UK006, 428C9, 22003, 22023, UK003, UK005, UK004, UK001, 23514, UK002, UK003, UK004, $(printf \
  'UK007, %.0s' 1 2 3 4 5 6 7 8)42P01, UK007, UK007, UK009, UK005, UK009, UK005, $(printf \
  'UK003, %.0s' 1 2 3)42501, UK010, UK010, 22004, 22003" "$(
  said=$({ printf '\\set VERBOSITY sqlstate\n'; scripts behaviour "$current" | grep -v VERBOSITY; } |
    sql -At -d source 2>&1)
  printf '%s facts, %s false, %s' "$(printf '%s\n' "$said" | grep -c '|')" "$(printf '%s\n' "$said" | grep '|f' |
    grep -vc '^parents, one touched|2|f')" \
    "$(printf '%s\n' "$said" | sed -n 's/.*ERROR:  //p' | paste -s -d , | sed 's/,/, /g')")"
