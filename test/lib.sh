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
