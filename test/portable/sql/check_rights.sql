-- upkeep.check() runs nobody's code: it reads no rows of a table whose owner the caller is more than.
CREATE SCHEMA traps;
GRANT USAGE, CREATE ON SCHEMA traps TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
CREATE FUNCTION traps.spring(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
  AS $$ BEGIN RAISE WARNING 'runs as %', current_user; RETURN 1; END $$;
SET client_min_messages = error;
CREATE TABLE traps.trap (id int, updated_at timestamptz DEFAULT now());
CREATE INDEX ON traps.trap (updated_at) WHERE traps.spring(1) = 1;
CREATE TABLE traps.root (id int, updated_at timestamptz DEFAULT now()) PARTITION BY LIST (id);
CREATE TABLE traps.root_1 PARTITION OF traps.root FOR VALUES IN (1);
CREATE INDEX ON traps.root_1 (updated_at) WHERE traps.spring(1) = 1;
SELECT upkeep.enable_updated_at('traps.trap'), upkeep.enable_updated_at('traps.root');
INSERT INTO traps.trap VALUES (1, 'infinity');
RESET client_min_messages;
RESET ROLE;
ALTER TABLE traps.root OWNER TO portable;
SELECT finding FROM upkeep.check() WHERE object::text ~ 'traps';
-- the owner is told
SET client_min_messages = error;
SET ROLE regress_upkeep_other;
SELECT finding FROM upkeep.check() WHERE object::text ~ 'traps';
RESET ROLE;
DROP SCHEMA traps CASCADE;
