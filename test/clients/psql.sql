-- The tour through psql: PREPARE and EXECUTE, \gset, and the fields of an error by its VERBOSITY.
\set VERBOSITY verbose
PREPARE rename (text, integer) AS UPDATE products SET name = $1 WHERE id = $2
  RETURNING updated_at = now() AS stamped, version;
PREPARE reprice (numeric, integer, integer) AS UPDATE products SET price = $1, version = $2 WHERE id = $3;
PREPARE line (uuid, integer, integer) AS
  INSERT INTO order_items (order_id, product_id, quantity) VALUES ($1, $2, $3)
  RETURNING id AS item, price_snapshot AS price, product_snapshot AS snapshot;
PREPARE priced_line (uuid, integer, integer, numeric) AS
  INSERT INTO order_items (order_id, product_id, quantity, price_snapshot) VALUES ($1, $2, $3, $4);
PREPARE edit (numeric, integer) AS UPDATE order_items SET price_snapshot = $1 WHERE id = $2;
PREPARE move (text, uuid) AS UPDATE orders SET status = $1 WHERE id = $2
  RETURNING payment_completed_at IS NOT NULL AS has_moment;
PREPARE day (integer, date, integer, bigint, bigint, integer) AS
  INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (shop_id, record_date) DO UPDATE SET orders = excluded.orders
    RETURNING format('aov %s, cvr %s, roas %s, net profit %s', aov, coalesce(cvr::text, 'null'), roas, net_profit);
PREPARE diagnosis (integer, jsonb) AS
  SELECT (SELECT string_agg(i ->> 'code', ', ' ORDER BY n)
    FROM jsonb_array_elements(d -> 'issues') WITH ORDINALITY i(i, n)) || '; state ' || (d ->> 'state')
    FROM (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, '2026-11-09', $2, '2026-11-16') AS d
      FROM daily_records WHERE shop_id = $1) s;
PREPARE address (text, integer) AS UPDATE users SET email = $1 WHERE id = $2;
PREPARE newest (jsonb) AS SELECT format('%s by %s, %s: %s', action, actor, reason, changes) AS change, transaction
  FROM upkeep.row_history('users', $1) LIMIT 1;
PREPARE stood (timestamptz) AS SELECT 'as it stood: ' || email FROM upkeep.as_of(NULL::users, $1);
PREPARE leave (integer) AS DELETE FROM live.users WHERE id = $1 RETURNING email AS left;
PREPARE post (integer, integer) AS INSERT INTO posts (id, comments_count) VALUES ($1, $2)
  RETURNING comments_count AS comments;
PREPARE comment (integer, integer, bigint, timestamptz) AS INSERT INTO comments VALUES ($1, $2, $3, $4);
PREPARE forget (integer) AS DELETE FROM comments WHERE id < $1;
PREPARE uncomment (integer) AS DELETE FROM comments WHERE id = $1;
PREPARE claim (integer, integer) AS UPDATE posts SET comments_count = $1 WHERE id = $2
  RETURNING comments_count AS comments, score, last_comment;
PREPARE restore (jsonb) AS SELECT upkeep.restore_row('users', $1) AS restored;

INSERT INTO products (id, name, price) VALUES (1, 'Mug', 12.00);
EXECUTE rename('Cup', 1) \gset
\if :stamped
\echo stamped, version :version
\endif
EXECUTE rename('Cup', 1) \gset
\if :stamped
\else
\echo the same again is no change, version :version
\endif
EXECUTE reprice(13, 1, 1);

INSERT INTO orders (id) VALUES ('00000000-0000-4000-8000-000000000001')
  RETURNING id AS order, order_number AS number \gset
EXECUTE line(:'order', 1, 2) \gset
\echo :number :price :snapshot
EXECUTE priced_line(:'order', 1, 1, 0.01);
BEGIN;
EXECUTE line(:'order', 1, 1) \g /dev/null
COMMIT;
BEGIN;
EXECUTE line(:'order', 1, 5) \g /dev/null
ROLLBACK;
SELECT 'total', total_amount FROM orders \g (fieldsep=' ')
EXECUTE edit(1, :item);
EXECUTE move('paid', :'order') \gset
\if :has_moment
\echo paid, with the moment
\endif
EXECUTE line(:'order', 1, 1);
EXECUTE move('pending', :'order');

INSERT INTO shop_settings VALUES (1, 0.4);
EXECUTE day(1, '2026-09-01', 2, 2000000, 100000, 0);
EXECUTE day(1, '2026-09-02', 9, 3000000, 2900000, 60) \g /dev/null
EXECUTE day(1, '2026-09-02', 10, 0, 0, 0);
UPDATE shop_settings SET cogs_ratio = 0.5 WHERE shop_id = 1;
SELECT 'after the settings: ' || string_agg(net_profit::text, ' ' ORDER BY record_date) FROM daily_records;
SELECT format('%s of the sums, evaluated %s', round(upkeep.roas(sum(revenue), sum(ad_spend)), 2),
  round(upkeep.evaluate('revenue / orders', '{"revenue": 1000, "orders": 3}'), 2)) FROM daily_records;
\setenv FIGURES '[ $n -lt 28 ] && f="6,2400000,600000,60" || f="5,1900000,900000,70"'
\setenv DAYS 'for n in $(seq 0 34); do eval "$FIGURES"; echo "2,$(date -d "2026-10-12 +$n days" +%F),$f"; done'
\copy daily_records (shop_id, record_date, orders, revenue, ad_spend, leads) FROM PROGRAM 'eval "$DAYS"' (FORMAT csv)
EXECUTE diagnosis(2, '{"cogs_ratio": 0.45, "target_roas": 3}');

INSERT INTO users VALUES (1, 'ada@example.com');
SELECT at AS inserted FROM upkeep.history ORDER BY id DESC LIMIT 1 \gset
BEGIN;
SELECT upkeep.set_actor('anna', 'she married') \g /dev/null
EXECUTE address('ada@example.org', 1);
COMMIT;
EXECUTE newest('{"id": 1}') \gset
\echo :change
EXECUTE stood(:'inserted');
EXECUTE stood('2026-01-01');
EXECUTE leave(1) \gset
\set deleted :ROW_COUNT
SELECT format('%s deleted: %s, %s live, %s kept', :deleted, :'left', (SELECT count(*) FROM live.users), count(*))
  FROM users;
EXECUTE address('nobody@example.org', 1);
UPDATE upkeep.history_entries SET actor = 'nobody';
DELETE FROM users;
EXECUTE restore('{"id": 1}') \gset
EXECUTE newest('{"id": 1}') \gset
SELECT upkeep.undo(:'transaction') AS undone \gset
SELECT format('%s restored, %s undone, %s left', :restored, :undone, count(*)) FROM users;
EXECUTE post(1, 7) \gset before_
SELECT format('EXECUTE comment(%s, 1, %s, %L)', n, n, timestamptz '2026-11-10 00:00Z' + n * interval '1 hour')
  FROM generate_series(1, 100) n \gexec
EXECUTE claim(99, 1) \gset all_
EXECUTE forget(50);
EXECUTE claim(99, 1) \gset
\echo :before_comments comments, then :all_comments with :all_score, then :comments with :score
SELECT '2026-11-10 100 hours: ' || (:'last_comment'::timestamptz AT TIME ZONE 'UTC')::date;
EXECUTE uncomment(100);
EXECUTE claim(99, 1) \gset
SELECT format('the last one gone: %s with %s, %s wrong', :comments, :score, count(*)) FROM upkeep.check_rollup('posts');
SELECT 'findings', (SELECT count(*) FROM upkeep.check()) + (SELECT count(*)
  FROM upkeep.check_orders('orders', 'order_items')) \g (fieldsep=' ')
