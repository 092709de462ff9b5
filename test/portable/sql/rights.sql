-- Whose rights are used: what runs as the role that loaded pg_upkeep runs no code of others, and tells them nothing.
-- The role that loads it may act for regress_upkeep_owner, which may not act for it.
CREATE SCHEMA rights;
GRANT ALL ON SCHEMA rights TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA rights TO regress_upkeep_other;
SET search_path = rights, public;
SET client_min_messages = warning;
CREATE FUNCTION tell_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE WARNING 'a trigger of "%" runs as %', TG_TABLE_NAME, current_user;
  RETURN NEW;
END $$;

-- Somebody else's tables: settings are followed by nobody's code but their own.
SET ROLE regress_upkeep_owner;
CREATE TABLE their_settings (shop_id int PRIMARY KEY, ratio numeric);
CREATE TABLE theirs (shop_id int, a int, m numeric);
INSERT INTO their_settings VALUES (1, 2);
INSERT INTO theirs VALUES (1, 5);
CREATE TRIGGER code BEFORE UPDATE ON theirs FOR EACH ROW EXECUTE FUNCTION tell_rights();
SELECT state, message, hint FROM failure($$
  SELECT upkeep.enable_metrics('theirs', ARRAY['m = a * settings.ratio'], 'their_settings',
    on_settings_change => 'recalculate')
$$);
-- Made by hand: the same, when the settings change.
CREATE TRIGGER by_hand BEFORE INSERT OR UPDATE ON theirs FOR EACH ROW EXECUTE FUNCTION
  upkeep.metrics('formula=m = a * settings.ratio', 'settings=their_settings', 'on_settings_change=recalculate');
CREATE TRIGGER follow AFTER INSERT OR UPDATE OR DELETE ON their_settings FOR EACH ROW
  EXECUTE FUNCTION upkeep.metrics_settings();
SELECT state, message FROM failure('UPDATE their_settings SET ratio = 3');
DROP TRIGGER by_hand ON theirs;
-- Figures that stay when the settings change need no trust: the writer reads the settings.
SELECT upkeep.enable_metrics('theirs', ARRAY['m = a * settings.ratio'], 'their_settings');
INSERT INTO theirs VALUES (1, 6) RETURNING m;
GRANT INSERT ON theirs TO regress_upkeep_other;
GRANT SELECT (shop_id) ON their_settings TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT * FROM failure('INSERT INTO rights.theirs VALUES (1, 7)');
SET ROLE regress_upkeep_owner;
GRANT SELECT, UPDATE ON their_settings TO regress_upkeep_other;
GRANT SELECT (m) ON theirs TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
INSERT INTO theirs VALUES (1, 7) RETURNING m;
RESET ROLE;

-- An operator that is found by its name may be anybody's.
CREATE TYPE tenant AS ENUM ('a', 'b');
GRANT USAGE ON TYPE tenant TO PUBLIC;
SET ROLE regress_upkeep_owner;
CREATE FUNCTION equal(tenant, tenant) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE WARNING 'an operator runs as %', current_user;
  RETURN true;
END $$;
CREATE OPERATOR = (LEFTARG = tenant, RIGHTARG = tenant, FUNCTION = equal);
RESET ROLE;
CREATE TABLE settings (shop_id tenant PRIMARY KEY, ratio numeric);
CREATE TABLE ours (shop_id tenant, a int, m numeric, version int DEFAULT 0);
INSERT INTO settings VALUES ('a', 2), ('b', 3);
SELECT upkeep.enable_metrics('ours', ARRAY['m = a * settings.ratio'], 'settings',
  on_settings_change => 'recalculate');
INSERT INTO ours VALUES ('b', 5) RETURNING m;

-- Our own tables: a writer needs no rights on the settings, and whoever changes those none on the table.
GRANT INSERT, SELECT (m, a), UPDATE (a) ON ours TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = rights, public;
INSERT INTO ours VALUES ('a', 6) RETURNING m;
SELECT * FROM settings;
UPDATE ours SET a = 7 WHERE a = 6 RETURNING m;
RESET ROLE;
SELECT has_table_privilege('regress_upkeep_owner', 'ours', 'UPDATE') AS may_write;
GRANT SELECT, UPDATE ON settings TO regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
UPDATE settings SET ratio = 10 WHERE shop_id OPERATOR(pg_catalog.=) 'a';
RESET ROLE;
SELECT a, m FROM ours ORDER BY a;

-- Calls out of place. A trigger of one's own is not enough, nor are forged arguments.
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE pronamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace) AND prosecdef
   AND NOT proconfig @> '{search_path=pg_catalog\, pg_temp}' AND NOT proconfig @> '{"search_path=pg_catalog, pg_temp"}';
REVOKE ALL ON ours FROM regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT state, message FROM failure($$
  SELECT upkeep_internal.read_settings_for_writer('ours', 'zz_upkeep_metrics', '{"shop_id": "a"}', false, NULL)
$$);
CREATE TEMP TABLE own (x int);
CREATE FUNCTION pg_temp.ask() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  asked record;
BEGIN
  FOR asked IN SELECT f.* FROM unnest(ARRAY[
      $q$SELECT upkeep_internal.read_settings_for_writer('ours', 'zz_upkeep_metrics', '{"shop_id": "a"}', false,
                                                         NULL)$q$,
      $q$SELECT upkeep_internal.read_settings_for_writer('theirs', 'x', '{"shop_id": 1}', false, NULL)$q$,
      $q$SELECT upkeep_internal.follow_settings('settings', NULL, NULL)$q$,
      $q$SELECT upkeep_internal.compute_again('ours', 'settings', 'm', false, NULL, 'shop_id', 'true')$q$
    ]) q, public.failure(q) f LOOP
    RAISE WARNING '% %', asked.state, asked.message;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER ask AFTER INSERT ON own FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.ask();
INSERT INTO own VALUES (1);
-- A table of one's own with our trigger, which names somebody's settings or is named by nobody.
CREATE TEMP TABLE spy (shop_id rights.tenant, a int, m numeric);
CREATE TRIGGER spy BEFORE INSERT ON spy FOR EACH ROW EXECUTE FUNCTION
  upkeep.metrics('formula=m = a * settings.ratio', 'settings=rights.settings');
SELECT state, message FROM failure('INSERT INTO spy VALUES (''a'', 1)');
CREATE TRIGGER follow AFTER INSERT ON spy FOR EACH ROW EXECUTE FUNCTION upkeep.metrics_settings();
DROP TRIGGER spy ON spy;
INSERT INTO spy VALUES ('a', 1);
RESET ROLE;

-- A function of an application that runs as its owner: with the rights of that owner where they are enough, else with
-- those of the role that has logged in.
CREATE FUNCTION add_ours(a int) RETURNS numeric LANGUAGE sql SECURITY DEFINER SET search_path = rights AS $$
  INSERT INTO ours VALUES ('a', a) RETURNING m
$$;
CREATE FUNCTION set_ratio(value numeric) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = rights AS $$
  UPDATE settings SET ratio = value WHERE shop_id OPERATOR(pg_catalog.=) 'a'
$$;
GRANT INSERT, SELECT ON ours TO regress_upkeep_owner;
REVOKE ALL ON settings FROM regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE FUNCTION add_for_others(a int) RETURNS numeric LANGUAGE sql SECURITY DEFINER SET search_path = rights AS $$
  INSERT INTO ours VALUES ('a', a) RETURNING m
$$;
SET ROLE regress_upkeep_other;
SELECT add_ours(8);
SELECT set_ratio(4);
SELECT * FROM failure('SELECT add_for_others(9)');
RESET ROLE;
SELECT a, m FROM ours ORDER BY a;
GRANT SELECT, UPDATE ON settings TO regress_upkeep_owner;
SET ROLE regress_upkeep_other;
SELECT add_for_others(9);
RESET ROLE;

-- upkeep.check() runs no checks of others' domains.
SET ROLE regress_upkeep_owner;
CREATE FUNCTION is_fine(numeric) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'regress_upkeep_owner' THEN
    RAISE WARNING 'a domain is checked as %', current_user;
  END IF;
  RETURN true;
END $$;
CREATE DOMAIN fine AS numeric CHECK (is_fine(VALUE));
CREATE TABLE of_domain (a int, m fine);
SELECT upkeep.enable_metrics('of_domain', ARRAY['m = a * 2']);
INSERT INTO of_domain VALUES (1), (2);
ALTER TABLE of_domain DISABLE TRIGGER USER;
UPDATE of_domain SET m = 5 WHERE a = 1;
ALTER TABLE of_domain ENABLE TRIGGER USER;
SELECT finding FROM upkeep.check() WHERE object = 'of_domain'::regclass;
RESET ROLE;
SELECT finding FROM upkeep.check() WHERE object = 'of_domain'::regclass;
SELECT upkeep.disable_all('disable');
DROP OWNED BY regress_upkeep_owner, regress_upkeep_other;
GRANT CREATE ON SCHEMA public TO regress_upkeep_owner;
DROP SCHEMA rights CASCADE;
