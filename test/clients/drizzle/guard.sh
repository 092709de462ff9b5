# The guard against drizzle-kit and migrate(): what would lose rows fails and says why, and what is confirmed passes.
# Sourced by run.sh.

# counts: the rows of each table that an application has in public.
counts() {
  in_database guard "SELECT string_agg(relname || ' ' || (xpath('/row/n/text()',
      query_to_xml('SELECT count(*) AS n FROM ' || oid::regclass, true, true, '')))[1], ', ' ORDER BY relname)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
}

# keeps NAME STATUS COMMAND...: every row is there, it ends with the status, and what it printed is in `output`.
keeps() {
  local name=$1 expected=$2 before status; shift 2
  before=$(counts)
  output=$("$@")
  status=$?
  check "guard: $name loses no row" "$before" "$(counts)"
  check "guard: $name exits with $expected" "$expected" "$status$([ $status -eq "$expected" ] ||
    printf '\n%s' "$output")"
}

# push_is_stopped NAME LOSS: the same of push, which prints what the server said, and none the less exits with 0.
push_is_stopped() {
  local output
  keeps "$1" 0 kit push --force
  check "guard: $1 prints code, loss and what would let it" "UK007, $2, allow_drop" \
    "$(grep -o "code: 'UK007'" <<< "$output" | cut -d "'" -f 2), $(sed -n 's/^ *error: [A-Z ]* would lose //p' \
    <<< "$output"), $(grep -o allow_drop <<< "$output" | head -n 1)"
}

# adds TABLE LINE: a line for schema.ts, the first of a table's columns.
adds() { sed -i "/^export const $1 = /a\\  $2," schema.ts; }

migrations_that_drop() {
  local output
  sed -i '/^  description: text(),$/d' schema.ts
  push_is_stopped "push --force that drops a filled column" \
    "column public.products.description: 2 of 3 rows have a value"
  says "guard: generate, for a column that is dropped" "Your SQL migration file" kit generate --name=drop_description
  keeps "drizzle-kit migrate that drops a filled column" 1 kit migrate
  program "guard: migrate(), a column" guard_test.js
  says "guard: drizzle-kit migrate with the confirmation of the hint" "migrations applied successfully" kit migrate
  check "guard: the column is gone, and no row" \
    "0 cart_items 2, carts 1, order_items 1, orders 1, products 3, users 1" \
    "$(in_database guard "SELECT count(*) FROM pg_attribute WHERE attrelid = 'products'::regclass
    AND attname = 'description'") $(counts)"

  sed -i '/^export const usersRelations/,$d; /^export const cartItems = /,/^}, /d' schema.ts
  says "guard: generate, for a table that is dropped" "Your SQL migration file" kit generate --name=drop_cart_items
  keeps "drizzle-kit migrate that drops a filled table" 1 kit migrate
  program "guard: migrate(), a table" guard_test.js
  says "guard: drizzle-kit migrate with the confirmation of the hint, a table" "migrations applied successfully" kit \
    migrate
  check "guard: the table is gone, and no row of others" "carts 1, order_items 1, orders 1, products 3, users 1" \
    "$(counts)"
}

# What loses nothing passes; what no longer holds every value is stopped.
type_that_changes() {
  sed -i "s/^  price: money('price')/  price: numeric({ precision: 12, scale: 2 })/" schema.ts
  says "guard: push --force that widens a column" "Changes applied" kit push --force
  check "guard: the column is wider, and every row is there" \
    "numeric(12,2) carts 1, order_items 1, orders 1, products 3, users 1" \
    "$(in_database guard "SELECT format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = 'products'::regclass AND attname = 'price'") $(counts)"
  cp schema.ts before.ts
  sed -i "s/^  price: numeric({ precision: 12, scale: 2 })/  price: integer()/" schema.ts
  push_is_stopped "push --force that cuts off decimals" \
    "parts of column public.products.price: 1 of 3 rows has a value that integer does not keep"
  cp before.ts schema.ts
}

push_that_truncates() {
  adds products "sku: text().notNull()"
  push_is_stopped "push --force with a NOT NULL column for a filled table" \
    "3 rows of public.products; 1 row of public.order_items"
  sql -d guard -U shop -o /dev/null -f ../chapter/allow.sql
  says "guard: with the approvals of docs/drizzle.md, push --force may do it" "Changes applied" kit push --force
  check "guard: those two are empty, no other" "carts 1, order_items 0, orders 1, products 0, users 1" "$(counts)"

  adds carts "note: text().notNull()"
  push_is_stopped "push --force once more, with another table" "1 row of public.carts"
  sql -d guard -U shop -o /dev/null -c "INSERT INTO products (nav_product_id, name, price, sku)
    VALUES ('1', 'Mug', 12, 'm')"
  cp before.ts schema.ts
  adds products "sku: text().notNull()"
  adds products "ean: text().notNull()"
  push_is_stopped "push --force once more, with the table that was approved" "1 row of public.products"
  check "guard: what was lost stands in the log, with its approval" "allow_drop" \
    "$(in_database guard "SELECT DISTINCT confirmation FROM upkeep.ddl_log WHERE object = 'public.products'
    AND tag LIKE 'TRUNCATE%'")"

  # The push that was stopped would have done it: without the guard it does.
  sql -d guard -U shop -o /dev/null -c "SELECT upkeep.disable_guard()"
  says "guard: without it, push --force empties the table and succeeds" "Changes applied" kit push --force
  check "guard: the row that it kept" "carts 1, order_items 0, orders 1, products 0, users 1" "$(counts)"
}

guard() {
  enter guard shop
  rm -rf drizzle
  cp -r "$place/storefront/drizzle" "$place/chapter/drizzle.config.ts" .
  cp "$source/storefront.ts" schema.ts
  says "guard: migrate" "migrations applied successfully" kit migrate
  sql -d guard -U shop -o /dev/null -c "
    INSERT INTO users (email) VALUES ('a@example.com');
    INSERT INTO products (nav_product_id, name, price, stock_quantity, description)
    VALUES ('1', 'Mug', 12, 5, 'blue'), ('2', 'Tea', 7.5, 5, 'green'), ('3', 'Pot', 30, 5, NULL);
    INSERT INTO carts (session_id) VALUES ('guest');
    INSERT INTO cart_items (cart_id, product_id, quantity) SELECT c.id, p.id, 1 FROM carts c, products p
    WHERE p.name <> 'Pot';
    INSERT INTO orders DEFAULT VALUES;
    INSERT INTO order_items (order_id, product_id, quantity) SELECT o.id, p.id, 1 FROM orders o, products p
    WHERE p.name = 'Pot'" -f ../chapter/guard.sql
  migrations_that_drop
  type_that_changes
  push_that_truncates
  cd "$top"
}
