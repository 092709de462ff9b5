-- upkeep.recalculate: puts the figures of a table right, batch by batch.

-- It commits, so it can have no search_path of its own: every name is qualified.
CREATE PROCEDURE upkeep.recalculate(…) LANGUAGE plpgsql AS $$
DECLARE
  member pg_catalog.regclass;
  arguments pg_catalog.text[];
  line pg_catalog.record;
  wrong pg_catalog.tid[] := '{}';
  rows_total pg_catalog.int8;
  rows_done pg_catalog.int8 := 0;
  rows_changed pg_catalog.int8 := 0;
  in_batch pg_catalog.int4;
  batches pg_catalog.int8 := 0;
BEGIN
  PERFORM upkeep_internal.require_batch(target, batch_size);
  rows_total := upkeep_internal.count_rows(target, tenant, from_date, to_date);
  PERFORM upkeep_internal.show_progress(target, rows_total, 0, 0, 0);
  COMMIT;
  FOR member IN SELECT m FROM upkeep_internal.tables_of(target) m LOOP
    arguments := upkeep_internal.metrics_arguments(member);
    in_batch := 0;
    FOR line IN EXECUTE upkeep_internal.recalculation_query(member, arguments, tenant, from_date, to_date)
        USING tenant, from_date, to_date LOOP
      in_batch := in_batch [+] 1;
      IF line.is_right IS NOT TRUE THEN
        wrong := wrong [||] line.place;
      END IF;
      IF in_batch [=] batch_size THEN
        rows_done := rows_done [+] in_batch;
        rows_changed := rows_changed [+] upkeep_internal.write_rows(member, arguments, wrong);
        batches := batches [+] 1;
        PERFORM upkeep_internal.show_progress(target, rows_total, rows_done, rows_changed, batches);
        COMMIT;
        RAISE NOTICE 'recalculated "%": % of % rows, % changed', upkeep_internal.table_name(target), rows_done,
          rows_total, rows_changed;
        PERFORM upkeep_internal.require_recalculable(target);
        wrong := '{}';
        in_batch := 0;
      END IF;
    END LOOP;
    IF in_batch [>] 0 THEN
      rows_done := rows_done [+] in_batch;
      rows_changed := rows_changed [+] upkeep_internal.write_rows(member, arguments, wrong);
      batches := batches [+] 1;
      PERFORM upkeep_internal.show_progress(target, rows_total, rows_done, rows_changed, batches);
      COMMIT;
      RAISE NOTICE 'recalculated "%": % of % rows, % changed', upkeep_internal.table_name(target), rows_done,
        rows_total, rows_changed;
      wrong := '{}';
    END IF;
  END LOOP;
  PERFORM upkeep_internal.end_progress();
END $$;

CREATE FUNCTION upkeep_internal.require_batch(target regclass, batch_size int)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_value(target, 'target'), upkeep_internal.require_value(batch_size, 'batch_size');
  IF batch_size < 1 THEN
    PERFORM upkeep_internal.fail('22023', 'batch_size must be at least 1', 'Leave it out for 10000.');
  END IF;
  PERFORM upkeep_internal.require_no_transaction_block('recalculate', 'It commits each batch.');
  PERFORM upkeep_internal.require_own_kind(target, 'recalculate');
  PERFORM upkeep_internal.require_recalculable(target);
END $$;

-- It is the trigger that computes.
CREATE FUNCTION upkeep_internal.require_recalculable(target regclass)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  disabled name;
  is_paused boolean;
BEGIN
  PERFORM upkeep_internal.require_owner(target), upkeep_internal.metrics_arguments(target);
  SELECT t.name INTO disabled FROM upkeep_internal.triggers t
  WHERE t.object = target AND t.feature = 'metrics' AND t.enabled = 'D';
  is_paused := coalesce(current_setting('upkeep.pause', true), '') <> ''
    AND coalesce(upkeep_internal.mark('metrics', target, 0) = 'paused', false);
  IF is_paused OR disabled IS NOT NULL THEN
    PERFORM upkeep_internal.fail('55000', CASE WHEN is_paused THEN 'metrics are paused'
        ELSE format('trigger "%s" of table "%s" is disabled', disabled, upkeep_internal.table_name(target)) END,
      CASE WHEN is_paused THEN 'RESET upkeep.pause;'
        ELSE format('ALTER TABLE %s ENABLE TRIGGER %I;', upkeep_internal.qualified(target), disabled) END,
      'The trigger would compute nothing.');
  END IF;
END $$;

CREATE FUNCTION upkeep_internal.count_rows(target regclass, tenant text, from_date date, to_date date)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  member regclass;
  counted bigint;
  total bigint := 0;
BEGIN
  FOR member IN SELECT * FROM upkeep_internal.tables_of(target) LOOP
    PERFORM upkeep_internal.require_all_rows(member);
    EXECUTE format('SELECT count(*) FROM ONLY %s t %s', upkeep_internal.qualified(member),
        upkeep_internal.scan_condition(member, upkeep_internal.read_options('metrics',
          upkeep_internal.metrics_arguments(member)), tenant, from_date, to_date))
      INTO counted USING tenant, from_date, to_date;
    total := total + counted;
  END LOOP;
  RETURN total;
END $$;

-- A row for each, with its place and whether its figures are right.
CREATE FUNCTION upkeep_internal.recalculation_query(target regclass, arguments text[], tenant text, from_date date,
                                                    to_date date)
RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('SELECT place, CASE WHEN is_short THEN is_right '
      'ELSE NOT upkeep_internal.is_wrong(%L, %L, numbers, stored) END AS is_right FROM (%s) r', target::oid, arguments,
    upkeep_internal.scan_query(target, arguments, upkeep_internal.scan_condition(target,
      upkeep_internal.read_options('metrics', arguments), tenant, from_date, to_date), true));
END $$;

CREATE FUNCTION upkeep_internal.is_wrong(target regclass, arguments text[], numbers numeric[], stored numeric[])
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  plan record;
BEGIN
  SELECT * INTO plan FROM upkeep_internal.metrics_plan(target, arguments);
  RETURN EXISTS (SELECT FROM upkeep_internal.row_findings(target, plan.metrics, plan.settings, plan.raises, numbers,
                                                          stored, NULL) f WHERE f.differs);
END $$;

-- Writes them; the trigger computes them. A row that others have written meanwhile is right by their write.
CREATE FUNCTION upkeep_internal.write_rows(target regclass, arguments text[], places tid[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  before text;
  plan record;
  written bigint;
BEGIN
  IF places = '{}' THEN
    RETURN 0;
  END IF;
  SELECT * INTO plan FROM upkeep_internal.metrics_plan(target, arguments);
  before := upkeep_internal.begin_own(
    CASE plan.options ->> 'touch_updated_at' WHEN 'false' THEN 'quiet' ELSE 'derived' END);
  EXECUTE format('UPDATE ONLY %s t SET %I = t.%2$I WHERE t.ctid = ANY ($1)', upkeep_internal.qualified(target),
                 plan.metrics[1] ->> 'target') USING places;
  GET DIAGNOSTICS written = ROW_COUNT;
  PERFORM upkeep_internal.end_own(before);
  RETURN written;
END $$;

-- What is running, and what an error or a crash has cut off, until that backend recalculates again.
CREATE TABLE IF NOT EXISTS upkeep_internal.running (
  pid int PRIMARY KEY,
  role oid NOT NULL,
  object regclass NOT NULL,
  rows_total bigint NOT NULL,
  rows_done bigint NOT NULL,
  rows_changed bigint NOT NULL,
  batches bigint NOT NULL
);
COMMENT ON TABLE upkeep_internal.running IS 'What upkeep.progress shows, with what was cut off.';

-- Runs as the installer, for any owner of a table. A procedure that commits is called by the role that is set.
CREATE FUNCTION upkeep_internal.show_progress(target regclass, total bigint, done bigint, changed bigint,
                                              batches bigint)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  -- Where nothing may be written nothing is wrong, or the first row to be written says so.
  IF current_setting('transaction_read_only') = 'on' OR NOT pg_has_role(upkeep_internal.writer(),
       (SELECT relowner FROM pg_class WHERE oid = target), 'USAGE') THEN
    RETURN;
  END IF;
  INSERT INTO upkeep_internal.running (pid, role, object, rows_total, rows_done, rows_changed, batches)
  VALUES (pg_backend_pid(), (SELECT relowner FROM pg_class WHERE oid = target), target, total, done, changed,
          show_progress.batches)
  ON CONFLICT (pid) DO UPDATE SET role = excluded.role, object = excluded.object, rows_total = excluded.rows_total,
    rows_done = excluded.rows_done, rows_changed = excluded.rows_changed, batches = excluded.batches;
END $$;

CREATE FUNCTION upkeep_internal.end_progress()
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF current_setting('transaction_read_only') = 'off' THEN
    DELETE FROM upkeep_internal.running WHERE pid = pg_backend_pid();
  END IF;
END $$;

CREATE VIEW upkeep.progress AS
SELECT r.pid, r.object, r.rows_total, r.rows_done, r.rows_changed, r.batches
FROM upkeep_internal.running r
WHERE (pg_has_role(r.role, 'USAGE') OR pg_has_role('pg_read_all_stats', 'USAGE'))
  AND EXISTS (SELECT FROM pg_stat_activity a
              WHERE a.pid = r.pid AND (a.query ~* 'recalculate' OR a.query = '<insufficient privilege>')
                AND a.state IS DISTINCT FROM 'idle');
