-- upkeep.erase: a person's values leave the past; what they were shows no more, that they were still does.
CREATE SCHEMA erased;
GRANT USAGE, CREATE ON SCHEMA erased TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA erased TO regress_upkeep_other;
SET ROLE regress_upkeep_owner;
CREATE TABLE erased.customers (id int PRIMARY KEY, email text, phone text, note jsonb, age int);
SELECT upkeep.enable_history('erased.customers', digest_columns => '{phone}');
INSERT INTO erased.customers VALUES (1, 'a@b.c', '123', '{"digest": 1}', 30), (2, 'd@e.f', '456', NULL, 40);
UPDATE erased.customers SET email = 'g@h.i', age = 31 WHERE id = 1;
UPDATE erased.customers SET email = NULL WHERE id = 1;
RESET ROLE;

-- what is there: values, and digests that depend on the key of the database
CREATE FUNCTION erased.entries(of int) RETURNS TABLE (action text, key jsonb, before text, after text, reason text)
  LANGUAGE sql AS $$
  SELECT action, key, regexp_replace(before::text, '[0-9a-f]{64}', '…', 'g'),
    regexp_replace(after::text, '[0-9a-f]{64}', '…', 'g'), reason
  FROM upkeep.history WHERE target = 'erased.customers'::regclass AND (key ->> 'id')::int = of ORDER BY id $$;
SELECT * FROM erased.entries(1);
SELECT upkeep.seal_history() >= 4 AS sealed;

-- columns of the key, no reason, none of the columns, another's table
SELECT f.* FROM unnest(ARRAY['''{"id": 1}'', ''{id}'', ''why''', '''{"id": 1}'', ''{email}'', NULL',
  '''{"id": 1}'', ''{email}'', '' ''', '''{"id": 1}'', ''{}'', ''why''', '''{"id": 1}'', NULL, ''why''',
  '''{"nr": 1}'', ''{email}'', ''why''', '''{"id": 1}'', ''{fax}'', ''why''', 'NULL, ''{email}'', ''why''']) a,
  failure('SELECT upkeep.erase(''erased.customers'', ' || a || ')') f;
SET ROLE regress_upkeep_other;
SELECT * FROM failure('SELECT upkeep.erase(''erased.customers'', ''{"id": 1}'', ''{email}'', ''why'')');
RESET ROLE;
SELECT * FROM failure('SELECT upkeep.erase(''upkeep.history'', ''{"id": 1}'', ''{email}'', ''why'')');

-- by the owner; the row itself stays, and so do the other rows
SET ROLE regress_upkeep_owner;
SELECT upkeep.erase('erased.customers', '{"id": "1"}', '{email, note, phone}', 'Art. 17 GDPR');
-- a second time there is nothing left
SELECT upkeep.erase('erased.customers', '{"id": 1}', '{email}', 'again');
RESET ROLE;
SELECT * FROM erased.entries(1);
SELECT * FROM erased.entries(2);
TABLE erased.customers ORDER BY id;
SELECT count(*) FROM upkeep.history_entries WHERE before::text LIKE '%a@b.c%' OR after::text LIKE '%a@b.c%';
-- seals stay valid; an erased digest is the digest itself
SELECT * FROM upkeep.verify_history();
SELECT count(DISTINCT after -> 'phone') FROM upkeep.history
  WHERE target = 'erased.customers'::regclass AND action = 'insert' AND key = '{"id": 1}';
-- what is left is the keyed digest of the value
SELECT e.after -> 'email' ->> 'erased' = encode(sha256(
    decode(string_agg(lpad(to_hex(get_byte(k.padded, n) # 92), 2, '0'), '' ORDER BY n), 'hex') ||
    sha256(decode(string_agg(lpad(to_hex(get_byte(k.padded, n) # 54), 2, '0'), '' ORDER BY n), 'hex') ||
      convert_to(e.id || E'\nafter\nemail\n"a@b.c"', 'UTF8'))), 'hex') AS is_hmac
FROM upkeep.history e, (SELECT key || decode(repeat('00', 32), 'hex') FROM upkeep.history_keys) k(padded),
  generate_series(0, 63) n
WHERE e.target = 'erased.customers'::regclass AND e.action = 'insert' AND e.key = '{"id": 1}'
GROUP BY e.id, e.after;

-- under the names and the keys that there were: renamed and dropped columns, another key
SET ROLE regress_upkeep_owner;
UPDATE erased.customers SET id = 3 WHERE id = 2;
ALTER TABLE erased.customers RENAME email TO mail;
ALTER TABLE erased.customers RENAME id TO number;
ALTER TABLE erased.customers DROP age;
UPDATE erased.customers SET mail = 'j@k.l' WHERE number = 3;
DELETE FROM erased.customers WHERE number = 3;
SELECT upkeep.erase('erased.customers', '{"number": 3}', '{mail, age}', 'a dropped column too');
RESET ROLE;
SELECT action, key, regexp_replace(before::text, '[0-9a-f]{64}', '…', 'g') AS before,
  regexp_replace(after::text, '[0-9a-f]{64}', '…', 'g') AS after
FROM upkeep.history WHERE target = 'erased.customers'::regclass AND key IN ('{"id": 2}', '{"id": 3}', '{"number": 3}')
ORDER BY id;
SELECT count(*) FROM upkeep.history_entries WHERE before::text ~ 'd@e.f|j@k.l' OR after::text ~ 'd@e.f|j@k.l';
SELECT * FROM upkeep.verify_history();

-- somebody who forces row security on the owner too
SET ROLE regress_upkeep_owner;
CREATE POLICY nobody ON erased.customers USING (false);
ALTER TABLE erased.customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT upkeep.erase('erased.customers', '{"number": 1}', '{age}', 'hidden rows too');
RESET ROLE;

-- a row that is deleted softly is emptied, a live one is not
SET ROLE regress_upkeep_owner;
CREATE TABLE erased.users (id int PRIMARY KEY, email text, name text NOT NULL, deleted_at timestamptz,
  upper text GENERATED ALWAYS AS (upper(email)) STORED);
SELECT upkeep.enable_history('erased.users'), upkeep.enable_soft_delete('erased.users');
INSERT INTO erased.users VALUES (1, 'a@b.c', 'Ann'), (2, 'd@e.f', 'Dan');
UPDATE erased.users SET deleted_at = now() WHERE id = 1;
SELECT upkeep.erase('erased.users', jsonb_build_object('id', n), '{email}', 'asked for') FROM generate_series(1, 2) n;
SELECT id, email, upper, name, deleted_at IS NOT NULL AS is_deleted FROM erased.users ORDER BY id;
SELECT action, before ? 'email' AS before, after ? 'email' AS after,
  coalesce(before ->> 'email', '') || coalesce(after ->> 'email', '') LIKE '%@%' AS is_left
FROM upkeep.history WHERE target = 'erased.users'::regclass AND key = '{"id": 1}' ORDER BY id;
-- its stamp says that it is deleted
SELECT * FROM failure('SELECT upkeep.erase(''erased.users'', ''{"id": 1}'', ''{email,deleted_at}'', ''asked for'')');
-- what must not be NULL
SELECT state, message FROM failure('SELECT upkeep.erase(''erased.users'', ''{"id": 1}'', ''{name}'', ''asked for'')');
RESET ROLE;

-- nobody changes entries otherwise
SELECT f.* FROM unnest(ARRAY['UPDATE upkeep.history_entries SET actor = ''x''', 'DELETE FROM upkeep.history_entries',
  'TRUNCATE upkeep.history_entries', 'TRUNCATE upkeep.' || to_char(now() AT TIME ZONE 'UTC', '"history_"YYYY_MM')]) c,
  failure(c) f (state, message) WHERE f.message !~ '_[0-9]{4}_' OR f.state <> '42501';
SELECT state FROM failure('DELETE FROM upkeep.' || to_char(now() AT TIME ZONE 'UTC', '"history_"YYYY_MM'));
SELECT * FROM failure('CREATE TABLE erased.t (); CREATE TRIGGER t BEFORE TRUNCATE ON erased.t
  EXECUTE FUNCTION upkeep_internal.refuse_history_change(); TRUNCATE erased.t');
DROP SCHEMA erased CASCADE;
