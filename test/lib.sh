# What every suite of test/*/run shares. A suite prints a line a test, "ok - …", "not ok - …" or "skipped - …"; test/run
# counts them. Source it from bash with the repository as the current folder.
. tools/lib.sh

# check NAME EXPECTED ACTUAL
check() {
  if [ "$2" = "$3" ]; then
    say "ok - $1"
  else
    say "not ok - $1"
    printf 'expected:\n%s\ngot:\n%s\n' "$2" "$3" | sed 's/^/#   /'
  fi
}

# passes NAME COMMAND...: the command succeeds.
passes() {
  local name=$1 output; shift
  if output=$("$@" 2>&1); then
    say "ok - $name"
  else
    say "not ok - $name"
    printf '%s\n' "$output" | tail -n 40 | sed 's/^/#   /'
  fi
}

skip() { say "skipped - $1: $2"; }

# value SQL: the one value, or the rows, that a query returns; its error message where it fails.
value() { sql -At -c "$1" 2>&1; }

# regress NAME FOLDER TEST...: pg_regress over FOLDER/sql and FOLDER/expected, in the cluster that runs.
regress() {
  local name=$1 folder=$2; shift 2
  local tool; tool=$(dirname "$("$PG_CONFIG" --pgxs)")/../test/regress/pg_regress
  mkdir -p "build/regress/$name"
  "$tool" --inputdir="$folder" --outputdir="build/regress/$name" --bindir="$bindir" --dbname=regression "$@" 2>&1 |
    sed -n 's/^test \([a-z0-9_]*\) *\.\.\. ok.*/ok - \1/p; s/^test \([a-z0-9_]*\) *\.\.\. FAILED.*/not ok - \1/p; s/^ok [0-9]* *- \([a-z0-9_]*\) .*/ok - \1/p; s/^not ok [0-9]* *- \([a-z0-9_]*\) .*/not ok - \1/p'
  [ "${PIPESTATUS[0]}" -eq 0 ] || sed 's/^/#   /' "build/regress/$name/regression.diffs" 2> /dev/null | head -n 150
}
