-- Who may do what: owners, writers with few rights, row security, a hostile search_path.
CREATE SCHEMA guarded;
GRANT USAGE, CREATE ON SCHEMA guarded TO regress_upkeep_owner;
GRANT USAGE ON SCHEMA guarded TO regress_upkeep_other;
CREATE SCHEMA closed AUTHORIZATION regress_upkeep_owner;
SET ROLE regress_upkeep_owner;
CREATE TABLE closed.parents (id int PRIMARY KEY, secret text, updated_at timestamptz DEFAULT '2020-01-01');
CREATE TABLE guarded.children (id int PRIMARY KEY, parent_id int REFERENCES closed.parents, x int,
  updated_at timestamptz DEFAULT '2020-01-01');
INSERT INTO closed.parents VALUES (1), (2);
INSERT INTO guarded.children VALUES (1, 1, 0), (2, 2, 0);
SELECT upkeep.enable_updated_at('closed.parents'), upkeep.enable_updated_at('guarded.children'),
  upkeep.enable_touch('guarded.children', 'closed.parents');
GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON guarded.children TO regress_upkeep_other;
RESET ROLE;

-- the TRIGGER privilege is not enough to enable, disable or touch
GRANT USAGE ON SCHEMA closed TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SELECT f.* FROM unnest(ARRAY['enable_updated_at(''guarded.children'')', 'disable_updated_at(''guarded.children'')',
  'enable_touch(''guarded.children'', ''closed.parents'')',
  'disable_touch(''guarded.children'', ''closed.parents'')']) c, failure('SELECT upkeep.' || c) f;
-- where nothing is left to enable there is nothing to refuse
SELECT count(*) FROM upkeep.enable_updated_at_in('guarded');
-- a child of one's own does not touch another's parent
CREATE TEMP TABLE mine (parent_id int);
SELECT state, message FROM failure('SELECT upkeep.enable_touch(''mine'', ''closed.parents'')');
RESET ROLE;
REVOKE USAGE ON SCHEMA closed FROM regress_upkeep_other;
SELECT object, feature, sum(cardinality(triggers)) AS count FROM upkeep.managed WHERE object::text LIKE 'guarded.%'
  GROUP BY 1, 2 ORDER BY 1, 2;
-- in a schema with another's table that is managed already, an owner enables the rest
SET ROLE regress_upkeep_owner;
CREATE TABLE guarded.late (id int, updated_at timestamptz);
SELECT upkeep.enable_updated_at_in('guarded');
RESET ROLE;
CREATE TABLE guarded.foreigner (id int, updated_at timestamptz);
SET ROLE regress_upkeep_owner;
SELECT * FROM failure('SELECT upkeep.enable_updated_at_in(''guarded'')');
RESET ROLE;

-- a writer without any right on the parent touches it
SET ROLE regress_upkeep_other;
UPDATE guarded.children SET x = 1 WHERE id = 1;
INSERT INTO guarded.children VALUES (3, 2, 0) RETURNING updated_at IS NOT NULL AS stamped;
SELECT state, message FROM failure('SELECT FROM closed.parents');
SELECT current_user;
RESET ROLE;
SELECT id, updated_at > '2020-01-01' AS touched FROM closed.parents ORDER BY id;

-- row security: the parent hides its rows from the writer, and forces its policies on its owner too
ALTER TABLE closed.parents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON closed.parents USING (false);
ALTER TABLE guarded.children ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON guarded.children USING (x < 100) WITH CHECK (x < 100);
SET ROLE regress_upkeep_other;
UPDATE guarded.children SET x = x + 1;
SELECT state, message FROM failure('UPDATE guarded.children SET x = 500');
RESET ROLE;
SELECT id, updated_at > '2020-01-01' AS touched FROM closed.parents ORDER BY id;
SELECT moved('closed.parents', 'SET ROLE regress_upkeep_other; UPDATE guarded.children SET x = x + 1; RESET ROLE');
SELECT id, x, updated_at > '2020-01-01' AS stamped FROM guarded.children ORDER BY id;

-- a hostile search_path: operators, functions, types, tables and views in front of PostgreSQL's
CREATE SCHEMA hostile;
GRANT USAGE, CREATE ON SCHEMA hostile TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET search_path = hostile, pg_catalog;
CREATE FUNCTION hostile.lies(int, int) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR hostile.= (LEFTARG = int, RIGHTARG = int, FUNCTION = hostile.lies);
CREATE FUNCTION hostile.lies(oid, oid) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile operator ran as %', current_user; END $$;
CREATE OPERATOR hostile.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = hostile.lies);
CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '1999-01-01'::timestamptz $$;
CREATE FUNCTION hostile.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the hostile function ran as %', current_user; END $$;
CREATE DOMAIN hostile.int4 AS pg_catalog.int4 CHECK (VALUE < 0);
CREATE TABLE hostile.pg_trigger (tgname name);
CREATE TEMP TABLE pg_class (oid oid);
UPDATE guarded.children SET x = x + 1;
DELETE FROM guarded.children WHERE id OPERATOR(pg_catalog.=) 3;
SELECT count(*) > 0 AS managed FROM upkeep.managed;
SELECT count(*) >= 0 AS checked FROM upkeep.check();
CREATE TABLE hostile.own (id pg_catalog.int4 PRIMARY KEY, updated_at timestamptz DEFAULT now());
CREATE TABLE hostile.own_child (own_id pg_catalog.int4 REFERENCES hostile.own);
SELECT upkeep.enable_updated_at('hostile.own'), upkeep.enable_touch('hostile.own_child', 'hostile.own');
INSERT INTO hostile.own VALUES (1);
INSERT INTO hostile.own_child VALUES (1);
SELECT upkeep.disable_touch('hostile.own_child', 'hostile.own'), upkeep.disable_updated_at('hostile.own');
SET search_path = '';
UPDATE guarded.children SET x = x OPERATOR(pg_catalog.+) 1;
RESET search_path;
RESET ROLE;
SELECT moved('closed.parents', 'SET ROLE regress_upkeep_other; SET search_path = hostile, pg_catalog; '
    'UPDATE guarded.children SET x = x + 1; RESET search_path; RESET ROLE');

-- the setting is for superusers and for those who were granted it
SET ROLE regress_upkeep_other;
SELECT * FROM failure('SET upkeep.pause = ''all''');
RESET ROLE;
GRANT SET ON PARAMETER upkeep.pause TO regress_upkeep_other;
SET ROLE regress_upkeep_other;
SET upkeep.pause = 'touch';
RESET upkeep.pause;
RESET ROLE;
REVOKE SET ON PARAMETER upkeep.pause FROM regress_upkeep_other;
-- set before the library is loaded by one who may not, it is dropped and never takes effect
\c -
SET ROLE regress_upkeep_other;
SET upkeep.pause = 'all';
UPDATE guarded.children SET x = x + 1 WHERE id = 1 RETURNING updated_at = now() AS stamped;
RESET ROLE;
\c -
SET upkeep.pause = 'all';
UPDATE guarded.children SET x = x + 1 WHERE id = 1 RETURNING updated_at = now() AS stamped_while_paused;

-- Every function: with whose rights it runs, the search_path it holds, who may call it. Those without a search_path
-- name nothing unqualified, or need the caller's: triggers, commands that commit, and what computes.
-- What is new stands in neither table.
CREATE TEMP TABLE expected_functions (function text PRIMARY KEY, rights text, search_path text, execute text);
INSERT INTO expected_functions VALUES
  ('upkeep."check"()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.ad_decision(numeric,integer,numeric,integer,numeric,numeric,integer,numeric,bigint,bigint,numeric)',
    'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.ad_decisions()', 'invoker', '-', 'public'),
  ('upkeep.ad_ratio(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.add_to_cart(uuid,uuid,integer,name)', 'invoker', '-', 'public'),
  ('upkeep.allow_drop(text,interval)', 'invoker', '-', 'public'),
  ('upkeep.aov(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.as_of(anyelement,timestamp with time zone)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.auto_updated_at(name[],name,name[])', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.break_even_roas(numeric)', 'invoker', '-', 'public'),
  ('upkeep.check_metrics(regclass,text)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.check_orders(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.check_rollup(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.checkout(uuid,jsonb,name,numeric,numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.confirm_drop(text,bigint)', 'invoker', '-', 'public'),
  ('upkeep.correct_order(regclass,text,text)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.cpc(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.cpl(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.cpm(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.cpo(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.create_analytics(name,regclass,jsonb,boolean,boolean)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.create_storefront(name,text,boolean,boolean)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.ctr(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.cvr(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.diagnose(date,bigint,numeric,numeric,bigint,date,jsonb,date)', 'invoker', '-', 'public'),
  ('upkeep.diagnose(date,integer,bigint,bigint,integer,date,jsonb,date)', 'invoker', '-', 'public'),
  ('upkeep_internal.count_in_shard(regclass,text,name,text)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep_internal.diagnose_add(internal,date,bigint,numeric,numeric,bigint,date,jsonb,date)', 'invoker',
    '-', 'public'),
  ('upkeep_internal.diagnose_add(internal,date,integer,bigint,bigint,integer,date,jsonb,date)', 'invoker',
    '-', 'public'),
  ('upkeep_internal.diagnose_combine(internal,internal)', 'invoker', '-', 'public'),
  ('upkeep_internal.diagnose_deserialise(bytea,internal)', 'invoker', '-', 'public'),
  ('upkeep_internal.diagnose_finish(internal)', 'invoker', '-', 'public'),
  ('upkeep_internal.diagnose_serialise(internal)', 'invoker', '-', 'public'),
  ('upkeep.disable_ad_decisions(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_all(text)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_growth_simulations(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_guard()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_history(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_metrics(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_order_lock(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_order_number(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_order_refunds(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_order_snapshots(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_order_status(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_order_totals(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_rollup(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_soft_delete(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_stock(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_touch(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_updated_at(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.disable_weekly_diagnostics(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.empty_tables(name,text)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_ad_decisions(regclass,regclass,name,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_growth_simulations(regclass,regclass,name)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_guard(text,name[])', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_history(regclass,name[],name[],name[],name[],name[])', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_metrics(regclass,text[],regclass,name,name,name,text,text,boolean)', 'invoker',
    'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_order_lock(regclass,regclass,name,name,name,name,text[],name[],name,name[],name)', 'invoker',
    'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_order_number(regclass,name,text,integer,name,boolean,boolean)', 'invoker', 'pg_catalog, pg_temp',
    'public'),
  ('upkeep.enable_order_refunds(regclass,regclass,regclass,name,name,name,name,name,name,name,name,name,name)',
    'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_order_snapshots(regclass,regclass,name,name,name,name,name,name,name[],name,text,name,name,name)',
    'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_order_status(regclass,jsonb,name,text,name,name)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_order_totals(regclass,regclass,name,name,name,name,name,name,text,text,name,name)', 'invoker',
    'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_rollup(regclass,regclass,text[],text[],text,text,boolean,boolean)', 'invoker', '-', 'public'),
  ('upkeep.order_amount(text,integer,numeric[],text)', 'invoker', '-', 'public'),
  ('upkeep.enable_soft_delete(regclass,name,boolean,text)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_stock(regclass,regclass,name,name,name,name,regclass,name,name,name,text[],name,name,text)',
    'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_touch(regclass,regclass,name)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_updated_at(regclass,name,name[],text,text,name[],name,text)', 'invoker',
    'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_updated_at_in(name,name,name[])', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.enable_weekly_diagnostics(regclass,regclass,name,name)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.erase(regclass,jsonb,name[],text)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.evaluate(text,jsonb)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.explain_change(jsonb,jsonb)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.export_sql(regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.fit_elasticity(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep_internal.fit_elasticity_add(internal,numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep_internal.fit_elasticity_combine(internal,internal)', 'invoker', '-', 'public'),
  ('upkeep_internal.fit_elasticity_deserialise(bytea,internal)', 'invoker', '-', 'public'),
  ('upkeep_internal.fit_elasticity_finish(internal)', 'invoker', '-', 'public'),
  ('upkeep_internal.fit_elasticity_serialise(internal)', 'invoker', '-', 'public'),
  ('upkeep.follow_ddl()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.follow_history()', 'invoker', '-', 'public'),
  ('upkeep.follow_line_keys()', 'invoker', '-', 'public'),
  ('upkeep.follow_soft_delete()', 'invoker', '-', 'public'),
  ('upkeep.forget_dropped()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep_internal.history_row_hash(integer,text)', 'invoker', '-', 'public'),
  ('upkeep_internal.history_target(text)', 'invoker', '-', 'public'),
  ('upkeep.goal_pace(text,date,date,regclass,regclass)', 'invoker', '-', 'public'),
  ('upkeep.growth_simulations()', 'invoker', '-', 'public'),
  ('upkeep.guard()', 'invoker', '-', 'public'),
  ('upkeep.guard_ddl()', 'invoker', '-', 'public'),
  ('upkeep.guard_exempt(text,name,timestamp with time zone)', 'invoker', '-', 'public'),
  ('upkeep.guard_unexempt(text)', 'invoker', '-', 'public'),
  ('upkeep_internal.insert_only()', 'invoker', '-', 'public'),
  ('upkeep.live_view(regclass,name)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep_internal.managed_features()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.merge_carts(uuid,uuid,name)', 'invoker', '-', 'public'),
  ('upkeep.answered_issues(jsonb,jsonb,jsonb,jsonb,jsonb)', 'invoker', '-', 'public'),
  ('upkeep.merge_issues(jsonb,jsonb,jsonb,jsonb,jsonb,jsonb)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.metrics()', 'invoker', '-', 'public'),
  ('upkeep.metrics_settings()', 'invoker', '-', 'public'),
  ('upkeep_internal.migration_list()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.net_profit(numeric,numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.order_line()', 'invoker', '-', 'public'),
  ('upkeep.order_lock()', 'invoker', '-', 'public'),
  ('upkeep.order_number()', 'invoker', '-', 'public'),
  ('upkeep.order_refund()', 'invoker', '-', 'public'),
  ('upkeep.order_status()', 'invoker', '-', 'public'),
  ('upkeep.order_total()', 'invoker', '-', 'public'),
  ('upkeep.poas(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep.recalculate_rollup(regclass,regclass,integer)', 'invoker', '-', 'public'),
  ('upkeep.restore_row(regclass,jsonb)', 'invoker', '-', 'public'),
  ('upkeep.rollup()', 'invoker', '-', 'public'),
  ('upkeep.row_history(regclass,jsonb)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.undo(xid8)', 'invoker', '-', 'public'),
  ('upkeep.precede_ddl()', 'invoker', '-', 'public'),
  ('upkeep.purge_deleted(regclass,interval,integer)', 'invoker', '-', 'public'),
  ('upkeep.purge_history(timestamp with time zone,regclass)', 'invoker', '-', 'owner'),
  ('upkeep.record_history()', 'invoker', '-', 'public'),
  ('upkeep.recalculate(regclass,text,date,date,integer)', 'invoker', '-', 'public'),
  ('upkeep_internal.refuse_history_change()', 'invoker', '-', 'public'),
  ('upkeep_internal.refuse_history_loss()', 'invoker', '-', 'public'),
  ('upkeep.repair_order_totals(regclass,regclass)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep_internal.require_no_history()', 'invoker', 'pg_catalog, pg_temp', 'owner'),
  ('upkeep.review(text)', 'invoker', '-', 'public'),
  ('upkeep.roas(numeric,numeric)', 'invoker', '-', 'public'),
  ('upkeep_internal.rule_definitions()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.run_weekly_diagnostics(date,text,date,regclass,regclass,regclass,regclass,integer)', 'invoker',
    '-', 'public'),
  ('upkeep_internal.running_commands()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.schedule_seal_history(text)', 'invoker', 'pg_catalog, pg_temp', 'owner'),
  ('upkeep.seal_history()', 'invoker', 'pg_catalog, pg_temp', 'owner'),
  ('upkeep.schedule_weekly_diagnostics(text)', 'invoker', '-', 'public'),
  ('upkeep.seed_analytics(name,integer,integer,date)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.seed_storefront(name,integer,integer,date)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.set_actor(text,text)', 'invoker', '-', 'public'),
  ('upkeep.shop_today(jsonb)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.simulate_growth(numeric,numeric,numeric,integer,integer,numeric,numeric,numeric)', 'invoker',
    'pg_catalog, pg_temp', 'public'),
  ('upkeep.soft_delete()', 'invoker', '-', 'public'),
  ('upkeep.stock()', 'invoker', '-', 'public'),
  ('upkeep.suggest(name)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.touch()', 'invoker', '-', 'public'),
  ('upkeep.unit_economics(numeric,numeric,numeric)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.updated_at()', 'invoker', '-', 'public'),
  ('upkeep.verify_history(timestamp with time zone)', 'invoker', 'pg_catalog, pg_temp', 'owner'),
  ('upkeep.version()', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.week_label(date)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.week_start(date,jsonb)', 'invoker', 'pg_catalog, pg_temp', 'public'),
  ('upkeep.weekly_diagnostics()', 'invoker', '-', 'public'),
  ('upkeep.weekly_report(jsonb,text,text)', 'invoker', 'pg_catalog, pg_temp', 'public');
WITH found (function, rights, search_path, execute) AS (
  SELECT p.oid::regprocedure::text, CASE WHEN prosecdef THEN 'definer' ELSE 'invoker' END,
    coalesce(substring(array_to_string(proconfig, ' ') FROM '^search_path=(.*)'), array_to_string(proconfig, ' '), '-'),
    CASE WHEN has_function_privilege('public', p.oid, 'EXECUTE') THEN 'public' ELSE 'owner' END
  FROM pg_proc p WHERE pronamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace))
SELECT 'not as in the table' AS problem, f.* FROM (TABLE found EXCEPT TABLE expected_functions) f
UNION ALL SELECT 'only in the table', e.* FROM (TABLE expected_functions EXCEPT TABLE found) e ORDER BY 2, 1;
-- Every table and view: what others than its owner may do.
CREATE TEMP TABLE expected_relations (relation text PRIMARY KEY, rights text);
INSERT INTO expected_relations VALUES
  ('upkeep.auto_updated_at_rules', 'public=SELECT'),
  ('upkeep.ddl_log', 'pg_database_owner=DELETE,SELECT'),
  ('upkeep.drop_approvals', '-'),
  ('upkeep.guard_detached', '-'),
  ('upkeep.guard_exemptions', 'public=SELECT'),
  ('upkeep.guard_rules', 'public=SELECT'),
  ('upkeep.history', 'public=SELECT'),
  ('upkeep.history_entries', 'pg_database_owner=SELECT'),
  ('upkeep.history_id', 'pg_database_owner=SELECT'),
  ('upkeep.history_keys', 'pg_database_owner=SELECT'),
  ('upkeep.history_month', 'pg_database_owner=SELECT'),
  ('upkeep.history_purges', 'pg_database_owner=SELECT'),
  ('upkeep.history_seals', 'pg_database_owner=SELECT'),
  ('upkeep.history_tables', 'pg_database_owner=SELECT'),
  ('upkeep.managed', 'public=SELECT'),
  ('upkeep.migrations', 'public=SELECT'),
  ('upkeep.order_counters', 'pg_database_owner=SELECT'),
  ('upkeep.progress', 'public=SELECT'),
  ('upkeep.order_corrections', 'pg_database_owner=SELECT'),
  ('upkeep.rules', 'public=SELECT'),
  ('upkeep.stock_taken', 'pg_database_owner=SELECT'),
  ('upkeep.wordings', 'public=SELECT');
-- A month is like any other.
WITH found (relation, rights) AS (
  SELECT DISTINCT regexp_replace(c.oid::regclass::text, '_\d{4}_\d\d$', '_month'),
    coalesce((SELECT string_agg(concat(CASE grantee
    WHEN 0 THEN 'public' ELSE grantee::regrole::text END, '=', privileges), ' ' ORDER BY grantee)
    FROM (SELECT grantee, string_agg(privilege_type, ',' ORDER BY privilege_type) AS privileges FROM aclexplode(relacl)
      WHERE grantee <> relowner GROUP BY 1) g), '-')
  FROM pg_class c WHERE relnamespace IN ('upkeep'::regnamespace, 'upkeep_internal'::regnamespace)
  AND relkind NOT IN ('i', 'I'))
SELECT 'not as in the table' AS problem, f.* FROM (TABLE found EXCEPT TABLE expected_relations) f
UNION ALL SELECT 'only in the table', e.* FROM (TABLE expected_relations EXCEPT TABLE found) e ORDER BY 2, 1;
-- The schema: everybody may look into it, nobody else may put something there; nothing but members stands in it.
SELECT has_schema_privilege('public', 'upkeep', 'USAGE') AS usage,
  has_schema_privilege('public', 'upkeep', 'CREATE') AS create,
  (SELECT count(*) FROM pg_class c WHERE relnamespace = 'upkeep'::regnamespace AND relkind NOT IN ('i', 'I', 't')
     AND NOT relispartition
     AND NOT EXISTS (SELECT FROM pg_depend d
       WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND deptype = 'e')) AS strangers;
-- What is internal nobody can look up; views and aggregates made of it work for everybody.
SELECT has_schema_privilege('public', 'upkeep_internal', 'USAGE') AS usage,
  has_schema_privilege('public', 'upkeep_internal', 'CREATE') AS create;
SET ROLE regress_upkeep_other;
SELECT state, message FROM public.failure('SELECT * FROM upkeep_internal.managed_features()');
SELECT (SELECT count(*) >= 0 FROM upkeep.managed) AS managed, (SELECT count(*) FROM upkeep.rules) AS rules,
  (SELECT count(*) > 0 FROM upkeep.migrations) AS migrations, (SELECT count(*) FROM upkeep.progress) AS progress,
  (SELECT upkeep.fit_elasticity(n, n * 2) IS NOT NULL FROM generate_series(1, 30) n) AS fitted,
  (SELECT upkeep.diagnose('2026-11-09'::date, 1, 2::bigint, 3::bigint, 4, '2026-11-09', '{}', '2026-11-16') IS NOT NULL)
    AS diagnosed;
RESET ROLE;
-- what a person calls
SELECT count(*) AS internal FROM pg_proc WHERE pronamespace = 'upkeep'::regnamespace
  AND ('internal'::regtype = ANY (proargtypes) OR proname ~ '^(managed_|running_|rule_def|migration_)');
-- everything has a comment
SELECT pg_describe_object(classid, objid, objsubid) AS without_comment FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pg_upkeep')
AND deptype = 'e'
  AND NOT EXISTS (SELECT FROM pg_description d
    WHERE d.objoid = pg_depend.objid AND d.classoid = pg_depend.classid AND d.objsubid = 0)
  AND classid <> 'pg_type'::regclass;
