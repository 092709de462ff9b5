-- A sequence that several sessions draw from while others move it, and that never goes back.
--
-- Who draws takes a lock shared, who moves takes it exclusively: otherwise numbers drawn since the mover looked at the
-- sequence would be drawn again. Both give it back at once, however they end: what is done with the sequence stays when
-- the subtransaction around it is rolled back, and the lock does not. It is on a table that nobody else may lock:
-- anyone could hold an advisory lock, and all orders would wait.

CREATE TABLE IF NOT EXISTS upkeep_internal.drawn_numbers (
  number bigint
);
COMMENT ON TABLE upkeep_internal.drawn_numbers IS
  'Locked by whoever draws the number of an order from a sequence, or moves one; always empty.';
REVOKE ALL ON TABLE upkeep_internal.drawn_numbers FROM PUBLIC;

CREATE FUNCTION upkeep_internal.draw_number(sequence regclass)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  number bigint;
BEGIN
  LOCK TABLE ONLY upkeep_internal.drawn_numbers IN ROW SHARE MODE;
  number := nextval(sequence);
  RAISE EXCEPTION USING ERRCODE = 'UK000', MESSAGE = 'the lock is given back';
EXCEPTION WHEN SQLSTATE 'UK000' THEN
  RETURN number;
END $$;

-- From now on the sequence draws nothing up to `taken`.
CREATE FUNCTION upkeep_internal.move_sequence(sequence regclass, taken bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Most numbers that somebody gives are behind it.
  IF taken IS NULL OR taken <= pg_sequence_last_value(sequence)
     AND EXISTS (SELECT FROM pg_sequence s WHERE s.seqrelid = sequence AND s.seqincrement > 0) THEN
    RETURN;
  END IF;
  LOCK TABLE ONLY upkeep_internal.drawn_numbers IN EXCLUSIVE MODE;
  PERFORM setval(sequence, moved) FROM upkeep_internal.moved_beyond(sequence, taken) moved WHERE moved IS NOT NULL;
  RAISE EXCEPTION USING ERRCODE = 'UK000', MESSAGE = 'the lock is given back';
EXCEPTION WHEN SQLSTATE 'UK000' THEN
END $$;

-- The last number of a sequence that is to draw none up to `taken`, in its own steps, up or down; NULL where it draws
-- none of those anyway, or where nothing lies beyond.
CREATE FUNCTION upkeep_internal.moved_beyond(sequence regclass, taken bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  way record;
  next constant numeric := upkeep_internal.next_of_sequence(sequence);
  distance numeric;
  moved numeric;
BEGIN
  SELECT s.seqincrement::numeric AS step, s.seqmin AS least, s.seqmax AS greatest INTO way
  FROM pg_sequence s WHERE s.seqrelid = sequence;
  distance := (taken - next) * sign(way.step);
  IF distance >= 0 THEN
    moved := next + div(distance + abs(way.step) - 1, abs(way.step)) * way.step;
  END IF;
  RETURN CASE WHEN moved + way.step BETWEEN way.least AND way.greatest THEN moved END;
END $$;

-- What it would draw next if it had no end.
CREATE FUNCTION upkeep_internal.next_of_sequence(sequence regclass)
RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
  -- NULL while nothing was drawn.
  last constant bigint := pg_sequence_last_value(sequence);
  first bigint;
BEGIN
  IF last IS NOT NULL THEN
    RETURN last::numeric + (SELECT s.seqincrement FROM pg_sequence s WHERE s.seqrelid = sequence);
  END IF;
  EXECUTE format('SELECT last_value FROM %s', upkeep_internal.qualified(sequence)) INTO first;
  RETURN first;
END $$;
