-- What every benchmark uses: samples, targets, and the arithmetic from one to the other. psql variable: library.
CREATE SCHEMA bench;

CREATE FUNCTION bench.noop() RETURNS trigger LANGUAGE c AS :'library', 'bench_noop';
CREATE FUNCTION bench.cpu_ms() RETURNS float8 LANGUAGE c VOLATILE AS :'library', 'bench_cpu_ms';
CREATE FUNCTION bench.planned() RETURNS bigint LANGUAGE c VOLATILE AS :'library', 'bench_planned';

-- One timed statement, or many of one kind: then wall_ms is their median, and cpu_ms may be NULL. "bare" is the
-- contender without a trigger, "floor" the one whose trigger does nothing.
CREATE TABLE bench.sample (
  benchmark text NOT NULL,
  contender text NOT NULL,
  round integer NOT NULL,
  wall_ms float8 NOT NULL,
  cpu_ms float8,
  PRIMARY KEY (benchmark, contender, round)
);

-- What pgbench logs of one round.
CREATE UNLOGGED TABLE bench.latency (script integer NOT NULL, us float8 NOT NULL);

-- added: added cost of `contender` / added cost of `against` <= at_most; total: time / time; latency: time on the wall
-- / time on the wall; added latency: the same less that of "bare"
CREATE TABLE bench.target (
  position serial,
  title text NOT NULL,
  benchmark text NOT NULL,
  contender text NOT NULL,
  against text NOT NULL,
  measure text NOT NULL DEFAULT 'added' CHECK (measure IN ('added', 'total', 'latency', 'added latency')),
  at_most float8 NOT NULL
);

-- One reading of a backend's memory before and after; the target is after / before.
CREATE TABLE bench.memory (
  position serial,
  title text NOT NULL,
  before_bytes bigint NOT NULL,
  after_bytes bigint NOT NULL,
  at_most float8 NOT NULL
);

-- What is counted, not timed.
CREATE TABLE bench.figure (position serial, title text NOT NULL, value float8 NOT NULL, at_most float8 NOT NULL);

-- What is added is the median of what each round added, since a machine's speed may change from round to round.
CREATE VIEW bench.cost AS
SELECT s.benchmark, s.contender, count(*) AS rounds,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY s.wall_ms) AS wall_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY s.cpu_ms) AS cpu_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY s.wall_ms - bare.wall_ms) AS added_wall_ms,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY s.cpu_ms - bare.cpu_ms) AS added_cpu_ms
FROM bench.sample s
LEFT JOIN bench.sample bare ON bare.benchmark = s.benchmark AND bare.round = s.round AND bare.contender = 'bare'
GROUP BY s.benchmark, s.contender;

-- An added cost of zero or less is noise: of that no ratio.
CREATE FUNCTION bench.positive(added float8) RETURNS float8 LANGUAGE sql IMMUTABLE
  AS $$ SELECT CASE WHEN added > 0 THEN added END $$;

-- The verdict goes by processor time: no timed statement waits for a disk, so on an idle machine it is the time on the
-- wall, and on a shared one it leaves out what others took. A latency has only the wall.
CREATE VIEW bench.verdict AS
SELECT position, title, at_most,
       CASE measure WHEN 'added' THEN bench.positive(ours.added_cpu_ms) / bench.positive(other.added_cpu_ms)
                    WHEN 'total' THEN ours.cpu_ms / other.cpu_ms
                    WHEN 'added latency' THEN
                      bench.positive(ours.added_wall_ms) / bench.positive(other.added_wall_ms)
                    ELSE ours.wall_ms / other.wall_ms END AS ratio,
       CASE measure WHEN 'added' THEN bench.positive(ours.added_wall_ms) / bench.positive(other.added_wall_ms)
                    WHEN 'total' THEN ours.wall_ms / other.wall_ms END AS wall_ratio
FROM bench.target t
LEFT JOIN bench.cost ours ON ours.benchmark = t.benchmark AND ours.contender = t.contender
LEFT JOIN bench.cost other ON other.benchmark = t.benchmark AND other.contender = t.against
UNION ALL
SELECT 1000 + position, title, at_most, after_bytes::float8 / before_bytes, NULL FROM bench.memory
UNION ALL
SELECT 2000 + position, title, at_most, value, NULL FROM bench.figure;

-- Milliseconds or a ratio as a table shows them; three decimals where one would hide the figure.
CREATE FUNCTION bench.shown(value float8, decimals integer DEFAULT NULL) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(round(value::numeric, coalesce(decimals, CASE WHEN abs(value) < 1 THEN 3 ELSE 1 END))::text, '-')
$$;

CREATE FUNCTION bench.require(fulfilled boolean, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF fulfilled IS NOT TRUE THEN
    RAISE EXCEPTION 'wrong result: %', what;
  END IF;
END $$;

-- A field of /proc/self/status in bytes, NULL where the system has none.
CREATE FUNCTION bench.process_memory(field text) RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT 1024 * substring(pg_read_file('/proc/self/status', 0, 100000, true) FROM field || ':\s+(\d+) kB')::bigint
$$;

CREATE FUNCTION bench.memory_now(OUT contexts bigint, OUT top_context bigint, OUT resident bigint, OUT private bigint)
LANGUAGE sql VOLATILE AS $$
  SELECT sum(total_bytes)::bigint, sum(total_bytes) FILTER (WHERE name = 'TopMemoryContext')::bigint,
         coalesce(bench.process_memory('VmRSS'), 0), coalesce(bench.process_memory('RssAnon'), 0)
  FROM pg_backend_memory_contexts
$$;

-- For the WHERE clause of a statement that is watched: writes down the memory of the moment.
CREATE TABLE bench.note (feature text, contender text, contexts bigint NOT NULL, PRIMARY KEY (feature, contender));
CREATE FUNCTION bench.note_memory(feature text, contender text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO bench.note SELECT feature, contender, contexts FROM bench.memory_now();
  RETURN true;
END $$;
