# What the demo, the tests and the benchmarks share: packages, an installation of their own, private clusters.
# Source it from bash with the repository as the current folder. PG_CONFIG chooses the server.
set -uo pipefail

top=$(pwd)
PG_CONFIG=${PG_CONFIG:-pg_config}

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# step WHAT COMMAND...: runs it with its output in build/log; says what failed and shows the end of its output.
step() {
  local what=$1 log; shift
  mkdir -p "$top/build/log"
  log=$top/build/log/$(printf '%s' "$what" | tr -c 'A-Za-z0-9\n' '-').log
  "$@" > "$log" 2>&1 && return 0
  tail -n 40 "$log" >&2
  die "failed: $what (all of it in ${log#"$top/"})"
}

# lacks_packages PACKAGE...: whether dpkg does not have them all. Sets: missing.
lacks_packages() {
  local package
  missing=()
  command -v apt-get > /dev/null || return 0
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ]
}

# need_packages PACKAGE...: installs those that dpkg does not have.
need_packages() {
  local missing package
  if ! command -v apt-get > /dev/null; then
    for tool in g++ make "$PG_CONFIG"; do
      command -v "$tool" > /dev/null || die "pg_upkeep needs g++ 12 or later, make, Boost, fmt, and" \
        "PostgreSQL 15 to 18 with its server headers, its tests cmake and GoogleTest too; '$tool' is not there, and" \
        "this system has no apt-get to install it with"
    done
    return 0
  fi
  # Suites that run side by side take turns.
  mkdir -p build/log
  local turn
  exec {turn}> build/log/apt-get.lock
  flock "$turn"
  lacks_packages "$@" || { exec {turn}>&-; return 0; }
  say "installing with apt-get: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || die "these packages are missing, and only root can install them: ${missing[*]}"
    as_root=(sudo -n)
  fi
  local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends)
  # Where systemd does not run, in a container, there is no power cut to guard each file against.
  [ -d /run/systemd/system ] || install+=(-o Dpkg::Options::=--force-unsafe-io)
  # Lists that cannot be renewed may still do: what is wrong shows when installing.
  [ -n "${lists_are_new:-}" ] ||
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q > build/log/apt-get-update.log 2>&1 ||
    say "apt-get update failed, going on with the lists that are there: $(tail -n 1 build/log/apt-get-update.log)"
  lists_are_new=yes
  # Server and headers must be of one release, so the server moves along where it is older than the registry's.
  local together=()
  for package in "${missing[@]}"; do
    case $package in
      postgresql-server-dev-*) together+=("postgresql-${package##*-}") ;;
    esac
  done
  # The package of a server makes a cluster and starts it. We want the programs only.
  local setting=/etc/postgresql-common/createcluster.conf
  case " ${missing[*]} " in
    *" postgresql-1"*)
      if ! ls /usr/lib/postgresql/*/bin/postgres > /dev/null 2>&1; then
        step "apt-get install postgresql-common" "${install[@]}" postgresql-common
        [ -e "$setting.pg_upkeep" ] || "${as_root[@]}" cp "$setting" "$setting.pg_upkeep"
        "${as_root[@]}" sh -c "printf 'create_main_cluster = false\n' >> $setting"
      fi ;;
  esac
  step "apt-get install" "${install[@]}" "${missing[@]}" "${together[@]}"
  [ ! -e "$setting.pg_upkeep" ] || "${as_root[@]}" mv "$setting.pg_upkeep" "$setting"
  exec {turn}>&-
}

# The Debian packages that name this system's PostgreSQL major: the newest that is installed, else the one apt offers.
postgres_packages() {
  command -v apt-get > /dev/null || return 0
  local major
  major=$(ls -d /usr/lib/postgresql/*/bin/postgres 2> /dev/null | sed 's|/usr/lib/postgresql/||; s|/.*||' | sort -n |
    tail -n 1)
  if [ -z "$major" ]; then
    major=$(apt-cache depends postgresql 2> /dev/null |
      sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -n 1)
    [ -n "$major" ] || case $(. /etc/os-release; echo "${VERSION_CODENAME:-}") in
      trixie) major=17 ;;
      sid | forky) major=18 ;;
      *) major=15 ;;
    esac
  fi
  say "postgresql-$major postgresql-server-dev-$major"
}

# as_server COMMAND...: runs it as the user who may run PostgreSQL: ourselves, or an unprivileged user where we are
# root.
as_server() {
  if [ "$(id -u)" -ne 0 ]; then "$@"; else runuser -u "$server_user" -- "$@"; fi
}

# prepare_server: builds the library and installs it into a copy of PostgreSQL of our own, so that neither root's rights
# nor the system's folders are needed. Sets: private (a folder the server may read), bindir, server_user. With
# SERVER_IS_PREPARED that is all it does: test/run has prepared the server for all suites.
prepare_server() {
  server_user=$(id -un)
  if [ "$(id -u)" -eq 0 ]; then
    server_user=postgres
    if ! id postgres > /dev/null 2>&1; then
      server_user=pg_upkeep
      id pg_upkeep > /dev/null 2>&1 || useradd --system --shell /usr/sbin/nologin pg_upkeep
    fi
  fi
  private=$top/build
  mkdir -p "$private"
  # A checkout in root's home is closed to the server's user: then the server lives beside it.
  if ! as_server test -x "$private"; then
    private=/var/tmp/pg_upkeep-$(id -u)-$(printf '%s' "$top" | cksum | cut -d ' ' -f 1)
    mkdir -p "$private"
    [ -O "$private" ] && [ ! -L "$private" ] || die "failed: $private belongs to somebody else"
  fi
  bindir=$private/server$("$PG_CONFIG" --bindir)
  [ -z "${SERVER_IS_PREPARED:-}" ] || return 0

  [ -n "${SKIP_BUILD:-}" ] || step "build" make -s -j"$(nproc)" PG_CONFIG="$PG_CONFIG" all
  # PostgreSQL finds its files relative to its programs: copies of those, links to the rest.
  local place real
  for place in bindir pkglibdir sharedir; do
    real=$("$PG_CONFIG" --$place)
    if [ ! -e "$private/server$real/.complete" ]; then
      mkdir -p "$private/server$real"
      case $place in
        bindir) cp -a "$real"/. "$private/server$real" ;;
        *) cp -as "$real"/. "$private/server$real" ;;
      esac
      touch "$private/server$real/.complete"
    fi
  done
  # A server that was replaced by another release since needs its copy anew.
  if ! cmp -s "$("$PG_CONFIG" --bindir)/postgres" "$private/server$("$PG_CONFIG" --bindir)/postgres"; then
    rm -rf "$private/server"
    SKIP_BUILD=yes prepare_server
    return
  fi
  find "$private/server" -name 'pg_upkeep*' ! -type d -delete
  step "install" make -s PG_CONFIG="$PG_CONFIG" DESTDIR="$private/server" install
  # The clusters of this server are copies of one.
  make_cluster "$private/template"
  printf '%s\n' "$bindir" > "$private/template-of"
}

# make_cluster PLACE: an empty cluster, in which "postgres" is the superuser and nobody needs a password.
make_cluster() {
  rm -rf "$1"
  mkdir -p "$1"
  [ "$(id -u)" -ne 0 ] || chown "$server_user" "$1"
  as_server chmod 700 "$1"
  if [ "$1" != "$private/template" ] && [ "$(cat "$private/template-of" 2> /dev/null)" = "$bindir" ]; then
    as_server cp -a "$private/template/." "$1"
  else
    step "initdb" as_server "$bindir/initdb" -D "$1" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
      --no-sync --no-instructions
  fi
}

# start_cluster NAME [SETTING...]: a new cluster under the private folder, listening on a socket only. Sets PGHOST,
# PGPORT, PGUSER and PGDATABASE for the programs that follow.
start_cluster() {
  local name=$1 setting; shift
  data=$private/cluster-$name
  stop_cluster "$name" immediate
  make_cluster "$data"
  # A socket's path may have 107 bytes.
  sockets=$(mktemp -d /tmp/upkeep.XXXXXX)
  [ "$(id -u)" -ne 0 ] || chown "$server_user" "$sockets"
  {
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$sockets'" "fsync = off" \
      "log_min_messages = warning" "max_prepared_transactions = 10" "timezone = 'UTC'" "log_timezone = 'UTC'"
    for setting in "$@"; do printf '%s\n' "$setting"; done
  } | as_server tee -a "$data/postgresql.conf" > /dev/null
  export PGHOST=$sockets PGPORT=5432 PGUSER=postgres PGDATABASE=postgres PATH=$bindir:$PATH
  restart_cluster "$name"
}

# restart_cluster NAME: starts it again, after a crash too. SERVER_ENVIRONMENT and SERVER_WRAPPER run it with other
# variables or under another program.
restart_cluster() {
  data=$private/cluster-$1
  if [ -n "${SERVER_WRAPPER:-}" ]; then
    # pg_ctl starts postgres only.
    as_server $SERVER_WRAPPER "$bindir/postgres" -D "$data" > "$data/server.log" 2>&1 &
    local tries
    for tries in $(seq 600); do "$bindir/pg_isready" -q && return 0; sleep 1; done
    die "failed: start PostgreSQL (all of it in $data/server.log)"
  fi
  step "start PostgreSQL $1" as_server env ${SERVER_ENVIRONMENT:-} "$bindir/pg_ctl" -D "$data" -l "$data/server.log" \
    -w -t 600 start
}

# stop_cluster NAME [MODE]
stop_cluster() {
  local data=$private/cluster-$1
  [ -s "$data/postmaster.pid" ] || return 0
  local sockets; sockets=$(sed -n 5p "$data/postmaster.pid")
  as_server "$bindir/pg_ctl" -D "$data" -m "${2:-fast}" -w stop > /dev/null 2>&1
  case $sockets in /tmp/upkeep.*) rm -rf "$sockets" ;; esac
}

# sql [PSQL OPTION...]: psql without anyone's settings, which stops at the first error.
sql() { "$bindir/psql" -X -q -v ON_ERROR_STOP=1 "$@"; }
