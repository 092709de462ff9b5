-- The tables of the rollups benchmark: purchases, and buyers with their count and sum. psql variables: rows, groups.
CREATE UNLOGGED TABLE bench.purchases AS
SELECT i AS id, 1 + (i * 7919) % :groups AS buyer, (i % 10000) / 100.0 AS amount, 'Purchase ' || i AS note
FROM generate_series(1, :rows) i;

-- The two tables of a contender, empty.
CREATE FUNCTION bench.make_purchases(contender text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE UNLOGGED TABLE bench.buyers_%s (
      id integer PRIMARY KEY, name text NOT NULL, purchases bigint NOT NULL DEFAULT 0,
      spent numeric(14, 2) NOT NULL DEFAULT 0) WITH (fillfactor = 50)', contender);
  EXECUTE format('CREATE UNLOGGED TABLE bench.purchases_%s (
      id bigserial PRIMARY KEY, buyer integer NOT NULL REFERENCES bench.buyers_%1$s, amount numeric(12, 2) NOT NULL,
      note text NOT NULL) WITH (fillfactor = 50)', contender);
END $$;

-- As many copy it: a row at a time.
CREATE FUNCTION bench.count_purchase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE bench.buyers_row_trigger SET purchases = purchases - 1, spent = spent - OLD.amount WHERE id = OLD.buyer;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    UPDATE bench.buyers_row_trigger SET purchases = purchases + 1, spent = spent + NEW.amount WHERE id = NEW.buyer;
  END IF;
  RETURN NULL;
END $$;

-- As a careful hand writes it: buyers are locked in the order of their keys, then changed at once.
CREATE FUNCTION bench.count_purchases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM bench.buyers_statement b WHERE b.id IN (SELECT buyer FROM new_rows) ORDER BY b.id FOR NO KEY UPDATE;
  UPDATE bench.buyers_statement b SET purchases = b.purchases + d.purchases, spent = b.spent + d.spent
  FROM (SELECT buyer, count(*) AS purchases, sum(amount) AS spent FROM new_rows GROUP BY buyer) d
  WHERE b.id = d.buyer;
  RETURN NULL;
END $$;

-- What pg_ivm does, where it is not there itself: the table that is kept is one writer's until he commits.
CREATE FUNCTION bench.keep_view() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE bench.buyers_view IN EXCLUSIVE MODE;
  UPDATE bench.buyers_view b SET purchases = b.purchases + d.purchases, spent = b.spent + d.spent
  FROM (SELECT buyer, count(*) AS purchases, sum(amount) AS spent FROM new_rows GROUP BY buyer) d
  WHERE b.id = d.buyer;
  RETURN NULL;
END $$;

SELECT bench.make_purchases(contender)
FROM unnest('{bare,floor,row_trigger,statement,view,pg_upkeep}'::text[]) AS contender \g /dev/null

CREATE TRIGGER nothing AFTER UPDATE ON bench.purchases_floor REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION bench.noop();
CREATE TRIGGER counted AFTER INSERT OR DELETE OR UPDATE OF buyer, amount ON bench.purchases_row_trigger
  FOR EACH ROW EXECUTE FUNCTION bench.count_purchase();
CREATE TRIGGER counted AFTER INSERT ON bench.purchases_statement REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION bench.count_purchases();
CREATE TRIGGER counted AFTER INSERT ON bench.purchases_view REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION bench.keep_view();
SELECT upkeep.enable_rollup('bench.buyers_pg_upkeep', 'bench.purchases_pg_upkeep',
  '{purchases = count(*), spent = sum(amount)}') \g /dev/null

INSERT INTO bench.target (title, benchmark, contender, against, measure, at_most) VALUES
  ('rollup, INSERT: added cost / PL/pgSQL row trigger''s', 'purchases, INSERT', 'pg_upkeep', 'row trigger', 'added',
   0.10),
  ('rollup, INSERT: added cost / PL/pgSQL statement trigger''s', 'purchases, INSERT', 'pg_upkeep', 'statement', 'added',
   0.75),
  ('rollup, one row a transaction: added latency / row trigger''s', 'purchases, one row a transaction', 'pg_upkeep',
   'row trigger', 'added latency', 0.80),
  ('rollup, 16 clients: time a transaction / row trigger''s', 'purchases, 16 clients', 'pg_upkeep', 'row trigger',
   'latency', 1.00),
  ('rollup, 16 clients: time a transaction / where the table is locked, as by pg_ivm', 'purchases, 16 clients',
   'pg_upkeep', 'view', 'latency', 0.50),
  ('rollup, UPDATE that changes no figure: added cost / floor', 'purchases, UPDATE of the note', 'pg_upkeep', 'floor',
   'added', 1.50);
