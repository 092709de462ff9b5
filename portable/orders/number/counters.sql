-- upkeep.order_counters: numbers that a rollback, also one to a savepoint, gives back. Whoever takes one holds its row
-- until the transaction ends. The columns are those of the C++ edition, so that a dump moves them.

CREATE TABLE IF NOT EXISTS upkeep.order_counters (
  orders regclass NOT NULL,
  tenant text NOT NULL,
  last_number bigint NOT NULL,
  PRIMARY KEY (orders, tenant)
);
COMMENT ON TABLE upkeep.order_counters IS
  'How far the numbers of orders are that are counted per tenant or without gaps: see upkeep.enable_order_number. '
  'Written by the trigger function upkeep.order_number. A counter without a row begins after the numbers that are '
  'there.';
COMMENT ON COLUMN upkeep.order_counters.orders IS 'the table of the orders; for a partitioned one, its root';
COMMENT ON COLUMN upkeep.order_counters.tenant IS 'the tenant as a JSON array; [] for a counter of the whole table';
COMMENT ON COLUMN upkeep.order_counters.last_number IS 'the number given last; the next is one more';
GRANT SELECT ON upkeep.order_counters TO pg_database_owner;

-- The table whose counters a table uses: that at the top of its partitions, or the one that this inherits from.
CREATE FUNCTION upkeep_internal.counter_table(target regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  own constant regclass := coalesce(pg_partition_root(target), target);
BEGIN
  -- Few tables inherit.
  IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = own) THEN
    RETURN own;
  END IF;
  RETURN coalesce((
    WITH RECURSIVE ancestors(member, depth) AS (
      SELECT own::oid, 0
      UNION ALL
      SELECT i.inhparent, a.depth + 1 FROM ancestors a JOIN pg_inherits i ON i.inhrelid = a.member
    )
    SELECT a.member FROM ancestors a
    WHERE EXISTS (SELECT FROM upkeep_internal.triggers t WHERE t.object = a.member AND t.feature = 'order_number')
    ORDER BY a.depth DESC
    LIMIT 1), own);
END $$;

-- The next number of the counter of a row's tenant. Waits for whoever else is counting there.
CREATE FUNCTION upkeep_internal.next_counted(target regclass, tenant text, arguments text[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  counted_for constant regclass := upkeep_internal.counter_table(target);
  number bigint;
BEGIN
  LOOP
    number := upkeep_internal.raise_counter(counted_for, tenant, NULL);
    IF number IS NOT NULL THEN
      RETURN number;
    ELSIF upkeep_internal.has_counter(counted_for, tenant) THEN
      PERFORM upkeep_internal.fail('22003', format('the numbers of table "%s" are used up',
        upkeep_internal.table_name(counted_for)), 'Enable order_number with another prefix.');
    END IF;
    PERFORM upkeep_internal.begin_counter(counted_for, tenant, target, arguments);
  END LOOP;
END $$;

-- From now on the counter gives no number up to `taken`. Waits only where it would come to that. is_paused: a counter
-- that has not begun begins later, after what is there then.
CREATE FUNCTION upkeep_internal.move_counter(
  target regclass,
  tenant text,
  arguments text[],
  taken bigint,
  is_paused boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  counted_for regclass;
BEGIN
  -- After the greatest nothing is left to count.
  IF taken IS NULL OR taken = 9223372036854775807 THEN
    RETURN;
  END IF;
  counted_for := upkeep_internal.counter_table(target);
  WHILE upkeep_internal.raise_counter(counted_for, tenant, taken) IS NULL
        AND NOT is_paused AND NOT upkeep_internal.has_counter(counted_for, tenant) LOOP
    PERFORM upkeep_internal.begin_counter(counted_for, tenant, target, arguments);
  END LOOP;
END $$;

-- Raises a counter by one, or to a number that is taken. NULL where it has not begun, or is that far already. Where the
-- transaction has left its row is noted: through the index, one that has counted a thousand would pass by a thousand
-- versions of it each time. A wrong note finds nothing.
CREATE FUNCTION upkeep_internal.raise_counter(counted_for regclass, tenant text, taken bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  place tid := nullif(current_setting('upkeep.counter', true), '');
  number bigint;
BEGIN
  UPDATE upkeep.order_counters c SET last_number = coalesce(taken, c.last_number + 1)
  WHERE c.ctid = place AND c.orders = counted_for AND c.tenant = raise_counter.tenant
    AND c.last_number < coalesce(taken, 9223372036854775807)
  RETURNING c.last_number, c.ctid INTO number, place;
  IF NOT FOUND THEN
    UPDATE upkeep.order_counters c SET last_number = coalesce(taken, c.last_number + 1)
    WHERE c.orders = counted_for AND c.tenant = raise_counter.tenant
      AND c.last_number < coalesce(taken, 9223372036854775807)
    RETURNING c.last_number, c.ctid INTO number, place;
  END IF;
  IF FOUND THEN
    PERFORM set_config('upkeep.counter', place::text, true);
  END IF;
  RETURN number;
END $$;

CREATE FUNCTION upkeep_internal.has_counter(counted_for regclass, tenant text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT FROM upkeep.order_counters c WHERE c.orders = counted_for AND c.tenant = has_counter.tenant);
END $$;

-- Waits for whoever else is beginning it.
CREATE FUNCTION upkeep_internal.begin_counter(counted_for regclass, tenant text, target regclass, arguments text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_trusted(counted_for);
  INSERT INTO upkeep.order_counters (orders, tenant, last_number)
  VALUES (counted_for, tenant, upkeep_internal.greatest_counted(counted_for, tenant, target, arguments))
  ON CONFLICT DO NOTHING;
END $$;

-- Moves all counters of a table past the numbers that are there, where enabling has made a trigger that counts; one
-- that is ahead of them stays. Counters of tables that are gone go. Runs as the installer, and does what follows from
-- the tables alone, whoever calls it.
CREATE FUNCTION upkeep_internal.set_counters(target regclass)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  counted_for constant regclass := upkeep_internal.counter_table(target);
  arguments text[];
BEGIN
  PERFORM upkeep_internal.require_trusted(counted_for);
  SELECT t.arguments INTO STRICT arguments FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = 'order_number' AND t.name = 'zz_upkeep_order_number';
  INSERT INTO upkeep.order_counters AS c (orders, tenant, last_number)
  SELECT counted_for, g.tenant, g.number FROM upkeep_internal.all_greatest_counted(counted_for, target, arguments) g
  ON CONFLICT (orders, tenant) DO UPDATE SET last_number = excluded.last_number
    WHERE c.last_number < excluded.last_number;
  PERFORM upkeep_internal.forget_dropped_counters();
END $$;

-- Of tables that are gone, whose numbers others may get.
CREATE FUNCTION upkeep_internal.forget_dropped_counters()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM upkeep.order_counters c WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.oid = c.orders);
END $$;
