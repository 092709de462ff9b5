-- Corrections: upkeep.correct_order opens a locked order for a transaction and a role. Each is a row of
-- upkeep.order_corrections, and open while that row is there: until the savepoint before it, or the end.

CREATE TABLE IF NOT EXISTS upkeep.order_corrections (
  orders regclass NOT NULL,
  order_key text NOT NULL,
  reason text NOT NULL,
  role name NOT NULL,
  actor text,
  opened_at timestamptz NOT NULL,
  txid bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS order_corrections_txid ON upkeep.order_corrections (txid);
COMMENT ON TABLE upkeep.order_corrections IS
  'The orders that upkeep.correct_order opened: a row a call. Its rows are not changed or deleted. For the owner of '
  'the database.';
COMMENT ON COLUMN upkeep.order_corrections.orders IS 'the table of the order';
COMMENT ON COLUMN upkeep.order_corrections.order_key IS
  'its key; with a tenant_column a JSON array, the tenant before it';
COMMENT ON COLUMN upkeep.order_corrections.reason IS 'why, as the caller says';
COMMENT ON COLUMN upkeep.order_corrections.role IS 'current_user of the call';
COMMENT ON COLUMN upkeep.order_corrections.actor IS
  'who the application says was acting, the setting upkeep.actor; NULL where it does not';
COMMENT ON COLUMN upkeep.order_corrections.opened_at IS 'when the transaction began';
COMMENT ON COLUMN upkeep.order_corrections.txid IS 'number of the transaction, as txid_current()';
GRANT SELECT ON upkeep.order_corrections TO pg_database_owner;

CREATE FUNCTION upkeep_internal.insert_only()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('42501', pg_catalog.format('rows of "%s" cannot be changed or deleted',
    upkeep_internal.qualified(TG_RELID)), 'They say what was done, and by whom.');
END $$;
CREATE OR REPLACE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON upkeep.order_corrections
  FOR EACH STATEMENT EXECUTE FUNCTION upkeep_internal.insert_only();

-- The door to it. A function that runs as the installer cannot see who has called it, but a default tells it: nobody
-- may write the column role, so it holds current_user of the INSERT. No row stays here.
CREATE TABLE IF NOT EXISTS upkeep_internal.correction_calls (
  orders regclass NOT NULL,
  order_key text NOT NULL,
  reason text NOT NULL,
  role name NOT NULL DEFAULT current_user
);
COMMENT ON TABLE upkeep_internal.correction_calls IS 'Calls of upkeep.correct_order; always empty.';
GRANT INSERT (orders, order_key, reason) ON upkeep_internal.correction_calls TO PUBLIC;

CREATE FUNCTION upkeep.correct_order(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(orders, 'orders'), upkeep_internal.require_value(order_key, 'order_key'),
    upkeep_internal.require_value(reason, 'reason');
  IF current_setting('transaction_read_only')::boolean THEN
    PERFORM upkeep_internal.fail('25006', 'cannot execute upkeep.correct_order() in a read-only transaction');
  END IF;
  INSERT INTO upkeep_internal.correction_calls (orders, order_key, reason) VALUES (orders, order_key, reason);
END $$;

CREATE FUNCTION upkeep_internal.open_order()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  orders regclass;
  arguments text[];
BEGIN
  -- On a table of their own anyone could say who has called.
  IF TG_RELID <> 'upkeep_internal.correction_calls'::regclass THEN
    PERFORM upkeep_internal.fail('42501', 'orders are opened by upkeep.correct_order only');
  END IF;
  orders := upkeep_internal.whole_orders(NEW.orders);
  arguments := upkeep_internal.lock_of(orders);
  PERFORM upkeep_internal.require_corrector(orders, arguments, NEW.role);
  IF arguments IS NULL THEN
    PERFORM upkeep_internal.fail('42704',
      format('order_lock is not enabled on "%s"', upkeep_internal.table_name(orders)),
      'Its orders are not locked: change them as they are. See upkeep.enable_order_lock.');
  ELSIF NEW.reason !~ '[^ \t\n\r\f\v]' THEN
    PERFORM upkeep_internal.fail('22023', 'a correction needs a reason',
      'Say why: it is kept in upkeep.order_corrections.');
  END IF;
  INSERT INTO upkeep.order_corrections (orders, order_key, reason, role, actor, opened_at, txid)
  VALUES (orders, upkeep_internal.lock_order(orders, arguments, NEW.order_key), NEW.reason, NEW.role,
          upkeep_internal.actor(), now(), pg_current_xact_id()::text::bigint);
  -- In a function of another's rights the writer stays who has called it: for him the order is open until the statement
  -- that he has sent ends.
  IF upkeep_internal.writer() <> NEW.role THEN
    PERFORM set_config('upkeep.corrected_in', upkeep_internal.client_statement(), true);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER open_order BEFORE INSERT ON upkeep_internal.correction_calls
  FOR EACH ROW EXECUTE FUNCTION upkeep_internal.open_order();

-- Only the installer can say it, for anyone can set upkeep.corrected_in.
CREATE FUNCTION upkeep_internal.client_statement()
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT md5(concat_ws(' ', s.secret, pg_backend_pid(), pg_current_xact_id(), 'correction',
                               extract(epoch FROM statement_timestamp())))
          FROM upkeep_internal.secret s);
END $$;

-- The orders that a partition or a child belongs to: the outermost with a lock.
CREATE FUNCTION upkeep_internal.whole_orders(target regclass)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class WHERE oid = target) THEN
    PERFORM upkeep_internal.fail('42P01', format('there is no table with oid %s', target::oid),
      'Pass the table''s name: ''schema.table''.');
  END IF;
  RETURN (SELECT a.member FROM upkeep_internal.with_ancestors(target) WITH ORDINALITY a(member, place)
          WHERE a.member = target OR upkeep_internal.lock_of(a.member) IS NOT NULL ORDER BY place DESC LIMIT 1);
END $$;

-- The table and all that it inherits from, or is a partition of, each before its parents.
CREATE FUNCTION upkeep_internal.with_ancestors(target regclass)
RETURNS SETOF regclass STABLE LANGUAGE sql AS $$
  WITH RECURSIVE tree(member, depth) AS (
    SELECT target::oid, 0
    UNION ALL
    SELECT i.inhparent, t.depth + 1 FROM tree t JOIN pg_inherits i ON i.inhrelid = t.member
  )
  SELECT member::regclass FROM tree GROUP BY member ORDER BY max(depth), member
$$;

-- The arguments of the lock that orders have; NULL if there is none.
CREATE FUNCTION upkeep_internal.lock_of(orders regclass)
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT arguments
  FROM (SELECT t.arguments FROM upkeep_internal.triggers t
        WHERE t.object = orders AND t.feature = 'order_lock' ORDER BY t.place LIMIT 1) t
  WHERE upkeep_internal.read_options('order_lock', arguments) ? 'order_items'
$$;

-- The owner of the orders corrects them, and whoever has the role that enabling has named.
CREATE FUNCTION upkeep_internal.require_corrector(orders regclass, arguments text[], caller name)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  role constant text := upkeep_internal.read_options('order_lock', arguments) ->> 'correct_role';
BEGIN
  IF pg_has_role(caller, (SELECT relowner FROM pg_class WHERE oid = orders), 'USAGE')
     OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role AND pg_has_role(caller, r.oid, 'USAGE')) THEN
    RETURN;
  END IF;
  PERFORM upkeep_internal.fail('42501', format('must be owner of table %s', upkeep_internal.table_name(orders))
      || coalesce(' or a member of role ' || role, ''),
    CASE WHEN role IS NULL THEN
      'The owner can let a role correct orders: upkeep.enable_order_lock(..., correct_role => ''support'').'
    ELSE 'They correct orders: ask one of them, or for the role.' END);
END $$;

-- Locks the order, waiting for whoever is changing it, and returns its key as it is kept.
CREATE FUNCTION upkeep_internal.lock_order(orders regclass, arguments text[], order_key text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  plan constant record := upkeep_internal.order_lock_plan(orders, arguments);
  found text;
BEGIN
  PERFORM upkeep_internal.require_trusted(orders);
  IF cardinality(plan.keys) > 1
     AND (jsonb_typeof(order_key::jsonb) <> 'array' OR jsonb_array_length(order_key::jsonb) <> cardinality(plan.keys))
  THEN
    PERFORM upkeep_internal.fail('22023',
      format('invalid order_key for "%s"', upkeep_internal.table_name(orders)),
      format('Pass a JSON array of (%s): ''[7, 42]''.', upkeep_internal.join_names(plan.keys)));
  END IF;
  EXECUTE (
    SELECT format('SELECT %s FROM %s o WHERE %s FOR NO KEY UPDATE OF o', upkeep_internal.key_argument('o', plan.keys),
      upkeep_internal.qualified(orders),
      string_agg(upkeep_internal.key_match(orders, k, format('o.%I', k), orders, k,
        format(CASE cardinality(plan.keys) WHEN 1 THEN '$1::%s' ELSE '($1::pg_catalog.jsonb [->>] %2$s)::%1$s' END,
               upkeep_internal.type_as_sql(t.base), place - 1)), ' AND ' ORDER BY place))
    FROM unnest(plan.keys) WITH ORDINALITY u(k, place), upkeep_internal.column_type(orders, k) t
  ) INTO found USING order_key;
  IF found IS NULL THEN
    PERFORM upkeep_internal.fail('P0002',
      format('order "%s" of "%s" does not exist', order_key, upkeep_internal.table_name(orders)),
      'Pass the key of an order that is there, with the tenant_column as JSON: ''[7, 42]''.');
  END IF;
  RETURN found;
END $$;

-- The keys of the orders that are open to the writer: what he has opened himself, and to the owner of orders or lines
-- all that somebody has. The number alone does not tell: a database that was restored counts its transactions anew.
CREATE FUNCTION upkeep_internal.open_orders(orders regclass, lines regclass)
RETURNS text[] STABLE LANGUAGE sql AS $$
  SELECT coalesce(array_agg(c.order_key), '{}')
  FROM upkeep.order_corrections c, upkeep_internal.writer() w(writer)
  WHERE c.txid = pg_current_xact_id_if_assigned()::text::bigint AND c.opened_at = now()
    AND c.orders IN (SELECT upkeep_internal.with_ancestors(open_orders.orders))
    AND (c.role = w.writer OR current_setting('upkeep.corrected_in', true) = upkeep_internal.client_statement()
         OR w.writer IN (SELECT pg_get_userbyid(t.relowner) FROM pg_class t WHERE t.oid IN (orders, lines)))
$$;
