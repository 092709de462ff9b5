-- The tables of the history benchmark. psql variable: rows.
-- Nine columns, logged as a shop has them; room for one more version of every row in its own page.
CREATE TABLE bench.articles (
  id bigint PRIMARY KEY,
  sku text NOT NULL,
  name text NOT NULL,
  description text,
  price numeric(10,2) NOT NULL,
  stock integer NOT NULL,
  active boolean NOT NULL,
  category integer NOT NULL,
  created_at timestamptz NOT NULL
) WITH (fillfactor = 45);

INSERT INTO bench.articles
SELECT i, 'SKU-' || i, 'Product ' || i, 'Number ' || i || ', in ' || i % 7 || ' colours', (i % 10000) / 100.0, i % 500,
  i % 20 > 0, i % 40, '2023-06-01Z'
FROM generate_series(1, :rows) i;
ANALYZE bench.articles;

-- What audit trails are copied from: two whole rows, from a row trigger; and from a statement trigger, as a careful
-- hand writes it.
CREATE TABLE bench.audit_rows (
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  table_name text NOT NULL,
  key bigint NOT NULL,
  action text NOT NULL,
  role text NOT NULL DEFAULT session_user,
  before jsonb,
  after jsonb
);
CREATE INDEX ON bench.audit_rows (table_name, key);
CREATE TABLE bench.audit_statements (LIKE bench.audit_rows INCLUDING ALL);

CREATE FUNCTION bench.audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bench.audit_rows (table_name, key, action, before, after)
  VALUES (TG_TABLE_NAME, NEW.id, TG_OP, to_jsonb(OLD), to_jsonb(NEW));
  RETURN NULL;
END $$;

CREATE FUNCTION bench.audit_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bench.audit_statements (table_name, key, action, before, after)
  SELECT TG_TABLE_NAME, n.id, TG_OP, to_jsonb(o), to_jsonb(n) FROM new_rows n JOIN old_rows o USING (id);
  RETURN NULL;
END $$;

CREATE TABLE bench.articles_bare (LIKE bench.articles INCLUDING ALL) WITH (fillfactor = 45);
CREATE TABLE bench.articles_row_trigger (LIKE bench.articles INCLUDING ALL) WITH (fillfactor = 45);
CREATE TABLE bench.articles_statement (LIKE bench.articles INCLUDING ALL) WITH (fillfactor = 45);
CREATE TABLE bench.articles_pg_upkeep (LIKE bench.articles INCLUDING ALL) WITH (fillfactor = 45);
CREATE TRIGGER audit AFTER UPDATE ON bench.articles_row_trigger FOR EACH ROW EXECUTE FUNCTION bench.audit_row();
CREATE TRIGGER audit AFTER UPDATE ON bench.articles_statement
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION bench.audit_statement();
SELECT upkeep.enable_history('bench.articles_pg_upkeep') \g /dev/null

-- The month that is written to, and what it holds in bytes.
CREATE FUNCTION bench.month() RETURNS regclass LANGUAGE sql AS $$
  SELECT ('upkeep.' || to_char(now() AT TIME ZONE 'UTC', '"history_"YYYY_MM'))::regclass
$$;

-- As the rows are read without history.
CREATE FUNCTION bench.all_articles() RETURNS SETOF bench.articles_pg_upkeep LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY SELECT * FROM bench.articles_pg_upkeep;
END $$;

INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most) VALUES
  ('history, one column of nine changed: added cost / a row trigger that writes two whole rows', 'history, UPDATE',
   'pg_upkeep', 'row trigger', 'added', 0.25),
  ('the same / a statement trigger that does', 'history, UPDATE', 'pg_upkeep', 'statement', 'added', 0.50),
  ('history, one row a transaction: latency / the row trigger''s', 'history, one row a transaction', 'pg_upkeep',
   'row trigger', 'latency', 0.85),
  ('as_of, a tenth of the rows changed since: time / a function that returns the rows', 'history, as_of', 'pg_upkeep',
   'plpgsql', 'total', 2.50);
