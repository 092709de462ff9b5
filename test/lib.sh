# What every suite of test/*/run shares. A suite prints a line a test, "ok - …", "not ok - …" or "skipped - …", which
# test/run and test/full add up. Source it from bash with the repository as the current folder.
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

# eventually QUERY: waits until it says "t", for ten minutes at most; a suite that waits in vain ends. PGHOST and
# PGDATABASE say where it is asked.
eventually() {
  local deadline=$((SECONDS + 600))
  until [ "$(sql -At -c "$1" 2> /dev/null)" = t ]; do
    [ "$SECONDS" -lt "$deadline" ] || { say "not ok - waited in vain for: $1"; exit 1; }
    sleep 0.05
  done
}

# build_core: core and its tests, with the sanitizers, in build/core. Suites that run side by side take turns.
build_core() {
  mkdir -p build/core
  {
    flock 9
    step "configure core" cmake -S . -B build/core -DUPKEEP_SANITIZE=ON
    step "build core" cmake --build build/core -j"$(nproc)"
  } 9> build/core/lock
}

# tally SUITE LOG STATUS SECONDS: adds the tests of a log to the sums, and prints what failed and what was skipped. A
# suite that ends early, or that tested nothing, has failed.
passed=0 failed=0 skipped=0
tally() {
  local ok bad left
  ok=$(grep -c '^ok - ' "$2") bad=$(grep -c '^not ok - ' "$2") left=$(grep -c '^skipped - ' "$2")
  if [ "$3" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
    say "not ok - $1 ended with status $3"
    tail -n 20 "$2"
  elif [ $((ok + bad + left)) -eq 0 ]; then
    bad=1
    say "not ok - $1 ran no test"
  fi
  printf '%-12s %4d passed %3d failed %3d skipped %5d s\n' "$1" "$ok" "$bad" "$left" "$4"
  sed -n '/^not ok - /,/^ok - /p' "$2" | grep -v '^ok - ' | head -n 200
  grep '^skipped - ' "$2" | sed 's/^/  /'
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + left))
}

# summary: the closing line, "N passed, N failed"; false where something failed.
summary() {
  if [ "$skipped" -gt 0 ]; then
    say "$passed passed, $failed failed, $skipped skipped"
  else
    say "$passed passed, $failed failed"
  fi
  [ "$failed" -eq 0 ]
}

# regress NAME FOLDER TEST...: pg_regress over FOLDER/sql and FOLDER/expected, in the cluster that runs, with
# REGRESS_OPTIONS. A line for each test, also where pg_regress itself fails.
regress() {
  local name=$1 folder=$2 log=build/log/regress-$1.log; shift 2
  local tool each failed= expected=()
  tool=$(dirname "$("$PG_CONFIG" --pgxs)")/../test/regress/pg_regress
  [ $# -gt 0 ] || { say "not ok - $name has no tests"; return; }
  # PostgreSQL 16 and later look for outputs in the current folder.
  ! "$tool" --help | grep -q -- --expecteddir || expected=(--expecteddir="$folder")
  rm -rf "build/regress/$name"
  mkdir -p "build/regress/$name" build/log
  "$tool" --inputdir="$folder" --outputdir="build/regress/$name" --bindir="$bindir" --dbname=regression \
    "${expected[@]}" ${REGRESS_OPTIONS:-} "$@" \
    > "$log" 2>&1
  for each in "$@"; do
    # PostgreSQL 15 reports "test NAME ... ok", its successors "ok 1 - NAME".
    if grep -Eq "^(test $each +\.\.\. ok|ok [0-9]+ +[-+] $each) " "$log"; then
      say "ok - $each"
    else
      say "not ok - $each"
      failed=yes
    fi
  done
  [ -z "$failed" ] ||
    cat "build/regress/$name/regression.diffs" "$log" 2> /dev/null | sed 's/^/#   /' | head -n 150
}

# install_packages WHAT FOLDER PLACE NODE [NPM OPTION...]: what FOLDER's lock file names, in PLACE, which suites may
# share. Without npm, a node of that major or later, or a registry, the reason as a line of the suite.
install_packages() {
  local what=$1 folder=$2 place=$top/$3 node=$4 log turn; shift 4
  log=$top/build/log/npm-ci-$(printf '%s' "$folder" | tr / -).log
  if ! command -v node > /dev/null || ! command -v npm > /dev/null; then
    skip "$what" "there is no node and npm"
    return 1
  elif [ "$(node -p "parseInt(process.versions.node) >= $node")" != true ]; then
    skip "$what" "node is older than $node"
    return 1
  fi
  mkdir -p "$place" "$top/build/log"
  exec {turn}> "$place/lock"
  flock "$turn"
  if ! cmp -s "$folder/package-lock.json" "$place/installed"; then
    cp "$folder"/package*.json "$place"
    (cd "$place" && timeout 900 npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000 \
      "$@") > "$log" 2>&1 && cp "$folder/package-lock.json" "$place/installed"
  fi
  exec {turn}>&-
  cmp -s "$folder/package-lock.json" "$place/installed" && return 0
  if grep -qE 'code (EUSAGE|EINTEGRITY|EJSONPARSE|ETARGET)' "$log"; then
    check "npm ci" "" "$(grep -i -m 8 "npm err" "$log")"
  else
    skip "$what" "npm ci reaches no registry: $(grep -m 1 -o 'code E.*' "$log" || echo timeout)"
  fi
  return 1
}

# isolation NAME SPEC...: specs of test/isolation by the server's own isolation tester, in the cluster that runs, with
# ISOLATION_OPTIONS. A line for each spec.
isolation() {
  local name=$1 log=build/log/isolation-$1.log results=build/isolation/$1 tester spec expected=(); shift
  local input=${ISOLATION_INPUT:-test/isolation}
  tester=$(dirname "$("$PG_CONFIG" --pgxs)")/../test/isolation/pg_isolation_regress
  [ -x "$tester" ] || { skip "isolation" "this installation has no pg_isolation_regress"; return; }
  ! "$tester" --help | grep -q -- --expecteddir || expected=(--expecteddir="$input")
  rm -rf "$results"
  mkdir -p "$results" build/log
  # A session that waits where the spec expects none ends its permutation then; one that works may take its time.
  PGISOLATIONTIMEOUT=300 "$tester" --inputdir="$input" "${expected[@]}" --outputdir="$results" \
    --bindir="$bindir" ${ISOLATION_OPTIONS:-} "$@" > "$log" 2>&1
  for spec; do
    # PostgreSQL 15 reports "test NAME ... ok", its successors "ok 1 - NAME".
    if grep -Eq "^(test $spec +\.\.\. ok|ok [0-9]+ +[-+] $spec) " "$log"; then
      say "ok - $spec"
    else
      say "not ok - $spec"
      if [ -e "$results/results/$spec.out" ]; then
        diff -u --label expected --label got "$input/expected/$spec.out" "$results/results/$spec.out"
      else
        tail -n 20 "$log"
      fi 2>&1 | head -n 60 | sed 's/^/#   /'
    fi
  done
}
