-- From the arguments of an order_number trigger to a plan for its table.

-- given: the arguments of enable_order_number while that runs. is_counted: in a row of upkeep.order_counters, not by a
-- sequence. base: under any domains, text, varchar, integer or bigint. max_characters: of a varchar(n), else NULL.
-- tenant: NULL where all orders of the table have one counter.
CREATE FUNCTION upkeep_internal.order_number_plan(
  target regclass,
  arguments text[],
  given jsonb DEFAULT NULL,
  OUT options jsonb,
  OUT number_column name,
  OUT prefix text,
  OUT digits int,
  OUT is_counted boolean,
  OUT base regtype,
  OUT max_characters int,
  OUT tenant name
) STABLE LANGUAGE plpgsql AS $$
DECLARE
  number record;
BEGIN
  options := upkeep_internal.order_number_options(arguments);
  number_column := upkeep_internal.text_option('order_number', options, 'column');
  prefix := upkeep_internal.text_option('order_number', options, 'prefix');
  digits := upkeep_internal.text_option('order_number', options, 'digits');
  is_counted := coalesce(options ->> 'per_tenant', '') = 'true' OR coalesce(options ->> 'gapless', '') = 'true';
  PERFORM upkeep_internal.require_column(target, number_column, 'order_number', given);
  SELECT * INTO number FROM upkeep_internal.column_facts(target, number_column);
  base := number.base;
  PERFORM upkeep_internal.require_number_type(number, prefix);
  IF base = 'varchar'::regtype AND number.base_modifier > 4 THEN
    max_characters := number.base_modifier - 4;
  END IF;
  IF given IS NOT NULL AND options ? 'tenant_column' OR coalesce(options ->> 'per_tenant' = 'true', false) THEN
    PERFORM upkeep_internal.require_column(target, options ->> 'tenant_column', 'order_number', given);
  END IF;
  IF options ->> 'per_tenant' = 'true' THEN
    tenant := options ->> 'tenant_column';
    PERFORM upkeep_internal.require_counter_name(target, tenant);
  END IF;
END $$;

-- The options, without a look at any table.
CREATE FUNCTION upkeep_internal.order_number_options(arguments text[])
RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
  options constant jsonb := upkeep_internal.read_options('order_number', arguments);
  digits constant text := upkeep_internal.text_option('order_number', options, 'digits');
BEGIN
  IF digits !~ '^0*([1-9]|1[0-8])$' THEN
    PERFORM upkeep_internal.fail('22023', format('invalid digits of an order number: "%s"', digits),
      'Give a number from 1 to 18.');
  ELSIF options ->> 'per_tenant' = 'true' AND NOT options ? 'tenant_column' THEN
    PERFORM upkeep_internal.fail('22023', 'per_tenant needs a tenant_column',
      'Pass the column of the orders that names the tenant: tenant_column => ''shop_id''.');
  END IF;
  RETURN options;
END $$;

-- A column that is there. is_loose: values that are equal in its collation can differ.
CREATE FUNCTION upkeep_internal.column_facts(
  target regclass,
  name text,
  OUT base regtype,
  OUT base_modifier int,
  OUT declared text,
  OUT shown text,
  OUT is_generated boolean,
  OUT is_identity boolean,
  OUT is_loose boolean
) STABLE LANGUAGE sql AS $$
  SELECT b.base, b.base_modifier, format_type(a.atttypid, a.atttypmod),
    format('column "%s" of table "%s"', a.attname, upkeep_internal.table_name(target)), a.attgenerated <> '',
    a.attidentity <> '', NOT coalesce(c.collisdeterministic, true)
  FROM pg_attribute a
  CROSS JOIN LATERAL upkeep_internal.base_type(a.atttypid, a.atttypmod) b
  LEFT JOIN pg_collation c ON c.oid = a.attcollation
  WHERE a.attrelid = target AND a.attname = column_facts.name AND a.attnum > 0 AND NOT a.attisdropped
$$;

CREATE FUNCTION upkeep_internal.require_number_type(number record, prefix text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  is_integer constant boolean := number.base IN ('integer'::regtype, 'bigint'::regtype);
BEGIN
  IF is_integer AND prefix <> '' THEN
    PERFORM upkeep_internal.fail('42804', format('%s has type %s, which cannot hold an order number with a prefix',
      number.shown, number.declared), 'Pass prefix => '''', or use text or varchar.');
  ELSIF NOT is_integer AND number.base NOT IN ('text'::regtype, 'varchar'::regtype) THEN
    PERFORM upkeep_internal.fail('42804', format('%s has type %s, which cannot hold an order number', number.shown,
      number.declared),
      'Use text or varchar, or integer or bigint with prefix => '''', or a domain over one of them.');
  ELSIF number.is_generated OR is_integer AND number.is_identity THEN
    PERFORM upkeep_internal.fail('428C9', format('%s is %s column', number.shown,
      CASE WHEN number.is_generated THEN 'a generated' ELSE 'an identity' END),
      'An order number needs a column that can be written.');
  END IF;
END $$;

-- Equal values of a tenant's column have one text.
CREATE FUNCTION upkeep_internal.require_counter_name(target regclass, tenant text)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
  facts constant record := upkeep_internal.column_facts(target, tenant);
BEGIN
  IF facts.is_loose
     OR facts.base <> ALL ('{smallint,integer,bigint,uuid,text,varchar}'::regtype[]) THEN
    PERFORM upkeep_internal.fail('42804', format('%s has type %s, which cannot name a counter of order numbers',
      facts.shown, facts.declared), 'Use an integer, a uuid, or a text of a deterministic collation.');
  END IF;
END $$;

-- The sequence that a trigger names.
CREATE FUNCTION upkeep_internal.order_number_sequence(target regclass, options jsonb)
RETURNS regclass STABLE LANGUAGE plpgsql AS $$
DECLARE
  named constant text := options ->> 'sequence';
  found regclass;
BEGIN
  IF coalesce(named, '') = '' THEN
    PERFORM upkeep_internal.fail('22023', format('a trigger of order_number on table "%s" has no option "sequence"',
      upkeep_internal.table_name(target)), 'Call upkeep.enable_order_number(), or write ''sequence=schema.name'' into '
      'the trigger''s arguments.');
  END IF;
  found := upkeep_internal.find_table_beside(named, target);
  IF found IS NULL THEN
    PERFORM upkeep_internal.fail('42P01', format('sequence "%s" named by a trigger of "%s" does not exist', named,
      upkeep_internal.table_name(target)), 'Call upkeep.enable_order_number() again.');
  ELSIF NOT upkeep_internal.is_sequence(found) THEN
    PERFORM upkeep_internal.fail('42809', format('"%s", named by a trigger of "%s", is not a sequence', named,
      upkeep_internal.table_name(target)), 'Call upkeep.enable_order_number() again.');
  END IF;
  RETURN found;
END $$;

CREATE FUNCTION upkeep_internal.is_sequence(relation regclass)
RETURNS boolean STABLE LANGUAGE sql AS $$ SELECT EXISTS (SELECT FROM pg_sequence WHERE seqrelid = relation) $$;
