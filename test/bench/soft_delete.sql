-- The tables of the soft_delete benchmark. psql variable: rows.
CREATE UNLOGGED TABLE bench.members (
  id bigint PRIMARY KEY,
  inviter bigint,
  name text NOT NULL,
  note text,
  visits integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
) WITH (fillfactor = 45);
INSERT INTO bench.members
SELECT i, CASE WHEN i > 1 THEN 1 END, 'Member ' || i,
  CASE WHEN i % 10 > 0 THEN 'Number ' || i || ', since last year' END,
       i % 500, '2023-06-01Z', NULL
FROM generate_series(1, :rows) i;
ANALYZE bench.members;

CREATE UNLOGGED TABLE bench.members_bare (LIKE bench.members INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.members_floor (LIKE bench.members INCLUDING ALL) WITH (fillfactor = 45);
CREATE UNLOGGED TABLE bench.members_pg_upkeep (LIKE bench.members INCLUDING ALL) WITH (fillfactor = 45);
CREATE TRIGGER nothing BEFORE UPDATE ON bench.members_floor FOR EACH ROW EXECUTE FUNCTION bench.noop();
SELECT upkeep.enable_soft_delete('bench.members_pg_upkeep') \g /dev/null

INSERT INTO bench.target (title, benchmark, contender, against, at_most) VALUES
  ('soft delete enabled, UPDATE of other columns: added cost / floor', 'members, UPDATE', 'pg_upkeep', 'floor', 1.30);
