# The soft_delete benchmark, sourced by run: what a table with soft delete costs those who do not delete.

load_members() {
  printf '%s\n' "TRUNCATE bench.members_$1;" \
    "INSERT INTO bench.members_$1 SELECT * FROM bench.members WHERE id <= $2;" \
    "VACUUM (FREEZE, ANALYZE) bench.members_$1;"
}

# Every row has changed, and lives.
require_members() {
  printf '%s\n' "SELECT bench.require(count(*) = count(*) FILTER (WHERE m.visits = before.visits + 1" \
    "  AND m.deleted_at IS NULL) AND count(*) > 0, 'members_$1: an update') FROM bench.members_$1 m" \
    "JOIN bench.members before USING (id) \\g /dev/null"
}

measure_soft_delete() {
  local round contender
  contenders=(bare floor pg_upkeep)
  set_up $here/soft_delete.sql -v rows="$rows"
  while read -r round contender; do
    load_members "$contender" "$rows"
    clocked "members, UPDATE" "$contender" "$round" "UPDATE bench.members_$contender SET visits = visits + 1"
    require_members "$contender"
    printf '%s\n' "TRUNCATE bench.members_$contender;"
  done < <(turns "$rounds") | phase "soft_delete: members, $rows rows, $rounds rounds" || exit 1
}

memory_soft_delete() {
  memory soft_delete load_members members "visits = visits + 1" \
    "(SELECT count(*) = count(*) FILTER (WHERE deleted_at IS NULL) FROM bench.members_pg_upkeep)"
}
