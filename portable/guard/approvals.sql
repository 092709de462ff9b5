-- upkeep.confirm_drop and allow_drop: a table, a column or a schema may be lost, once. The rows stand in a table, so
-- that they follow transactions and savepoints by themselves.

CREATE FUNCTION upkeep.confirm_drop(…) LANGUAGE plpgsql SET search_path FROM CALLER AS $$
BEGIN
  PERFORM upkeep_internal.require_value(object, 'object');
  IF expect_rows OPERATOR(pg_catalog.<) 0 THEN
    PERFORM upkeep_internal.fail('22023', 'expect_rows must not be negative',
      'Leave it out to allow any number of rows.');
  END IF;
  PERFORM upkeep_internal.approve(object, pg_catalog.to_regclass(upkeep_internal.first_part(object)),
                                  expect_rows => expect_rows);
END $$;

CREATE FUNCTION upkeep.allow_drop(…) LANGUAGE plpgsql SET search_path FROM CALLER AS $$
BEGIN
  PERFORM upkeep_internal.require_value(object, 'object');
  IF ttl IS NULL THEN
    PERFORM upkeep_internal.fail('22004', 'ttl must not be NULL', 'Say how long it may take: ''10 minutes''.');
  ELSIF ttl OPERATOR(pg_catalog.<=) '0'::pg_catalog.interval THEN
    PERFORM upkeep_internal.fail('22023', 'ttl must be greater than zero', 'Say how long it may take: ''10 minutes''.');
  END IF;
  PERFORM upkeep_internal.approve(object, pg_catalog.to_regclass(upkeep_internal.first_part(object)), ttl => ttl);
END $$;

-- As to_regclass reads it; NULL where that would not read it.
CREATE FUNCTION upkeep_internal.first_part(object text)
RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT quote_ident((upkeep_internal.split_object(object))[1]) $$;

-- Without a ttl, for this transaction. Runs as the installer, who owns the approvals, and so makes sure itself that the
-- caller may drop it.
CREATE FUNCTION upkeep_internal.approve(object text, in_path oid, expect_rows bigint DEFAULT NULL,
                                        ttl interval DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  named record;
BEGIN
  SELECT * INTO named FROM upkeep_internal.resolve_object(object, in_path);
  PERFORM upkeep_internal.require_rights(named.catalog, named.id);
  PERFORM upkeep_internal.clean_up_approvals();
  INSERT INTO upkeep.drop_approvals (catalog, object, column_name, transaction, expires, expect_rows)
  VALUES (named.catalog, named.id, named.column_name, CASE WHEN ttl IS NULL THEN pg_current_xact_id() ELSE '0' END,
          coalesce(clock_timestamp() + ttl, 'infinity'), approve.expect_rows)
  ON CONFLICT ON CONSTRAINT drop_approvals_pkey DO UPDATE
    SET expires = excluded.expires, expect_rows = excluded.expect_rows, approved_by = excluded.approved_by;
END $$;

-- Those of transactions that are over, and those that have expired. What another session is about to take is left
-- alone.
CREATE FUNCTION upkeep_internal.clean_up_approvals()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RETURN;
  END IF;
  DELETE FROM upkeep.drop_approvals a
  USING (SELECT d.ctid AS place
         FROM upkeep.drop_approvals d
         WHERE d.expires < clock_timestamp()
           OR d.transaction <> '0' AND d.transaction < pg_snapshot_xmin(pg_current_snapshot())
         FOR UPDATE SKIP LOCKED) o
  WHERE a.ctid = o.place;
END $$;

-- Uses up the approval of a table, a column or a schema. A transaction that is rolled back, or a savepoint, gives it
-- back. name: NULL where there is none.
CREATE FUNCTION upkeep_internal.take_approval(
  catalog regclass,
  object oid,
  column_name name,
  OUT name text,
  OUT expect_rows bigint
) LANGUAGE plpgsql AS $$
BEGIN
  -- A confirmation of this transaction goes before what may serve another.
  DELETE FROM upkeep.drop_approvals d
  WHERE (d.catalog, d.object, d.column_name, d.transaction) = (
    SELECT a.catalog, a.object, a.column_name, a.transaction
    FROM upkeep.drop_approvals a
    WHERE a.catalog = take_approval.catalog AND a.object = take_approval.object
      AND a.column_name = take_approval.column_name AND a.expires > clock_timestamp()
      AND a.transaction IN ('0', pg_current_xact_id())
    ORDER BY a.transaction DESC
    LIMIT 1)
  RETURNING CASE d.transaction WHEN '0' THEN 'allow_drop' ELSE 'confirm_drop' END, d.expect_rows
  INTO name, expect_rows;
END $$;
