# The script that pg_tle runs, as the extension of a server that has no other of that name, by a role that is not a
# superuser. Sourced by test/portable/run.
(
  rm -rf "$private/server-tle"
  cp -al "$private/server" "$private/server-tle"
  bindir=$private/server-tle${bindir#"$private/server"}
  scripts=$("$bindir/pg_config" --sharedir)/extension
  rm -f "$scripts"/pg_upkeep*
  version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" control/pg_upkeep.control)
  printf "default_version = '%s'\nsuperuser = false\n" "$version" > "$scripts/pg_upkeep.control"
  script=$(sed -n '/\$_upkeep_script_\$$/,/^\$_upkeep_script_\$;$/p' build/portable/pg_upkeep_tle.sql | sed '1d;$d')
  for way in "$version" "$version--next"; do printf '%s\n' "$script" > "$scripts/pg_upkeep--$way.sql"; done
  start_cluster portable-tle
  trap 'stop_cluster portable-tle; rm -rf "$private/server-tle"' EXIT
  as_owner() { "$bindir/psql" -X -q -At -v ON_ERROR_STOP=1 -U portable -d "$@" 2>&1; }

  sql -c "CREATE ROLE portable LOGIN" -c "CREATE DATABASE made OWNER portable" \
    -c "CREATE DATABASE restored OWNER portable"
  check "as an extension it can be created" "portable $version" \
    "$(as_owner made -c "CREATE EXTENSION pg_upkeep" -c "SELECT upkeep.version()")"
  check "its functions are the extension's" "f" "$(as_owner made -c "SELECT EXISTS (SELECT FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname LIKE 'upkeep%' AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))")"
  as_owner made -o /dev/null -c "CREATE TABLE docs (id int PRIMARY KEY, body text,
      updated_at timestamptz DEFAULT '2020-01-01')" -c "SELECT upkeep.enable_updated_at('docs')" \
    -c "CREATE TABLE orders (shop int, order_number text NOT NULL DEFAULT NULL, UNIQUE (shop, order_number))" \
    -c "SELECT upkeep.enable_order_number('orders', tenant_column => 'shop', per_tenant => true)" \
    -c "INSERT INTO docs VALUES (1)" -c "INSERT INTO orders VALUES (7)"
  moves() { as_owner "$1" -c "UPDATE docs SET body = concat(body, 'x') RETURNING updated_at > '2020-01-02'"; }
  check "it stamps" t "$(moves made)"
  check "it is updated, and still stamps" t \
    "$(as_owner made -c "ALTER EXTENSION pg_upkeep UPDATE TO 'next'"; moves made)"
  sql -d made -c "UPDATE pg_extension SET extversion = '$version' WHERE extname = 'pg_upkeep'"
  "$bindir/pg_dump" made > build/portable/extension.sql
  check "a dump restores" "" "$(as_owner restored -o /dev/null -f build/portable/extension.sql)"
  check "and stamps where it is restored" t "$(moves restored)"
  check "and with the counters of order numbers" ORD-00000002 \
    "$(as_owner restored -c "INSERT INTO orders VALUES (7) RETURNING order_number")"
)
