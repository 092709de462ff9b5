# Dump and restore by the owner of a database who is not a superuser. The owner may not CREATE EXTENSION: a superuser
# makes the extension in the new database, the dump leaves it out, and the superuser adds the rows of its own tables at
# the end.

sql -c "GRANT SET ON PARAMETER upkeep.pause TO boss"
owner() { PGUSER=boss "$@"; }
owner_paused() { PGUSER=boss PGOPTIONS="-c upkeep.pause=all" "$@"; }
# made_ready [STATEMENT]: an empty database of that owner, with the extension.
made_ready() { new_database copy; sql -d copy -o /dev/null -c "CREATE EXTENSION pg_upkeep" ${1:+-c "$1"}; }
# completed WHAT: the superuser's part, and all is as it was.
completed() {
  passes "$1: the extension's own rows" sql -d copy -o /dev/null -f "$scratch/own_rows.sql"
  same_as_source "$1" copy
}

passes "by the owner: dumped as plain SQL, without the extension" owner "$bindir/pg_dump" -d source -e plpgsql \
  -N upkeep -f "$scratch/owner.sql"
passes "by the owner: dumped as an archive, without the extension" owner "$bindir/pg_dump" -d source -e plpgsql \
  -N upkeep -Fc -f "$scratch/owner"
passes "by the owner: the rows of the extension's own tables dumped" owner "$bindir/pg_dump" -d source --clean \
  --if-exists -t 'upkeep.*' -f "$scratch/own_rows.sql"
check "by the owner: neither the extension nor its rows are in the dump" "0 0" \
  "$(grep -c 'EXTENSION' "$scratch/owner.sql") $(grep -c '^COPY upkeep' "$scratch/owner.sql")"

new_database copy
check "by the owner: a dump with the extension stops at it" "permission denied to create extension \"pg_upkeep\"" \
  "$(owner "$bindir/pg_dump" -d source | owner sql -d copy -o /dev/null 2>&1 | sed -n 's/.*ERROR:  //p')"

made_ready
passes "by the owner, plain: restored" owner sql -d copy -o /dev/null -f "$scratch/owner.sql"
check "by the owner, plain: without the superuser's part the rules are not there" "0 0 0" \
  "$(sql -At -d copy -F ' ' -c "SELECT (SELECT count(*) FROM upkeep.auto_updated_at_rules), (SELECT count(*)
  FROM upkeep.guard_rules), (SELECT count(*) FROM upkeep.stock_taken)")"
completed "by the owner, plain"

made_ready
passes "by the owner, custom, four jobs, under upkeep.pause: restored" owner_paused restore -j4 -d copy "$scratch/owner"
completed "by the owner, custom, four jobs"

# Over that copy, when it has gone its own way.
sql -d copy -o /dev/null -c "
  UPDATE plain SET body = 'changed';
  DELETE FROM leaf;
  SELECT upkeep.disable_updated_at('strict');
  DROP TABLE sales.\"Lines, all\", \"Sums, of\".days"
passes "by the owner, --clean --if-exists over another state, under upkeep.pause: restored" owner_paused restore \
  --clean --if-exists -d copy "$scratch/owner"
sql -d copy -c "TRUNCATE upkeep.auto_updated_at_rules, upkeep.stock_taken, upkeep.guard_rules, upkeep.ddl_log,
  upkeep.history_keys, upkeep.history_tables, upkeep.history_seals, upkeep.history_purges" \
  -c "DELETE FROM upkeep.wordings WHERE NOT builtin"
completed "by the owner, --clean --if-exists"

made_ready
for section in pre-data data post-data; do
  passes "by the owner, section by section: $section restored" owner restore --section=$section -d copy "$scratch/owner"
done
completed "by the owner, section by section"

made_ready
passes "by the owner, --schema-only: restored" owner restore --schema-only -d copy "$scratch/owner"
passes "by the owner, --data-only: dumped" owner "$bindir/pg_dump" -d source -e plpgsql -N upkeep --data-only \
  -f "$scratch/owner.sql"
passes "by the owner, --data-only under upkeep.pause: restored" owner_paused sql -d copy -o /dev/null \
  -f "$scratch/owner.sql"
completed "by the owner, --data-only"

# Where new tables are managed by themselves, the dump's own triggers would find theirs there.
made_ready "SELECT upkeep.auto_updated_at('{public}')"
passes "by the owner, where the rule is on, under upkeep.pause: restored" owner_paused restore -d copy "$scratch/owner"
sql -d copy -o /dev/null -c "SELECT upkeep.auto_updated_at(NULL)"
completed "by the owner, where the rule is on"
