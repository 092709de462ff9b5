-- Where ALTER TABLE gives lines another primary key, what is remembered of them is found by the old one. No event
-- trigger tells of that here: writing to the lines is an error until stock is enabled anew, which has it follow.

-- numbers: of the columns, which a rename does not change; names, which a dump keeps. kinds: types of which equal
-- values have the same text in a key.
CREATE TABLE IF NOT EXISTS upkeep_internal.stock_keys (
  order_items regclass PRIMARY KEY,
  numbers int2[] NOT NULL,
  names text[] NOT NULL,
  kinds text[] NOT NULL
);
COMMENT ON TABLE upkeep_internal.stock_keys IS 'The primary keys by which upkeep.stock_taken remembers lines.';

CREATE FUNCTION upkeep_internal.stock_key_now(target regclass, OUT numbers int2[], OUT names text[], OUT kinds text[])
STABLE LANGUAGE plpgsql AS $$
BEGIN
  SELECT array_agg(a.attnum ORDER BY k.place), array_agg(a.attname::text ORDER BY k.place), array_agg(
    CASE WHEN b.base = ANY ('{smallint,integer,bigint}'::regtype[]) THEN 'numeric'
      WHEN b.base = ANY ('{varchar,bpchar,name}'::regtype[]) THEN 'text' ELSE b.base::text END ORDER BY k.place)
    INTO numbers, names, kinds
  FROM unnest(upkeep_internal.primary_key_of(target)) WITH ORDINALITY k(name, place)
  JOIN pg_attribute a ON a.attrelid = target AND a.attname = k.name
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b;
END $$;

-- Where no key was noted, as after a dump of the C++ edition, it is the one that is there.
CREATE FUNCTION upkeep_internal.has_noted_key(lines regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN NOT EXISTS (
    SELECT FROM upkeep_internal.stock_keys k, upkeep_internal.stock_key_now(lines) now
    WHERE k.order_items = lines
      AND (k.kinds = now.kinds AND (k.numbers = now.numbers OR k.names = now.names)) IS NOT TRUE);
END $$;

CREATE FUNCTION upkeep_internal.note_stock_key(lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM upkeep_internal.stock_keys k WHERE k.order_items = lines;
  INSERT INTO upkeep_internal.stock_keys (order_items, numbers, names, kinds)
  SELECT lines, now.* FROM upkeep_internal.stock_key_now(lines) now;
END $$;

CREATE FUNCTION upkeep_internal.is_remembered(lines regclass)
RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT FROM upkeep.stock_taken t WHERE t.order_items = lines);
END $$;

-- For a statement on the lines that no branch knows.
CREATE FUNCTION upkeep_internal.require_noted_key(lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF upkeep_internal.has_noted_key(lines) THEN
    RETURN;
  ELSIF upkeep_internal.is_remembered(lines) THEN
    PERFORM upkeep_internal.fail('55000', format('table "%s" has got another primary key since stock was enabled',
        upkeep_internal.table_name(lines)),
      format('Call upkeep.enable_stock for %s again: what its lines have taken follows.',
             upkeep_internal.qualified(lines)));
  END IF;
  PERFORM upkeep_internal.note_stock_key(lines);
END $$;

-- For enabling. is_enabled: until now. What is remembered of lines that stock does not look after is not needed, and
-- must not get in their owner's way.
CREATE FUNCTION upkeep_internal.follow_stock_key(lines regclass, is_enabled boolean)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upkeep_internal.has_noted_key(lines) AND upkeep_internal.is_remembered(lines) THEN
    BEGIN
      PERFORM upkeep_internal.rekey_stock(lines);
    EXCEPTION WHEN OTHERS THEN
      IF is_enabled THEN
        RAISE;
      END IF;
      DELETE FROM upkeep.stock_taken t WHERE t.order_items = lines;
      RAISE NOTICE USING
        MESSAGE = format('what the lines of "%s" have taken from stock is forgotten',
                         upkeep_internal.table_name(lines)),
        DETAIL = 'It cannot follow their new primary key, and stock is not enabled for them.';
    END;
  END IF;
  PERFORM upkeep_internal.note_stock_key(lines);
END $$;

-- Every line must be found, and two of them may exchange their keys.
CREATE FUNCTION upkeep_internal.rekey_stock(lines regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  old_columns constant text[] := upkeep_internal.noted_columns(lines);
BEGIN
  IF old_columns IS NULL THEN
    PERFORM upkeep_internal.cannot_follow(lines, 'A column of the old one is gone.');
  END IF;
  -- Under keys that no line has, the old ones are out of the way of the new.
  UPDATE upkeep.stock_taken t SET line = 'was ' || t.line WHERE t.order_items = lines;
  EXECUTE format('UPDATE upkeep.stock_taken t SET line = %s FROM %s i WHERE t.order_items = %s AND %s',
    upkeep_internal.stock_key(lines, upkeep_internal.primary_key_of(lines), 'i'), upkeep_internal.rows_of(lines),
    lines::oid, upkeep_internal.stock_key_is(lines, old_columns, 'i', 'substr(t.line, 5)'));
  IF EXISTS (SELECT FROM upkeep.stock_taken t WHERE t.order_items = lines AND starts_with(t.line, 'was ')) THEN
    PERFORM upkeep_internal.cannot_follow(lines, 'It does not find all lines that are remembered.');
  END IF;
END $$;

-- The columns of the key that was noted, as they are called now; NULL if one is gone.
CREATE FUNCTION upkeep_internal.noted_columns(lines regclass)
RETURNS text[] STABLE LANGUAGE plpgsql AS $$
DECLARE
  noted upkeep_internal.stock_keys;
  by_number text[];
BEGIN
  SELECT * INTO noted FROM upkeep_internal.stock_keys k WHERE k.order_items = lines;
  by_number := ARRAY(
    SELECT a.attname::text FROM unnest(noted.numbers) WITH ORDINALITY u(number, place)
    JOIN pg_attribute a ON a.attrelid = lines AND a.attnum = u.number AND NOT a.attisdropped ORDER BY u.place);
  -- Columns may have been renamed; or numbered anew, by a dump and restore.
  RETURN CASE
    WHEN by_number <> noted.names AND NOT EXISTS (SELECT FROM unnest(noted.names) n
                                                  WHERE NOT upkeep_internal.has_column(lines, n)) THEN noted.names
    WHEN cardinality(by_number) = cardinality(noted.numbers) THEN by_number END;
END $$;

CREATE FUNCTION upkeep_internal.cannot_follow(lines regclass, why text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.fail('55000', format('what the lines of "%s" have taken from stock cannot follow their new '
      'primary key', upkeep_internal.table_name(lines)),
    'Keep the columns of the old key until stock is enabled anew, and do not change values by it; '
    'upkeep.check_orders() lists lines that are gone.', why);
END $$;
