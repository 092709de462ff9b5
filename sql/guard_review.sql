-- upkeep.review of whole files: their statements in order, what they hide, and where their way back begins.
SET client_min_messages = error;
CREATE SCHEMA rv;
CREATE SCHEMA rv2;
SET search_path = rv, public;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id int PRIMARY KEY, a text, b text, n numeric);
INSERT INTO t VALUES (1, 'x', NULL, 1.5), (2, 'x', '1', 2), (3, NULL, NULL, 3);
CREATE TABLE u (id int, v text);
INSERT INTO u VALUES (1, 'v');
CREATE TABLE "Camel" (id int, "camelCase" text);
INSERT INTO "Camel" VALUES (1, 'x');
CREATE TABLE rv2.w (id int);
INSERT INTO rv2.w VALUES (1);
CREATE TABLE pr (id int, k int, old text) PARTITION BY LIST (k);
CREATE TABLE pr1 PARTITION OF pr FOR VALUES IN (1);
INSERT INTO pr VALUES (1, 1, 'x');
CREATE TABLE mother (id int, x text);
CREATE TABLE daughter () INHERITS (mother);
INSERT INTO daughter VALUES (1, 'x');
CREATE VIEW vw AS SELECT * FROM u;
CREATE SEQUENCE sq;
CREATE TABLE idt (id int GENERATED ALWAYS AS IDENTITY);
INSERT INTO idt DEFAULT VALUES;
CREATE FUNCTION danger() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION pure(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION stable() RETURNS text STABLE LANGUAGE sql AS 'SELECT current_user::text';
CREATE FUNCTION token() RETURNS text VOLATILE PARALLEL SAFE LANGUAGE sql AS 'SELECT random()::text';
CREATE PROCEDURE proc() LANGUAGE plpgsql AS 'BEGIN END';
CREATE TABLE files (n serial, file text);
INSERT INTO files (file) VALUES
('UPDATE t SET b = 0 WHERE b IS NULL; ALTER TABLE t ALTER b SET NOT NULL'),
('UPDATE t SET a = 0 WHERE id=1; ALTER TABLE t ALTER b SET NOT NULL'),
('ALTER TABLE t ALTER b SET NOT NULL'),
('ALTER TABLE t RENAME TO t2; DROP TABLE t2'),
('ALTER TABLE t RENAME TO t2; DROP TABLE t'),
('ALTER TABLE t RENAME b TO bb; ALTER TABLE t DROP COLUMN bb'),
('ALTER TABLE t RENAME b TO bb; ALTER TABLE t DROP COLUMN b'),
('ALTER SCHEMA rv RENAME TO rv9; DROP TABLE rv9.t'),
('ALTER TABLE t SET SCHEMA rv2; DROP TABLE rv2.t; DROP TABLE rv2.w'),
('CREATE TABLE nt (id int); INSERT INTO nt VALUES (1); ALTER TABLE nt DROP COLUMN id; DELETE FROM nt; TRUNCATE nt; '
  'DROP TABLE nt'),
('DROP TABLE t; CREATE TABLE t (id int, q int); ALTER TABLE t DROP COLUMN q; DROP TABLE t'),
('ALTER TABLE t ADD COLUMN c text; ALTER TABLE t ALTER c SET NOT NULL'),
('ALTER TABLE t ADD COLUMN c text; UPDATE t SET c = a; ALTER TABLE t ALTER c SET NOT NULL'),
('ALTER TABLE t ADD COLUMN c text DEFAULT 1; ALTER TABLE t ALTER c SET NOT NULL'),
('SET search_path = rv2; DROP TABLE w; DROP TABLE t'),
('SELECT pg_catalog.set_config(''search_path'', '''', false); DROP TABLE rv2.w; DROP TABLE u'),
('BEGIN; DROP TABLE t; ROLLBACK; TRUNCATE t'),
('BEGIN; DROP TABLE t; COMMIT; CREATE TABLE t(id int); TRUNCATE t'),
('BEGIN; SAVEPOINT s; ALTER TABLE t RENAME TO x; ROLLBACK TO s; DROP TABLE t; COMMIT'),
('DO $$ BEGIN DELETE FROM t; END $$; ALTER TABLE t ALTER b SET NOT NULL; DROP TABLE t'),
('SELECT danger(); SELECT pure(''x''), now(), count(*) FROM t; CALL proc(); SELECT nowhere.f(); '
  'INSERT INTO u SELECT 1, danger()'),
('WITH d AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT id, a FROM d'),
('WITH d AS (DELETE FROM t WHERE id = 1 RETURNING *) SELECT * FROM d'),
('PREPARE p AS DELETE FROM t; EXECUTE p; EXECUTE q'),
('EXPLAIN ANALYZE DELETE FROM t; EXPLAIN DELETE FROM t'),
('DROP TABLE nowhere; DROP TABLE IF EXISTS nowhere; '
  'TRUNCATE nowhere2; ALTER TABLE nowhere DROP COLUMN x, DROP COLUMN y; ALTER TABLE IF EXISTS nowhere DROP COLUMN x; '
  'ALTER TABLE t DROP COLUMN nix; ALTER TABLE t DROP COLUMN IF EXISTS nix; DELETE FROM nowhere'),
('UPDATE vw SET v = 1; UPDATE vw SET v = 1 WHERE id = 1; DROP VIEW vw'),
(E'\\set ON_ERROR_STOP on\n\\i other.sql\nDROP TABLE t;\n\\copy u from file\n'
  'SELECT format(''drop table %I'', 1) \\gexec\nDROP TABLE u;'),
(E'-- migrate:up\nALTER TABLE t ADD x int;\n-- migrate:down\nDROP TABLE t;'),
(E'-- +goose Up\nALTER TABLE t ADD x int;\n-- +goose Down\nDROP TABLE t;'),
(E'-- Up Migration\nALTER TABLE t ADD x int;\n\n-- Down Migration\nDROP TABLE t;'),
(E'-- migrate:up\nALTER TABLE t ADD x int;\n-- migrate:down\n'),
('ALTER TABLE t DROP COLUMN a, ADD COLUMN a2 text'),
('ALTER TABLE t DROP COLUMN a; ALTER TABLE t ADD COLUMN a2 text; ALTER TABLE t ADD COLUMN a3 text; '
  'ALTER TABLE t ADD i int'),
('ALTER TABLE t ADD COLUMN a2 text; UPDATE t SET a2 = a; ALTER TABLE t DROP COLUMN a'),
('DROP SEQUENCE sq; ALTER TABLE idt ALTER id DROP IDENTITY; DROP SEQUENCE IF EXISTS nono; DROP SEQUENCE nono'),
('ALTER TABLE t ADD COLUMN IF NOT EXISTS a text NOT NULL; ALTER TABLE t ADD z int NOT NULL DEFAULT NULL; '
  'ALTER TABLE t DROP COLUMN a, ADD COLUMN a text NOT NULL'),
('CREATE UNIQUE INDEX IF NOT EXISTS t_pkey ON t(a); CREATE UNIQUE INDEX x ON t(a); '
  'ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (b)'),
('ALTER TABLE t ALTER b TYPE int USING coalesce(b,''0'')::int, ALTER b SET NOT NULL; '
  'ALTER TABLE t ALTER a TYPE text USING a||id, ADD UNIQUE (a)'),
('UPDATE t SET a = NULL; ALTER TABLE t DROP COLUMN a'),
('TRUNCATE t; DROP TABLE t; DELETE FROM u; ALTER TABLE u ADD q int NOT NULL; DROP TABLE u'),
('DROP TABLE pr; DROP TABLE pr1'),
('DROP SCHEMA rv2 CASCADE; CREATE SCHEMA rv2; CREATE TABLE rv2.w(id int); DROP TABLE rv2.w'),
('CREATE SCHEMA shop; SET search_path = shop; CREATE TABLE t (id int); INSERT INTO t VALUES (1); DROP TABLE t'),
('ALTER TABLE t ALTER n TYPE int; ALTER TABLE t ALTER n TYPE smallint; ALTER TABLE t DROP COLUMN n'),
(E'COPY u FROM stdin;\n1\tx''y\n\\.\nDROP TABLE u;'),
('CREATE TEMP TABLE t (id int); DROP TABLE t; DROP TABLE t'),
('CREATE TABLE IF NOT EXISTS t (id int); DROP TABLE t'),
('DELETE FROM t WHERE id > 1; ALTER TABLE t ALTER b SET NOT NULL; DROP TABLE t'),
('ALTER TABLE t ALTER a TYPE uuid USING gen_random_uuid(); ALTER TABLE t ALTER b TYPE text USING b || nextval(''sq'')'),
('CREATE TABLE t_new (LIKE t); INSERT INTO t_new SELECT * FROM t; DROP TABLE t; ALTER TABLE t_new RENAME TO t; '
  'DROP TABLE t'),
('SELECT 1 INTO nt; DROP TABLE nt; CREATE TABLE na AS SELECT 1; DROP TABLE na'),
(''), ('-- only comments'),
('MERGE INTO t USING u ON t.id=u.id WHEN MATCHED THEN DELETE; ALTER TABLE t ALTER b SET NOT NULL'),
('ALTER TABLE "Camel" RENAME "camelCase" TO "otherCase"; ALTER TABLE "Camel" RENAME TO "Snake"; '
  'ALTER TABLE "Snake" DROP COLUMN "otherCase"; DROP TABLE "Snake"'),
('ALTER TABLE t RENAME a TO spare; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME spare TO b; '
  'ALTER TABLE t DROP COLUMN b'),
('ALTER TABLE t RENAME TO spare; ALTER TABLE u RENAME TO t; DROP TABLE t; DROP TABLE spare'),
('ALTER TABLE pr RENAME old TO new; ALTER TABLE pr1 DROP COLUMN new; ALTER TABLE pr DROP COLUMN new; TRUNCATE pr; '
  'DROP TABLE pr1'),
('ALTER TABLE mother RENAME x TO y; ALTER TABLE mother DROP COLUMN y; DROP TABLE ONLY_IN_NAME, daughter'),
('UPDATE t SET n = round(n); ALTER TABLE t ALTER n TYPE int; UPDATE t SET b = 1 WHERE id = 1; '
  'ALTER TABLE t DROP COLUMN b'),
('SELECT stable(), token(), upkeep.version() IS NULL, gen_random_uuid(); INSERT INTO u SELECT id, token() FROM t; '
  'SELECT setval(''sq'', 5)'),
('COPY (DELETE FROM t RETURNING *) TO stdout; CREATE TABLE kept AS WITH d AS (DELETE FROM u RETURNING *) SELECT * '
  'FROM d; DROP TABLE kept'),
('COPY (SELECT danger()) TO stdout; DECLARE c CURSOR FOR SELECT danger(); SELECT * FROM danger(); '
  'SELECT (SELECT danger()) ORDER BY danger()'),
('ALTER TABLE t ADD COLUMN IF NOT EXISTS a int; ALTER TABLE t DROP COLUMN a; '
  'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int; ALTER TABLE t DROP COLUMN a'),
('DROP TABLE IF EXISTS gone_already; CREATE TABLE gone_already (id int); DROP TABLE gone_already'),
('CREATE SCHEMA IF NOT EXISTS rv2; DROP TABLE rv2.w; CREATE VIEW rv2.w AS SELECT 1; DROP VIEW rv2.w'),
('DROP SCHEMA rv2, rv CASCADE; DROP TABLE rv.t'),
('CREATE TABLE new (LIKE t) PARTITION BY LIST (id); ALTER TABLE new ATTACH PARTITION t DEFAULT; '
  'ALTER TABLE new RENAME TO newer; TRUNCATE newer; DROP TABLE newer'),
('CREATE TABLE new (LIKE t) PARTITION BY LIST (id); ALTER TABLE new ATTACH PARTITION t DEFAULT; '
  'ALTER TABLE new DETACH PARTITION t; DROP TABLE new'),
('SET search_path = rv2; RESET search_path; DROP TABLE u; SET search_path = rv2; SET search_path TO DEFAULT; '
  'TRUNCATE rv.u'),
('ALTER TABLE daughter DROP COLUMN IF EXISTS y; '
  'ALTER TABLE mother DROP COLUMN IF EXISTS y, ADD COLUMN y text NOT NULL');
SELECT f.n, r.statement AS s, r.severity, r.object, r.finding FROM files f LEFT JOIN upkeep.review(f.file) r ON true
  ORDER BY f.n, r.statement, r.finding COLLATE "C";
-- what the hint says can be pasted where the statement stands, whatever has been renamed
SELECT r.hint FROM upkeep.review('ALTER SCHEMA rv RENAME TO rv9; ALTER TABLE rv9.t RENAME TO t2; '
  'ALTER TABLE rv9.t2 RENAME a TO "A, b"; ALTER TABLE rv9.t2 DROP COLUMN "A, b"; DROP TABLE rv9.t2') r;
-- a column that goes, and one of its type that comes anywhere in the file
SELECT r.statement, r.object, substr(r.hint, 1, strpos(r.hint, 'To let it go') - 1) AS instead
FROM upkeep.review('ALTER TABLE t DROP COLUMN a; ALTER TABLE u ADD COLUMN other text; ALTER TABLE t '
  'ADD COLUMN title text, ADD COLUMN number int; ALTER TABLE t DROP COLUMN b; ALTER TABLE t DROP COLUMN n') r;
-- an error points into the file, also behind what is psql's
\set VERBOSITY verbose
\set SHOW_CONTEXT never
SELECT state, message FROM failure($$SELECT * FROM upkeep.review(E'\\i x\nDROP TABEL t')$$);
\set VERBOSITY default
-- the caller's search_path is his again, and nothing has run
SELECT count(*) FROM upkeep.review('SET search_path = rv2; SELECT set_config(''search_path'', ''nowhere'', false)');
SHOW search_path;
BEGIN;
DO $$ BEGIN PERFORM upkeep.review('SET search_path = rv2; DROP TABEL w'); EXCEPTION WHEN syntax_error THEN NULL; END $$;
SHOW search_path;
ROLLBACK;
SELECT (SELECT count(*) FROM t) AS t, (SELECT count(*) FROM u) AS u, (SELECT count(*) FROM rv2.w) AS w,
  (SELECT is_called FROM sq) AS called;
-- what the caller may not read is not counted
GRANT USAGE ON SCHEMA rv TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT severity, object, finding
  FROM upkeep.review('DROP TABLE rv.t; ALTER TABLE rv.u DROP COLUMN v; DROP SEQUENCE rv.sq; DROP TABLE rv2.w');
RESET ROLE;

-- files as tools write them
CREATE SCHEMA app;
SET search_path = app, public;
CREATE TYPE "OrderStatus" AS ENUM ('PENDING','PAID','CANCELLED');
CREATE TABLE "User" (id text PRIMARY KEY, email text, name text, "createdAt" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
  role text DEFAULT 'user');
INSERT INTO "User"(id,email,name) VALUES ('1','a@x','A'),('2','b@x',NULL);
CREATE TABLE "Order" (id serial PRIMARY KEY, "userId" text REFERENCES "User"(id),
  status "OrderStatus" DEFAULT 'PENDING', total numeric(10,2), note text);
INSERT INTO "Order"("userId",status,total,note) VALUES ('1','PAID',10.50,'x'),('2','CANCELLED',3,NULL);
CREATE TABLE products (id int PRIMARY KEY, name varchar(255), price numeric(10,2), sku text, legacy text);
INSERT INTO products VALUES (1,'a',1.5,'s','l'),(2,'b',2,'s',NULL);
CREATE TABLE sessions (id int, data text); INSERT INTO sessions VALUES (1,'x');
CREATE TABLE files (n serial, name text, sql text);
INSERT INTO files(name,sql) VALUES
('drizzle', $f$CREATE TYPE "app"."order_status" AS ENUM('pending', 'paid');--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "carts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text,
	"created_at" timestamp DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "products" ALTER COLUMN "name" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "products" ALTER COLUMN "sku" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "slug" text NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "heritage" text;--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "carts" ADD CONSTRAINT "carts_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "User"("id") $f$
  || $f$ON DELETE no action ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "products_sku_idx" ON "products" USING btree ("sku");--> statement-breakpoint
ALTER TABLE "products" DROP COLUMN IF EXISTS "legacy";$f$),
('prisma', $f$/*
  Warnings:

  - You are about to drop the column `name` on the `User` table. All the data in the column will be lost.
  - The values [CANCELLED] on the enum `OrderStatus` will be removed. If these variants are still used in $f$
  || $f$the database, this will fail.
*/
-- AlterEnum
BEGIN;
CREATE TYPE "OrderStatus_new" AS ENUM ('PENDING', 'PAID');
ALTER TABLE "Order" ALTER COLUMN "status" DROP DEFAULT;
ALTER TABLE "Order" ALTER COLUMN "status" TYPE "OrderStatus_new" USING ("status"::text::"OrderStatus_new");
ALTER TYPE "OrderStatus" RENAME TO "OrderStatus_old";
ALTER TYPE "OrderStatus_new" RENAME TO "OrderStatus";
DROP TYPE "OrderStatus_old";
ALTER TABLE "Order" ALTER COLUMN "status" SET DEFAULT 'PENDING';
COMMIT;

-- AlterTable
ALTER TABLE "User" DROP COLUMN "name",
ADD COLUMN     "displayName" TEXT,
ADD COLUMN     "updatedAt" TIMESTAMP(3) NOT NULL;

-- RedefineTable / DropTable
DROP TABLE "sessions";

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");$f$),
('rails structure', $f$SET statement_timeout = 0;
SET lock_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE app.schema_migrations (version character varying NOT NULL);
ALTER TABLE ONLY app.schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
INSERT INTO "schema_migrations" (version) VALUES ('20240101000000');
SELECT pg_catalog.setval('app."Order_id_seq"', 5, true);$f$),
('flyway', $f$-- V7__split_name.sql
ALTER TABLE products ADD COLUMN title varchar(255);
UPDATE products SET title = name;
ALTER TABLE products ALTER COLUMN title SET NOT NULL;
ALTER TABLE products DROP COLUMN name;
ALTER TABLE products ALTER COLUMN price TYPE integer USING (price * 100)::integer;
ALTER TABLE products RENAME COLUMN price TO price_cents;
CREATE INDEX CONCURRENTLY ix ON products (title);
DELETE FROM sessions WHERE id < 100;
INSERT INTO products (id, title, price_cents) VALUES (3, upper('c'), 1) ON CONFLICT (id) DO NOTHING;
COMMENT ON TABLE products IS 'x; y';$f$),
('dbmate', $f$-- migrate:up
CREATE TABLE coupons (id serial PRIMARY KEY, code text NOT NULL UNIQUE);
ALTER TABLE products ADD COLUMN coupon_id integer REFERENCES coupons (id);
UPDATE products SET legacy = '' WHERE legacy IS NULL;
ALTER TABLE products ALTER COLUMN legacy SET NOT NULL;

-- migrate:down
ALTER TABLE products DROP COLUMN coupon_id;
DROP TABLE coupons;$f$),
('goose', $f$-- +goose Up
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION archive_sessions() RETURNS void AS $$
BEGIN
  DELETE FROM sessions;
END;
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
SELECT archive_sessions();
ALTER TABLE sessions RENAME TO old_sessions;
CREATE TABLE sessions (id bigint PRIMARY KEY, data jsonb);
INSERT INTO sessions SELECT id, to_jsonb(data) FROM old_sessions;
DROP TABLE old_sessions;

-- +goose Down
DROP TABLE sessions;$f$),
('node-pg-migrate', $f$-- Up Migration
ALTER TABLE products ADD COLUMN stock integer NOT NULL DEFAULT 0;
CREATE SEQUENCE invoice_no START 1000;
ALTER TABLE sessions ALTER COLUMN data TYPE jsonb USING to_jsonb(data);
TRUNCATE TABLE sessions RESTART IDENTITY CASCADE;
-- Down Migration
ALTER TABLE products DROP COLUMN stock;$f$),
('alembic', $f$BEGIN;
-- Running upgrade  -> 1975ea83b712
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
ALTER TABLE products ALTER COLUMN sku TYPE VARCHAR(20);
ALTER TABLE products RENAME TO product;
ALTER TABLE product ADD COLUMN active BOOLEAN DEFAULT true;
ALTER TABLE product DROP COLUMN legacy;
UPDATE alembic_version SET version_num='1975ea83b712' WHERE alembic_version.version_num = 'x';
INSERT INTO alembic_version (version_num) VALUES ('1975ea83b712') RETURNING alembic_version.version_num;
COMMIT;$f$),
('django', $f$BEGIN;
ALTER TABLE "products" ADD COLUMN "weight" numeric(6, 2) DEFAULT 0 NOT NULL;
ALTER TABLE "products" ALTER COLUMN "weight" DROP DEFAULT;
ALTER TABLE "products" ALTER COLUMN "sku" TYPE varchar(50) USING "sku"::varchar(50);
DROP INDEX IF EXISTS "products_sku_like";
ALTER TABLE "products" DROP COLUMN "legacy" CASCADE;
SET CONSTRAINTS ALL IMMEDIATE;
COMMIT;$f$);
SELECT f.name, r.statement AS s, r.severity, r.object, r.finding FROM files f LEFT JOIN upkeep.review(f.sql) r ON true
  ORDER BY f.n, r.statement, r.finding COLLATE "C";

-- savepoints are released and returned to, and thousands of them cost no more than as many statements
SELECT r.statement AS s, r.object, r.finding
  FROM upkeep.review('BEGIN; SAVEPOINT a; DROP TABLE rv.t; CREATE TABLE rv.t (id int); SAVEPOINT b; RELEASE a; '
    'ROLLBACK TO a; DROP TABLE rv.t; ROLLBACK; TRUNCATE rv.t') r;
SELECT r.statement AS s, r.object, r.finding
  FROM upkeep.review('BEGIN; SAVEPOINT a; DROP TABLE rv.t; SAVEPOINT b; ROLLBACK TO a; DROP TABLE rv.t; ROLLBACK TO a; '
    'ROLLBACK TO b; TRUNCATE rv.t') r;
SELECT count(*) FROM upkeep.review((SELECT string_agg('SAVEPOINT s; RELEASE s; SAVEPOINT s' || n || ';', '')
  FROM generate_series(1, 10000) n));
-- what a file has emptied, dropped, attached and detached of a tree counts for it no more, or from then on
CREATE TABLE days (k int PRIMARY KEY, a text) PARTITION BY LIST (k);
CREATE TABLE day1 PARTITION OF days FOR VALUES IN (1);
CREATE TABLE day2 PARTITION OF days FOR VALUES IN (2);
CREATE TABLE day3 (k int, a text);
CREATE TABLE hours (k int REFERENCES days);
CREATE TABLE above (i int, a text);
CREATE TABLE below (z int) INHERITS (above);
INSERT INTO days VALUES (1, 'x'), (2, 'y');
INSERT INTO day3 VALUES (3, 'z');
INSERT INTO hours VALUES (1);
INSERT INTO above VALUES (1, 'x');
INSERT INTO below VALUES (2, 'y', 3);
SELECT f.file, r.statement AS s, r.finding FROM unnest(ARRAY[
  'TRUNCATE day1; DROP TABLE days',
  'DROP TABLE day1; DROP TABLE days',
  'DROP TABLE hours; TRUNCATE days CASCADE',
  'DELETE FROM day1; ALTER TABLE days DROP COLUMN a',
  'ALTER TABLE days DETACH PARTITION day1; DROP TABLE days; DROP TABLE day1',
  'ALTER TABLE days ATTACH PARTITION day3 FOR VALUES IN (3); TRUNCATE days',
  'ALTER TABLE days ATTACH PARTITION day3 FOR VALUES IN (3); DROP TABLE days',
  'BEGIN; ALTER TABLE days ATTACH PARTITION day3 FOR VALUES IN (3); ROLLBACK; TRUNCATE days',
  'TRUNCATE ONLY above; DROP TABLE above CASCADE',
  'TRUNCATE below; DROP TABLE above CASCADE',
  'ALTER TABLE below NO INHERIT above; DROP TABLE above; ALTER TABLE below DROP COLUMN a'])
  WITH ORDINALITY f(file, n) CROSS JOIN LATERAL upkeep.review(f.file) r
  ORDER BY f.n, r.statement, r.finding COLLATE "C";
-- what is to stand in the file instead goes by the names that there are where it stands
SELECT r.statement AS s, r.finding, substring(r.hint FROM '^[^;]*;') AS hint FROM upkeep.review(
  'ALTER TABLE above RENAME TO upper; ALTER TABLE upper RENAME COLUMN a TO b; '
    'ALTER TABLE upper ALTER b SET NOT NULL, DROP COLUMN b, ADD COLUMN c text') r;
UPDATE above SET a = NULL WHERE i = 1;
SELECT r.statement AS s, r.finding, r.hint FROM upkeep.review(
  'ALTER TABLE above RENAME TO upper; ALTER TABLE upper RENAME COLUMN a TO b; ALTER TABLE upper ALTER b SET NOT NULL')
    r;

RESET search_path;
DROP SCHEMA rv, rv2, app CASCADE;
