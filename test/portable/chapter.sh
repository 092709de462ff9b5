# The branch that docs/managed-hosts.md shows is the one that is written. Sourced by test/portable/run.

# in_one_line: a branch without the schema of operators, with a number and a digest in the place of its own.
in_one_line() {
  sed -E 's/OPERATOR\(pg_catalog\.([^)]*)\)/\1/g; s/\b[0-9]{5,}\b/16400/g; s/[0-9a-f]{32}/5ca0…/' | tr -s ' \n' ' ' |
    sed 's/^ //; s/ $//'
}

fresh chapter
loads chapter > /dev/null
sql -d chapter -U portable -o /dev/null -c "CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL,
    price numeric(10,2), views int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now())" \
  -c "SELECT upkeep.enable_updated_at('products', ignore_columns => '{views}')"
check "the chapter shows the branch that is written" \
  "$(sed -n '/^```plpgsql$/,/^```$/p' docs/managed-hosts.md | sed '1d;$d' | in_one_line)" \
  "$(sql -At -d chapter -c "SELECT prosrc FROM pg_proc WHERE oid = 'upkeep.updated_at()'::regprocedure" |
    sed -n '/^ *-- branches$/,/^ *-- end of branches$/p' | sed '1d;$d' | in_one_line)"
