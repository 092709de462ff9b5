# Loading over an older version, while tables are enabled and written. Sourced by test/portable/run.

# old_version: build/portable/old/…/pg_upkeep.sql, this version as if it were an older one: other names of arguments,
# other types and columns that are returned, tables with other columns, functions and views that are gone since.
old_version() {
  local old=build/portable/old
  rm -rf $old
  mkdir -p $old/docs $old/control $old/tools
  cp -r portable $old
  cp -r tools/portable $old/tools
  cp docs/schema.sql $old/docs
  ln -s "$top/src" $old/src
  sed "s/default_version = .*/default_version = '0.0.1'/" control/pg_upkeep.control > $old/control/pg_upkeep.control
  sed -i 's/upkeep.aov(revenue numeric/upkeep.aov(turnover numeric/
    s/upkeep.version() RETURNS text/upkeep.version() RETURNS varchar/' $old/docs/schema.sql
  sed -i 's/AS enabled$/AS active/' $old/portable/manage.sql
  sed -i "s/folded(name text)/folded(named text)/; s/replace(name, '_', '')/replace(named, '_', '')/" \
    $old/portable/shared.sql
  sed -i 's/rows_changed bigint NOT NULL,/rows_changed bigint NOT NULL/; /^  batches bigint NOT NULL$/d
    s/r.batches$/0::bigint AS batches/' $old/portable/metrics/recalculate.sql
  sed -i 's/^  fingerprint text NOT NULL,/&\n  gone int DEFAULT 1,/' $old/portable/branches.sql
  cat > $old/portable/old.sql <<'END'
CREATE FUNCTION upkeep_internal.gone(x int) RETURNS int LANGUAGE sql AS $$ SELECT x $$;
CREATE VIEW upkeep_internal.gone_view AS SELECT upkeep_internal.gone(1) AS x;
CREATE FUNCTION upkeep.retired()
RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
END
  (cd $old && python3 -B tools/portable/make) || die "failed: make an older version"
}

# shop DATABASE: tables that an older version keeps, and views and columns that use its functions.
shop() {
  sql -d "$1" -U portable -o /dev/null -c "SET client_min_messages = warning" \
    -c "CREATE TABLE docs (id int PRIMARY KEY, a int, m numeric(9,2), updated_at timestamptz DEFAULT '2020-01-01',
          r numeric(9,1) GENERATED ALWAYS AS (upkeep.roas(a, 2)) STORED)" \
    -c "SELECT upkeep.enable_updated_at('docs')" -c "SELECT upkeep.enable_metrics('docs', ARRAY['m = a / 4'])" \
    -c "INSERT INTO docs (id, a) SELECT n, n FROM generate_series(1, 20) n" \
    -c "CREATE VIEW findings AS SELECT * FROM upkeep.check()"
}
# kept DATABASE: what a statement does with them.
kept() {
  sql -d "$1" -U portable -At -c "SELECT upkeep.version()" -c "SELECT count(*), bool_and(enabled) FROM upkeep.managed" \
    -c "UPDATE docs SET a = 7 WHERE id = 3 RETURNING m, r, updated_at = now()" -c "SELECT count(*) FROM findings" 2>&1
}

old_version
old=build/portable/old/build/portable/pg_upkeep.sql
fresh older
loads older "$old" > /dev/null
shop older
sql -d older -U portable \
  -c "CREATE TRIGGER retired BEFORE UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION upkeep.retired()"
check "an older version is loaded" "portable 0.0.1" "$(sql -d older -At -c "SELECT upkeep.version()")"

# A view of the user's is on one of ours that changes: nothing is done, and it is named.
sql -d older -U portable -c "CREATE VIEW mine AS SELECT object FROM upkeep.managed WHERE active"
objects older older.sql
check "what depends on what changes is named" "ERROR:  2BP01: view upkeep.managed is another one in this version of \
pg_upkeep, and something depends on it
DETAIL:  view public.mine depends on view upkeep.managed
HINT:  Drop that, load this file again, and make it anew for what is there then." "$(loads older)"
objects older older_still.sql
passes "and nothing has changed" diff build/portable/older.sql build/portable/older_still.sql
sql -d older -U portable -c "DROP VIEW mine"
objects older older.sql
sed 's|^COMMIT;|SELECT 1/0; COMMIT;|' "$portable" > build/portable/cut_off.sql
check "a load that is cut off is an error" "ERROR:  22012: division by zero" "$(loads older build/portable/cut_off.sql)"
objects older older_still.sql
passes "and leaves the older version whole" diff build/portable/older.sql build/portable/older_still.sql

kept="portable $(sed -n "s/default_version = '\(.*\)'/\1/p" control/pg_upkeep.control)
2|t
1.75|3.5|t
0"
check "an older version becomes this one" "" "$(loads older)"
check "and keeps its tables" "$kept" "$(kept older)"
check "without what is gone, but for a trigger function" "upkeep.retired()" "$(sql -d older -At \
  -c "SELECT oid::regprocedure FROM pg_proc WHERE proname IN ('gone', 'retired')" \
  -c "SELECT oid::regclass FROM pg_class WHERE relname = 'gone_view'")"
fresh newer
loads newer > /dev/null
shop newer
sql -d older -c "DROP TRIGGER retired ON docs" -c "DROP FUNCTION upkeep.retired"
for each in older newer; do
  # The branches of a table know it by a number.
  dump $each --schema 'upkeep*' --schema-only | sed -E '/^\\/d; s/[0-9]{5,}/NUMBER/g' > build/portable/$each.sql
done
passes "it is what a fresh one is" diff build/portable/newer.sql build/portable/older.sql

# Writers with a branch and without one, one who enables, and two who load at once. Nobody fails, nobody waits for ever.
repeat() { for _ in $(seq "$1"); do echo "$2"; done; }
pids=()
"$bindir/psql" -X -q -o /dev/null -d older -U portable 2> build/portable/writer.log < <(repeat 200 \
  "UPDATE docs SET a = a + 1;") & pids+=($!)
"$bindir/psql" -X -q -o /dev/null -d older -U portable 2> build/portable/slow.log < <(
  echo "SET client_min_messages = error;
    CREATE TEMP TABLE mine (LIKE docs INCLUDING DEFAULTS); INSERT INTO mine (id) VALUES (1);
    SELECT upkeep.enable_updated_at('mine');"
  repeat 200 "UPDATE mine SET a = random() * 100000;") & pids+=($!)
"$bindir/psql" -X -q -o /dev/null -d older -U portable 2> build/portable/enabler.log < <(
  echo "SET client_min_messages = error; CREATE TABLE more (LIKE docs INCLUDING DEFAULTS);"
  repeat 10 "SELECT upkeep.enable_updated_at('more'); SELECT upkeep.disable_updated_at('more');") & pids+=($!)
for each in first second; do
  (for _ in 1 2; do loads older "$old"; loads older; done) > "build/portable/$each.log" & pids+=($!)
done
wait "${pids[@]}"
check "loading while others write, enable and load is no error for anybody" "" \
  "$(cat build/portable/{writer,slow,enabler,first,second}.log)"
sql -d older -c "DROP TABLE more"
check "and every row was stamped" "$kept" "$(kept older)"

# only_errors: rows, and errors in one line.
only_errors() { sed 's/^ERROR: *//; /^\(LOC\|CON\|SQL\|PL\|HINT\| \)/d'; }

# A snapshot that is older than an ALTER TABLE of somebody else: with a branch and without one.
sql -d older -U portable -o /dev/null -c "CREATE TABLE \"Odd names\" (id int, \"Zz\" text, a_b text, \"a B\" text,
    updated_at timestamptz DEFAULT '2020-01-01')" -c "INSERT INTO \"Odd names\" VALUES (1)" \
  -c "CREATE TRIGGER by_hand BEFORE UPDATE ON \"Odd names\" FOR EACH ROW EXECUTE FUNCTION upkeep.updated_at()"
check "a transaction that cannot see how a table was altered is to be repeated" "t
40001: could not serialize access: table \"docs\" has been altered since this transaction began
40001: could not serialize access: table \"Odd names\" has been altered since this transaction began
x|t" "$(PGUSER=portable "$bindir/psql" -X -q -At -d older 2>&1 << END | only_errors
\\set VERBOSITY verbose
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE "Odd names" SET "Zz" = 'a' RETURNING updated_at > '2020-01-01';
SAVEPOINT before;
\\! "$bindir/psql" -X -q -U portable -d older -c "ALTER TABLE docs ADD n text"
UPDATE docs SET n = 'x';
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT FROM pg_class LIMIT 1;
\\! "$bindir/psql" -X -q -U portable -d older -c "ALTER TABLE \"Odd names\" ADD n text"
UPDATE "Odd names" SET n = 'x';
COMMIT;
UPDATE docs SET n = 'x' WHERE id = 1 RETURNING n, updated_at > '2020-01-01';
END
)"
