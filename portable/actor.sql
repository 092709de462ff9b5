-- Who acts, and why, as the application says: what rows that tell of a change keep beside the role.

CREATE FUNCTION upkeep.set_actor(…) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM upkeep_internal.require_length('upkeep.actor', actor, 256, 'Use the name or the key of the user.'),
    upkeep_internal.require_length('upkeep.reason', reason, 1000, 'Use the number of a ticket, or a sentence.'),
    set_config('upkeep.actor', coalesce(actor, ''), true), set_config('upkeep.reason', coalesce(reason, ''), true);
END $$;

-- NULL where nobody is said to act. Without a C module a setting takes any text.
CREATE FUNCTION upkeep_internal.actor()
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
  actor constant text := nullif(current_setting('upkeep.actor', true), '');
BEGIN
  PERFORM upkeep_internal.require_length('upkeep.actor', actor, 256, 'Use the name or the key of the user.');
  RETURN actor;
END $$;

CREATE FUNCTION upkeep_internal.require_length(setting text, value text, most int, hint text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF octet_length(value) > most THEN
    PERFORM upkeep_internal.fail('22023', format('invalid value for parameter "%s": "%s"', setting, value), hint,
      format('It has more than %s bytes.', most));
  END IF;
END $$;
