-- A week of misuse: what each feature says to those who err, with its SQLSTATE, on one page. A line a mistake, then the
-- statement, then the answer. Nothing of it is written.
-- Entries of other tests would be in the way of what the extension's own mistakes meet.
-- C++ edition {
CALL upkeep.purge_history('infinity');
-- }
CREATE SCHEMA errors;
SET search_path = errors, public;
SET client_min_messages = error;
CREATE TABLE docs (id int PRIMARY KEY, body text, price float8, doubled int GENERATED ALWAYS AS (id * 2) STORED,
  created_at timestamptz, updated_at timestamptz, version int DEFAULT 2147483647);
CREATE TABLE notes (id int PRIMARY KEY, doc_id int REFERENCES docs, other_id int REFERENCES docs,
  updated_at timestamptz);
CREATE TABLE strict (id int PRIMARY KEY, updated_at timestamptz);
CREATE TABLE taken (id int, updated_at timestamptz);
CREATE VIEW seen AS TABLE docs;
CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER zz_upkeep_updated_at BEFORE UPDATE ON taken FOR EACH ROW EXECUTE FUNCTION mine();
INSERT INTO docs (id) VALUES (1);
INSERT INTO strict VALUES (1);
SELECT upkeep.enable_updated_at('docs', version_column => 'version'),
  upkeep.enable_updated_at('strict', explicit => 'reject');
CREATE TABLE shop_settings (shop_id int, cogs_ratio numeric, vat int, secret text);
CREATE TABLE days (id int PRIMARY KEY, shop_id int, revenue numeric, orders int, share real, aov smallint, kind text,
  net_profit bigint);
INSERT INTO shop_settings VALUES (1, 0.4, 19), (2, 0.5, 19), (2, 0.6, 19), (3, 40, 19);
INSERT INTO days (id, shop_id, revenue, orders) VALUES (1, 1, 100, 2);
SELECT upkeep.enable_metrics('days', ARRAY['aov = revenue / orders', 'net_profit = revenue * settings.cogs_ratio'],
  settings => 'shop_settings', on_overflow => 'error');
CREATE TABLE products (id int PRIMARY KEY, name text, price numeric, stock_quantity int, active boolean DEFAULT true);
CREATE TABLE orders (id int PRIMARY KEY, order_number varchar(12) UNIQUE, status text NOT NULL DEFAULT 'pending',
  total_amount numeric(6,2) DEFAULT 0, payment_completed_at timestamptz, note text);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders, product_id int, product_snapshot jsonb,
  quantity int, price_snapshot numeric(10,2));
CREATE TABLE loose (order_id int, product_id int, quantity int, product_snapshot jsonb, price_snapshot numeric);
INSERT INTO products VALUES (1, 'cup', 4.50, 3, true), (2, 'pot', NULL, 3, true), (3, 'old', 3, 3, false),
  (4, 'odd', 'NaN', 3, true), (5, 'fine', 1.005, 3, true);
SELECT upkeep.enable_order_snapshots('order_items', 'products', active_column => 'active'),
  upkeep.enable_order_totals('orders', 'order_items'), upkeep.enable_order_lock('orders', 'order_items'),
  upkeep.enable_order_status('orders', '{"pending": ["paid", "cancelled"], "paid": ["refunded"]}'),
  upkeep.enable_order_number('orders', digits => 8), upkeep.enable_stock('order_items', 'products', orders => 'orders');
INSERT INTO orders (id) VALUES (1), (2);
INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (1, 1, 1, 1), (2, 2, 1, 1);
UPDATE orders SET status = 'paid', payment_completed_at = '2026-01-01 00:00+00' WHERE id = 1;
SELECT upkeep.create_analytics('errors_analytics', history => false);
CREATE TABLE ads (shop_id int, spend int, orders bigint, age_days numeric, shown int GENERATED ALWAYS AS (spend) STORED,
  campaign text, decision varchar(4), evidence jsonb);
CREATE TABLE targets (shop_id int, target_revenue bigint, revenue bigint, ad_spend bigint, leads int, orders int,
  model text, needed_ad_spend smallint, feasibility_level text, assumptions jsonb);
CREATE TABLE leaflets (spend text, orders int, decision text, evidence jsonb);
CREATE TABLE posters (spend int, orders int, decision text GENERATED ALWAYS AS ('KEEP') STORED, evidence jsonb);
-- C++ edition {
SELECT upkeep.enable_ad_decisions('ads', 'shop_settings'), upkeep.enable_growth_simulations('targets');
-- }
CREATE TABLE daily_records (shop_id int, record_date date, revenue numeric);
CREATE TABLE monthly_goals (shop_id int, month date, revenue_target numeric);
INSERT INTO monthly_goals VALUES (1, '2026-11-01', 100), (1, '2026-11-02', 100), (3, '2026-11-01', 'NaN');
CREATE TABLE people (id int PRIMARY KEY, email text);
-- C++ edition {
SELECT upkeep.enable_history('people');
-- }
CREATE TABLE members (id int PRIMARY KEY, inviter int REFERENCES members, name text, deleted_at timestamptz);
CREATE TABLE posts (id int PRIMARY KEY, member int REFERENCES members ON DELETE CASCADE, deleted_at timestamptz(3));
-- C++ edition {
SELECT upkeep.enable_soft_delete('members', hard_delete => 'refuse');
-- }
INSERT INTO members (id, inviter) VALUES (1, NULL), (2, 1);
INSERT INTO members VALUES (3, NULL, 'gone', '2026-01-01');
CREATE SCHEMA errors_guarded;
CREATE TABLE errors_guarded.letters (id int PRIMARY KEY, body text, weight numeric);
CREATE TABLE errors_guarded.pages (letter int REFERENCES errors_guarded.letters, page int);
INSERT INTO errors_guarded.letters VALUES (1, 'a', 1.5), (2, NULL, 2);
INSERT INTO errors_guarded.pages VALUES (1, 1), (1, 2), (2, 1);
-- C++ edition {
SELECT upkeep.enable_guard(schemas => '{errors_guarded}');
-- }
GRANT USAGE ON SCHEMA errors, errors_guarded TO regress_upkeep_other;
GRANT ALL ON ALL TABLES IN SCHEMA errors, errors_guarded TO regress_upkeep_other;
SET client_min_messages = error;

CREATE TABLE mistakes (n int GENERATED ALWAYS AS IDENTITY, what text, statement text);
INSERT INTO mistakes (what, statement) VALUES
  ('== updated_at and versions', ''),
  ('a table that is not there', $$SELECT upkeep.enable_updated_at('dox')$$),
  ('a number that is not a table', $$SELECT upkeep.enable_updated_at(4711)$$),
  ('no table at all', $$SELECT upkeep.enable_updated_at(NULL)$$),
  ('a view', $$SELECT upkeep.enable_updated_at('seen')$$),
  ('somebody else''s table', $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.enable_updated_at('docs')$$),
  ('a column that is not there', $$SELECT upkeep.enable_updated_at('docs', column_name => 'changed_at')$$),
  ('a column that holds no time', $$SELECT upkeep.enable_updated_at('docs', column_name => 'body')$$),
  ('a generated column', $$SELECT upkeep.enable_updated_at('docs', version_column => 'doubled')$$),
  ('a version that is no integer', $$SELECT upkeep.enable_updated_at('docs', version_column => 'price')$$),
  ('one column in two roles', $$SELECT upkeep.enable_updated_at('docs', version_column => 'updated_at')$$),
  ('a misspelt value', $$SELECT upkeep.enable_updated_at('docs', clock => 'wall')$$),
  ('a null in a list', $$SELECT upkeep.enable_updated_at('docs', ignore_columns => ARRAY['body', NULL])$$),
  ('a trigger of one''s own under our name', $$SELECT upkeep.enable_updated_at('taken')$$),
  ('a stamp written by hand where that is refused', $$UPDATE strict SET updated_at = '2020-01-01'$$),
  ('a row that another has changed since', $$UPDATE docs SET body = 'x', version = 3$$),
  ('more versions than the column has', $$UPDATE docs SET body = 'x'$$),
  ('a trigger with an unknown option', $$CREATE TRIGGER t BEFORE UPDATE ON taken FOR EACH ROW EXECUTE FUNCTION $$
    || $$upkeep.updated_at('colunm=updated_at'); INSERT INTO taken VALUES (1); UPDATE taken SET id = 2$$),
  ('a trigger without a value', $$CREATE TRIGGER t BEFORE UPDATE ON taken FOR EACH ROW $$
    || $$EXECUTE FUNCTION upkeep.updated_at('updated_at'); INSERT INTO taken VALUES (1); UPDATE taken SET id = 2$$),
  ('an option twice', $$CREATE TRIGGER t BEFORE UPDATE ON taken FOR EACH ROW EXECUTE FUNCTION $$
    || $$upkeep.updated_at('clock=clock', 'clock=statement'); INSERT INTO taken VALUES (1); UPDATE taken SET id = 2$$),
  ('a list that is none', $$CREATE TRIGGER t BEFORE UPDATE ON taken FOR EACH ROW $$
    || $$EXECUTE FUNCTION upkeep.updated_at('ignore=a,,b'); INSERT INTO taken VALUES (1); UPDATE taken SET id = 2$$),
  ('a trigger at the wrong time', $$CREATE TRIGGER t AFTER UPDATE ON taken FOR EACH ROW $$
    || $$EXECUTE FUNCTION upkeep.updated_at(); INSERT INTO taken VALUES (1); UPDATE taken SET id = 2$$),
  ('the column was renamed since', $$ALTER TABLE strict RENAME updated_at TO changed_at; UPDATE strict SET id = 2$$),
  ('automatic, by who is no superuser',
    $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.auto_updated_at('{errors}')$$),
-- C++ edition {
  ('-- C++ edition {', ''),
  ('automatic, in a schema that is not there', $$SELECT upkeep.auto_updated_at('{nowhere}')$$),
  ('a pause of what there is not', $$SET LOCAL upkeep.pause = 'stamps'$$),
  ('a setting that there is not', $$SET LOCAL upkeep.paused = 'all'$$),
  ('a pause by who may not', $$SET LOCAL ROLE regress_upkeep_other; SET LOCAL upkeep.pause = 'all'$$),
  ('-- }', ''),
-- }
  ('== touches', ''),
  ('no foreign key to follow', $$SELECT upkeep.enable_touch('docs', 'notes')$$),
  ('two to choose from', $$SELECT upkeep.enable_touch('notes', 'docs')$$),
  ('a foreign key that is not there', $$SELECT upkeep.enable_touch('notes', 'docs', 'notes_fkey')$$),
  ('a touch in a circle', $$ALTER TABLE docs ADD note_id int REFERENCES notes; SELECT upkeep.enable_touch('docs', $$
    || $$'notes'); SELECT upkeep.enable_touch('notes', 'docs', 'notes_doc_id_fkey')$$),
  ('a touch of two columns and one key',
    $$CREATE TRIGGER t AFTER INSERT ON loose REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION $$
      || $$upkeep.touch('parent=orders', 'columns=order_id,product_id', 'keys=id'); INSERT INTO loose VALUES (1)$$),
  ('== metrics', ''),
  ('a table without figures', $$SELECT upkeep.enable_metrics('notes')$$),
  ('no formulas', $$SELECT upkeep.enable_metrics('days', '{}')$$),
  ('a formula that ends too soon', $$SELECT upkeep.enable_metrics('days', ARRAY['aov = revenue /'])$$),
  ('a formula without a column', $$SELECT upkeep.enable_metrics('days', ARRAY['revenue / orders'])$$),
  ('a column that is not there', $$SELECT upkeep.enable_metrics('days', ARRAY['aov = revenue / order_count'])$$),
  ('a function that there is not', $$SELECT upkeep.enable_metrics('days', ARRAY['aov = median(revenue)'])$$),
  ('a column of binary fractions', $$SELECT upkeep.enable_metrics('days', ARRAY['aov = share * 2'])$$),
  ('a figure in a text', $$SELECT upkeep.enable_metrics('days', ARRAY['kind = revenue / orders'])$$),
  ('a column with two formulas', $$SELECT upkeep.enable_metrics('days', ARRAY['aov = revenue', 'aov = orders'])$$),
  ('figures in a circle',
    $$SELECT upkeep.enable_metrics('days', ARRAY['aov = net_profit + 1', 'net_profit = aov + 1'])$$),
  ('settings that are not given', $$SELECT upkeep.enable_metrics('days', ARRAY['aov = revenue * settings.vat'])$$),
  ('periods without settings',
    $$SELECT upkeep.enable_metrics('days', ARRAY['aov = revenue'], settings_from => 'valid_from')$$),
  ('a key of another type', $$SELECT upkeep.enable_metrics('days', ARRAY['aov = settings.vat'], $$
    || $$settings => 'shop_settings', settings_key => 'revenue')$$),
  ('a metric in the key',
    $$SELECT upkeep.enable_metrics('days', ARRAY['shop_id = settings.vat'], settings => 'shop_settings')$$),
  ('a number that rounding cannot reach',
    $$SELECT upkeep.enable_metrics('days', ARRAY['aov = round(revenue, 5000)'])$$),
  ('a figure too large for its column', $$INSERT INTO days (id, shop_id, revenue, orders) VALUES (2, 1, 1000000, 1)$$),
  ('no number', $$INSERT INTO days (id, shop_id, revenue, orders) VALUES (2, 1, 'NaN', 1)$$),
  ('two settings of one shop', $$INSERT INTO days (id, shop_id, revenue, orders) VALUES (2, 2, 10, 1)$$),
  ('a share of 40 instead of 0.4', $$INSERT INTO days (id, shop_id, revenue, orders) VALUES (2, 3, 10, 1)$$),
  ('a formula that has an input too few', $$SELECT upkeep.evaluate('revenue / orders', '{"revenue": 3}')$$),
  ('an input that is not a number',
    $$SELECT upkeep.evaluate('revenue / orders', '{"revenue": "three", "orders": 1}')$$),
  ('inputs that are no object', $$SELECT upkeep.evaluate('revenue / orders', '[3, 1]')$$),
  ('a table whose figures nobody keeps', $$SELECT upkeep.check_metrics('docs')$$),
  ('recalculate in a transaction', $$CALL upkeep.recalculate('days')$$),
  ('== orders', ''),
  ('a table that sells itself', $$SELECT upkeep.enable_order_snapshots('products', 'products')$$),
  ('a product that is not there',
    $$INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (9, 2, 99, 1)$$),
  ('a line without a product', $$INSERT INTO order_items (id, order_id, quantity) VALUES (9, 2, 1)$$),
  ('a product without a price', $$INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (9, 2, 2, 1)$$),
  ('a price that is not a number',
    $$INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (9, 2, 4, 1)$$),
  ('a price that rounding would alter',
    $$INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (9, 2, 5, 1)$$),
  ('a product that is sold no more',
    $$INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (9, 2, 3, 1)$$),
  ('a price that is not the product''s',
    $$INSERT INTO order_items (id, order_id, product_id, quantity, price_snapshot) VALUES (9, 2, 1, 1, 4)$$),
  ('a price that is changed later', $$UPDATE order_items SET price_snapshot = 1 WHERE id = 2$$),
  ('more than there is', $$INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (9, 2, 1, 2)$$),
  ('a line into a paid order', $$INSERT INTO order_items (id, order_id, product_id, quantity) VALUES (9, 1, 1, 1)$$),
  ('the total of a paid order', $$UPDATE orders SET total_amount = 1 WHERE id = 1$$),
  ('a line of a paid order deleted', $$DELETE FROM order_items WHERE id = 1$$),
  ('a move that is not allowed', $$UPDATE orders SET status = 'pending' WHERE id = 1$$),
  ('a status that is final',
    $$UPDATE orders SET status = 'cancelled' WHERE id = 2; UPDATE orders SET status = 'pending' WHERE id = 2$$),
  ('a total that the column cannot hold',
    $$SET LOCAL upkeep.pause = 'order_snapshots, stock'; INSERT INTO order_items VALUES (9, 2, 1, '{}', 1000000, 1)$$),
  ('transitions that are no object', $$SELECT upkeep.enable_order_status('orders', '["paid"]')$$),
  ('a number that does not fit its column', $$SELECT upkeep.enable_order_number('orders', prefix => 'INVOICE-')$$),
  ('numbers that may be doubled', $$SELECT upkeep.enable_order_number('orders', 'note')$$),
  ('a second table for the same totals', $$CREATE TABLE more_items (id int PRIMARY KEY, order_id int, quantity int, $$
    || $$price_snapshot numeric); SELECT upkeep.enable_order_totals('orders', 'more_items')$$),
  ('lines of themselves', $$SELECT upkeep.enable_order_totals('orders', 'orders')$$),
  ('orders without anything to lock by',
    $$SELECT upkeep.enable_order_lock('docs', 'notes', order_column => 'doc_id')$$),
  ('stock of lines without a key', $$SELECT upkeep.enable_stock('loose', 'products')$$),
  ('checking what nobody keeps', $$SELECT * FROM upkeep.check_orders('docs', 'notes')$$),
  ('totals that nobody keeps', $$CALL upkeep.repair_order_totals('docs', 'notes')$$),
  ('checkout of a cart that is not there', $$SELECT upkeep.create_storefront('errors_store'); $$
    || $$SELECT upkeep.checkout('00000000-0000-0000-0000-000000000001', schema => 'errors_store')$$),
  ('a cart that is not there', $$SELECT upkeep.create_storefront('errors_store'); SELECT upkeep.add_to_cart($$
    || $$'00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 1, 'errors_store')$$),
  ('nothing to put into a cart', $$SELECT upkeep.add_to_cart('00000000-0000-0000-0000-000000000001', $$
    || $$'00000000-0000-0000-0000-000000000002', 0, 'errors_store')$$),
  ('a product that is not there', $$SELECT upkeep.create_storefront('errors_store'); $$
    || $$INSERT INTO errors_store.carts (id) VALUES ('00000000-0000-0000-0000-000000000001'); $$
    || $$SELECT upkeep.add_to_cart('00000000-0000-0000-0000-000000000001', $$
    || $$'00000000-0000-0000-0000-000000000002', 1, 'errors_store')$$),
  ('a cart into itself', $$SELECT upkeep.create_storefront('errors_store'); SELECT upkeep.merge_carts($$
    || $$'00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', 'errors_store')$$),
  ('checkout where there is no store',
    $$SELECT upkeep.checkout('00000000-0000-0000-0000-000000000001', schema => 'errors_guarded')$$),
-- C++ edition {
  ('-- C++ edition {', ''),
  ('== weekly diagnostics', ''),
  ('a day that does not begin a week',
    $$SELECT upkeep.diagnose(date '2026-11-10', 1, 1::bigint, 1::bigint, 1, '2026-11-11', '{}', '2026-11-20')$$),
  ('no week', $$SELECT upkeep.diagnose(date '2026-11-10', 1, 1::bigint, 1::bigint, 1, NULL, '{}', '2026-11-20')$$),
  ('settings that are no object', $$SELECT upkeep.shop_today('[]')$$),
  ('a time zone that there is not', $$SELECT upkeep.shop_today('{"timezone": "Mars/Olympus"}')$$),
  ('a week without end', $$SELECT upkeep.week_start('infinity')$$),
  ('an eighth day', $$SELECT upkeep.week_start('2026-11-10', '{"week_start_day": 8}')$$),
  ('half of what explains profit', $$SELECT upkeep.explain_change('{"leads": 1, "orders": 1, "revenue": 1, $$
    || $$"ad_spend": 1}', '{"leads": 1, "orders": 1, "revenue": 1}')$$),
  ('figures that are no numbers', $$SELECT upkeep.explain_change('{"leads": "many", "orders": 1, "revenue": 1}', $$
    || $$'{"leads": 1, "orders": 1, "revenue": 1}')$$),
  ('a report in a language that there is not', $$SELECT upkeep.weekly_report('{}', 'markdown', 'xx')$$),
  ('a report in a format that there is not', $$SELECT upkeep.weekly_report('{}', 'pdf')$$),
  ('a report of nothing', $$SELECT upkeep.weekly_report('[]')$$),
  ('a merge with nothing', $$SELECT upkeep.merge_issues(NULL, '[]', '{}', '{}', '{}')$$),
  ('days without their tables', $$CALL upkeep.run_weekly_diagnostics('2026-11-09')$$),
  ('a schedule without pg_cron', $$SELECT upkeep.schedule_weekly_diagnostics()$$),
  ('== decisions', ''),
  ('a table without decisions', $$SELECT upkeep.enable_ad_decisions('docs')$$),
  ('no table to decide in', $$SELECT upkeep.enable_ad_decisions(NULL)$$),
  ('decisions in a view', $$SELECT upkeep.enable_ad_decisions('seen')$$),
  ('decisions in somebody else''s table',
    $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.enable_ad_decisions('ads')$$),
  ('spend that is not a number', $$SELECT upkeep.enable_ad_decisions('leaflets')$$),
  ('a decision that is computed', $$SELECT upkeep.enable_ad_decisions('posters')$$),
  ('settings of itself', $$SELECT upkeep.enable_ad_decisions('ads', 'ads')$$),
  ('a key that only one of both has', $$SELECT upkeep.enable_ad_decisions('ads', 'shop_settings', 'campaign')$$),
  ('a key that is computed',
    $$ALTER TABLE shop_settings ADD shown int; SELECT upkeep.enable_ad_decisions('ads', 'shop_settings', 'shown')$$),
  ('two settings for one ad', $$INSERT INTO ads (shop_id, spend, orders) VALUES (2, 1, 1)$$),
  ('half a day', $$INSERT INTO ads (shop_id, spend, orders, age_days) VALUES (1, 1, 1, 2.5)$$),
  ('more orders than there can be', $$INSERT INTO ads (shop_id, spend, orders) VALUES (1, 1, 3000000000)$$),
  ('a decision that the column cannot hold', $$INSERT INTO shop_settings VALUES (4, 0.5); $$
    || $$ALTER TABLE ads ADD aov int; INSERT INTO ads (shop_id, spend, orders, aov) VALUES (4, 1, 100, 1000)$$),
  ('settings that became a view', $$ALTER TABLE shop_settings RENAME TO old_settings; $$
    || $$CREATE VIEW shop_settings AS TABLE old_settings; INSERT INTO ads (shop_id, spend, orders) VALUES (1, 1, 1)$$),
  ('growth of a table without figures', $$SELECT upkeep.enable_growth_simulations('ads')$$),
  ('growth to nowhere', $$INSERT INTO targets (revenue) VALUES (16)$$),
  ('a model that there is not', $$INSERT INTO targets VALUES (1, 20, 16, 4, 16, 4, 'cubic')$$),
  ('a spend that the column cannot hold',
    $$INSERT INTO targets VALUES (1, 2000000, 1600000, 400000, 160, 40, 'linear')$$),
  ('no target', $$SELECT upkeep.simulate_growth(NULL, 16, 4, 16, 4, 0.4)$$),
  ('a target of nothing', $$SELECT upkeep.simulate_growth(0, 16, 4, 16, 4, 0.4)$$),
  ('a revenue that is owed', $$SELECT upkeep.simulate_growth(20, -16, 4, 16, 4, 0.4)$$),
  ('a spend that is not a number', $$SELECT upkeep.simulate_growth(20, 16, 'NaN', 16, 4, 0.4)$$),
  ('goods at 40 instead of 0.4', $$SELECT upkeep.simulate_growth(20, 16, 4, 16, 4, 40)$$),
  ('no elasticity at all', $$SELECT upkeep.simulate_growth(20, 16, 4, 16, 4, 0.4, 0)$$),
  ('a target beyond all measure', $$SELECT upkeep.simulate_growth(1e17, 16, 4, 16, 4, 0.4)$$),
  ('a price below nothing', $$SELECT upkeep.unit_economics(-1, 1)$$),
  ('goods without end', $$SELECT upkeep.unit_economics(1, 'Infinity')$$),
  ('fees of 5 instead of 0.05', $$SELECT upkeep.unit_economics(1, 1, 5)$$),
  ('the pace of no shop', $$SELECT upkeep.goal_pace(NULL, '2026-11-01', '2026-11-09')$$),
  ('the pace without a day', $$SELECT upkeep.goal_pace('1', '2026-11-01', NULL)$$),
  ('a month without end', $$SELECT upkeep.goal_pace('1', 'infinity', '2026-11-09')$$),
  ('a shop that is no key', $$SELECT upkeep.goal_pace('one', '2026-11-01', '2026-11-09')$$),
  ('two goals for one month', $$SELECT upkeep.goal_pace('1', '2026-11-01', '2026-11-09')$$),
  ('a goal that is not a number', $$SELECT upkeep.goal_pace('3', '2026-11-01', '2026-11-09')$$),
  ('goals that are no goals',
    $$SELECT upkeep.goal_pace('1', '2026-11-01', '2026-11-09', monthly_goals => 'daily_records')$$),
  ('records that are not there',
    $$SET LOCAL search_path = pg_catalog; SELECT upkeep.goal_pace('1', '2026-11-01', '2026-11-09')$$),
  ('== soft delete', ''),
  ('a column that is not there', $$SELECT upkeep.enable_soft_delete('docs')$$),
  ('a column that holds no stamp', $$SELECT upkeep.enable_soft_delete('docs', 'body')$$),
  ('a generated column', $$SELECT upkeep.enable_soft_delete('docs', 'doubled')$$),
  ('no primary key', $$SELECT upkeep.enable_soft_delete('taken', 'updated_at')$$),
  ('another precision than the parent''s', $$SELECT upkeep.enable_soft_delete('posts')$$),
  ('a misspelt choice', $$SELECT upkeep.enable_soft_delete('members', hard_delete => 'never')$$),
  ('by who is not the owner', $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.enable_soft_delete('members')$$),
  ('a deleted row changed', $$UPDATE members SET name = 'x' WHERE id = 3$$),
  ('a row under a deleted one', $$INSERT INTO members VALUES (4, 3)$$),
  ('a row deleted that another needs', $$UPDATE members SET deleted_at = now() WHERE id = 1$$),
  ('a row deleted for good', $$DELETE FROM members WHERE id = 2$$),
  ('all rows', $$TRUNCATE members CASCADE$$),
  ('a live view of what has no soft delete', $$SELECT upkeep.live_view('posts')$$),
  ('a purge within a transaction', $$CALL upkeep.purge_deleted('members')$$),
  ('a purge of what is yet to be deleted', $$CALL upkeep.purge_deleted('members', '-1 day')$$),
  ('== the guard', ''),
  ('a filled table dropped', $$DROP TABLE errors_guarded.pages$$),
  ('with all that hangs on it', $$DROP TABLE errors_guarded.letters CASCADE$$),
  ('the schema dropped', $$DROP SCHEMA errors_guarded CASCADE$$),
  ('a filled column dropped', $$ALTER TABLE errors_guarded.letters DROP COLUMN body$$),
  ('a type that keeps less', $$ALTER TABLE errors_guarded.letters ALTER weight TYPE int$$),
  ('a filled table emptied', $$TRUNCATE errors_guarded.letters CASCADE$$),
  ('more rows than were expected',
    $$SELECT upkeep.confirm_drop('errors_guarded.pages', 2); DROP TABLE errors_guarded.pages$$),
  ('a yes for a table that is not there', $$SELECT upkeep.confirm_drop('errors_guarded.paper')$$),
  ('a yes for a column that is not there', $$SELECT upkeep.confirm_drop('errors_guarded.pages.number')$$),
  ('a yes for no table', $$SELECT upkeep.confirm_drop('errors.seen')$$),
  ('a yes for what is no name', $$SELECT upkeep.confirm_drop('errors_guarded."pages')$$),
  ('a yes for fewer than no rows', $$SELECT upkeep.confirm_drop('errors_guarded.pages', -1)$$),
  ('a yes for no time', $$SELECT upkeep.allow_drop('errors_guarded.pages', '0')$$),
  ('a yes by who is not the owner',
    $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.confirm_drop('errors_guarded.pages')$$),
  ('a misspelt mode', $$SELECT upkeep.enable_guard('refuse', '{errors_guarded}')$$),
  ('no schemas', $$SELECT upkeep.enable_guard('block', '{}')$$),
  ('a schema that is not there', $$SELECT upkeep.enable_guard(schemas => '{nowhere}')$$),
  ('a schema of somebody else''s',
    $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.enable_guard(schemas => '{errors_guarded}')$$),
  ('switched off by who may not', $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.disable_guard()$$),
  ('a review of what is no SQL', $$SELECT upkeep.review('DROP TABEL errors_guarded.pages')$$),
  ('== history: the way back', ''),
  ('no time', $$SELECT upkeep.as_of(NULL::people, NULL)$$),
  ('the past of what is no table', $$SELECT upkeep.as_of(1, now())$$),
  ('the past of a view', $$SELECT upkeep.as_of(NULL::seen, now())$$),
  ('the past of a table without history', $$SELECT upkeep.as_of(NULL::docs, now())$$),
  ('a key that is none', $$SELECT upkeep.row_history('people', '{"email": 1}')$$),
  ('a key that is no number', $$SELECT upkeep.row_history('people', '{"id": "x"}')$$),
  ('a row that was never deleted', $$SELECT upkeep.restore_row('people', '{"id": 1}')$$),
  ('a row that is back already', $$INSERT INTO people VALUES (1); DELETE FROM people; INSERT INTO people VALUES (1);
    SELECT upkeep.restore_row('people', '{"id": 1}')$$),
  ('a transaction that is not known', $$SELECT upkeep.undo('18446744073709551615')$$),
  ('the current transaction undone', $$INSERT INTO people VALUES (1); SELECT upkeep.undo(pg_current_xact_id())$$),
  ('no transaction undone', $$SELECT upkeep.undo(NULL)$$),
  ('== history: seals, erasure, retention', ''),
  ('the past emptied', $$TRUNCATE upkeep.history_entries$$),
  ('an erasure without a reason', $$SELECT upkeep.erase('people', '{"id": 1}', '{email}', '')$$),
  ('an erasure of nothing', $$SELECT upkeep.erase('people', '{"id": 1}', '{}', 'asked for')$$),
  ('an erasure of the key', $$SELECT upkeep.erase('people', '{"id": 1}', '{email,id}', 'asked for')$$),
  ('an erasure of a column that never was', $$SELECT upkeep.erase('people', '{"id": 1}', '{phone}', 'asked for')$$),
  ('an erasure for no row', $$SELECT upkeep.erase('people', '{"email": 1}', '{email}', 'asked for')$$),
  ('an erasure where there is no history', $$SELECT upkeep.erase('docs', '{"id": 1}', '{body}', 'asked for')$$),
  ('an erasure in a view', $$SELECT upkeep.erase('seen', '{"id": 1}', '{body}', 'asked for')$$),
  ('an erasure by who is not the owner',
    $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.erase('people', '{"id": 1}', '{email}', 'asked for')$$),
  ('a seal by who may not', $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.seal_history()$$),
  ('seals without pg_cron', $$SELECT upkeep.schedule_seal_history()$$),
  ('a purge in a transaction', $$CALL upkeep.purge_history('infinity')$$),
  ('the extension dropped with its entries', $$INSERT INTO people VALUES (1); DROP EXTENSION pg_upkeep CASCADE$$),
  ('back to 0.10.0 while there are entries',
    $$INSERT INTO people VALUES (1); ALTER EXTENSION pg_upkeep UPDATE TO '0.10.0'$$),
  ('-- }', ''),
-- }
  ('== the extension', ''),
-- C++ edition {
  ('-- C++ edition {', ''),
  ('dropped while tables use it', $$DROP EXTENSION pg_upkeep$$),
  ('back to 0.4.0 while tables are guarded',
    $$SELECT upkeep.disable_history('people'), upkeep.disable_soft_delete('members');
      ALTER EXTENSION pg_upkeep UPDATE TO '0.4.0'$$),
  ('-- }', ''),
-- }
  ('all disabled, unconfirmed', $$SELECT upkeep.disable_all('yes')$$),
  ('all disabled, by who may not: it names the first table',
    $$SET LOCAL ROLE regress_upkeep_other; SELECT upkeep.disable_all('disable')$$);

-- C++ edition {
CALL upkeep.purge_history('infinity');
-- }
CREATE TABLE answers AS SELECT * FROM mistakes CROSS JOIN LATERAL failure(coalesce(nullif(statement, ''), 'SELECT'));
\pset format unaligned
\pset tuples_only on
SELECT CASE WHEN what ~ '^-- ' THEN what WHEN statement = '' THEN E'\n' || what ELSE concat_ws(E'\n',
    E'\n' || what, '  ' || statement, concat_ws(': ', '  ' || state, CASE
      WHEN what ~ 'first table' THEN regexp_replace(message, 'table .*', 'table (the first one)') ELSE message END),
    '  DETAIL: ' || regexp_replace(CASE state WHEN '2BP01' THEN 'what depends on it' ELSE nullif(detail, '') END, E'\n',
      ' ', 'g'), '  HINT: ' || nullif(hint, '')) END
  FROM answers ORDER BY n;
\pset tuples_only off
\pset format aligned
-- Each of them is an error.
SELECT what FROM answers WHERE statement <> '' AND state = 'no error';
-- C++ edition {
SELECT upkeep.disable_guard();
-- }
DROP SCHEMA errors, errors_guarded, errors_analytics CASCADE;
RESET search_path;
