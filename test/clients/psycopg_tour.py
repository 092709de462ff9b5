"""The tour through psycopg 3: server-side prepared statements, parameters and results in binary."""
import json
import sys
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import psycopg
from psycopg.types.json import Jsonb

connection = psycopg.connect(dbname=sys.argv[1], autocommit=True)


def execute(query, *parameters):
    cursor = connection.cursor(binary=True)
    return cursor.execute(query, parameters, prepare=True)


def row(query, *parameters):
    return execute(query, *parameters).fetchone()


def refused(query, *parameters):
    try:
        execute(query, *parameters)
    except psycopg.Error as error:
        return error.diag
    return None


def is_a(kind, *values):
    for value in values:
        assert value is None or type(value) is kind, f"{value!r} is no {kind.__name__}"


execute("INSERT INTO products (id, name, price) VALUES (%b, %b, %b)", 1, "Mug", Decimal("12.00"))
rename = "UPDATE products SET name = %b WHERE id = %b RETURNING updated_at = now(), version, updated_at"
for before in ("stamped", "the same again is no change"):
    stamped, version, moment = row(rename, "Cup", 1)
    assert stamped == (before == "stamped")
    is_a(datetime, moment)
    print(f"{before}, version {version}")
stale = refused("UPDATE products SET price = %b, version = %b WHERE id = %b", Decimal("13"), 1, 1)
print(f"{stale.sqlstate}: {stale.message_detail}")

order = uuid.uuid4()
(number,) = row("INSERT INTO orders (id) VALUES (%b) RETURNING order_number", order)
line = """INSERT INTO order_items (order_id, product_id, quantity) VALUES (%b, %b, %b)
          RETURNING id, price_snapshot, product_snapshot"""
item, price, snapshot = row(line, order, 1, 2)
is_a(Decimal, price)
assert snapshot == {"name": "Cup", "price": 12}
(text,) = row("SELECT product_snapshot::text FROM order_items WHERE id = %b", item)
print(number, price, text)
forged = refused("INSERT INTO order_items (order_id, product_id, quantity, price_snapshot) VALUES (%b, %b, %b, %b)",
                 order, 1, 1, Decimal("0.01"))
print(f"{forged.sqlstate}: {forged.message_detail}")
with connection.transaction():
    row(line, order, 1, 1)
with connection.transaction(force_rollback=True):
    row(line, order, 1, 5)
(total,) = row("SELECT total_amount FROM orders WHERE id = %b", order)
is_a(Decimal, total)
print("total", total)
frozen = refused("UPDATE order_items SET price_snapshot = %b WHERE id = %b", Decimal("1"), item)
print(f"{frozen.sqlstate}: {frozen.message_primary}")

(paid,) = row("UPDATE orders SET status = %b WHERE id = %b RETURNING payment_completed_at", "paid", order)
is_a(datetime, paid)
print("paid, with the moment" if paid else "paid, without a moment")
locked = refused(line, order, 1, 1)
print(f"{locked.sqlstate}: {locked.message_detail.rsplit(': ', 1)[1].rstrip('.')}")
reopened = refused("UPDATE orders SET status = %b WHERE id = %b", "pending", order)
print(f"{reopened.sqlstate}: {reopened.message_hint}")

execute("INSERT INTO shop_settings VALUES (%b, %b)", 1, Decimal("0.4"))
upsert = """INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
            VALUES (%b, %b, %b, %b, %b, %b)
  ON CONFLICT (shop_id, record_date) DO UPDATE SET orders = excluded.orders RETURNING aov, cvr, roas, net_profit"""
days = [(date(2026, 9, 1), 2, 2000000, 100000, 0), (date(2026, 9, 2), 9, 3000000, 2900000, 60),
        (date(2026, 9, 2), 10, 0, 0, 0)]
for number, day in enumerate(days):
    aov, cvr, roas, profit = row(upsert, 1, *day)
    is_a(int, aov, profit)
    is_a(Decimal, cvr, roas)
    if number != 1:
        print(f"aov {aov}, cvr {'null' if cvr is None else cvr}, roas {roas}, net profit {profit}")
execute("UPDATE shop_settings SET cogs_ratio = %b WHERE shop_id = %b", Decimal("0.5"), 1)
print("after the settings:",
      *(profit for (profit,) in execute("SELECT net_profit FROM daily_records ORDER BY record_date")))
(of_sums, evaluated) = row("""SELECT round(upkeep.roas(sum(revenue), sum(ad_spend)), 2),
                                     round(upkeep.evaluate(%b, %b), 2)
                               FROM daily_records""",
                           "revenue / orders", Jsonb({"revenue": 1000, "orders": 3}))
print(of_sums, "of the sums, evaluated", evaluated)

cursor = connection.cursor()
cursor.executemany("""INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads)
                      VALUES (%b, %b, %b, %b, %b, %b)""", [
    (2, date(2026, 10, 12) + timedelta(n), *((6, 2400000, 600000, 60) if n < 28 else (5, 1900000, 900000, 70)))
    for n in range(35)])
(diagnosis,) = row("""SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, %b, %b, %b)
                      FROM daily_records WHERE shop_id = %b""",
                   date(2026, 11, 9), Jsonb({"cogs_ratio": 0.45, "target_roas": 3}), date(2026, 11, 16), 2)
print(f"{', '.join(issue['code'] for issue in diagnosis['issues'])}; state {diagnosis['state']}")

execute("INSERT INTO users VALUES (%b, %b)", 1, "ada@example.com")
(inserted,) = row("SELECT at FROM upkeep.history ORDER BY id DESC LIMIT 1")
is_a(datetime, inserted)
address = "UPDATE users SET email = %b WHERE id = %b"
with connection.transaction():
    row("SELECT upkeep.set_actor(%b, %b)", "anna", "she married")
    execute(address, "ada@example.org", 1)
newest = """SELECT action, actor, reason, changes, transaction::text
            FROM upkeep.row_history(%b::text::regclass, %b) LIMIT 1"""
ada = Jsonb({"id": 1})
action, actor, reason, changes, _ = row(newest, "users", ada)
print(f"{action} by {actor}, {reason}: {json.dumps(changes)}")
stood = "SELECT email FROM upkeep.as_of(NULL::users, %b)"
print("as it stood:", *row(stood, inserted))
early = refused(stood, inserted - timedelta(days=1))
print(f"{early.sqlstate}: {early.message_primary}")
gone = execute("DELETE FROM live.users WHERE id = %b RETURNING email", 1)
live, kept = row("SELECT (SELECT count(*) FROM live.users), (SELECT count(*) FROM users)")
print(f"{gone.rowcount} deleted: {gone.fetchone()[0]}, {live} live, {kept} kept")
deleted = refused(address, "nobody@example.org", 1)
print(f"{deleted.sqlstate}: {deleted.message_primary}")
forged = refused("UPDATE upkeep.history_entries SET actor = %b", "nobody")
print(f"{forged.sqlstate}: {forged.message_hint}")
execute("DELETE FROM users WHERE id = %b", 1)
(restored,) = row("SELECT upkeep.restore_row(%b::text::regclass, %b)", "users", ada)
(undone,) = row("SELECT upkeep.undo(%b::text::xid8)", row(newest, "users", ada)[-1])
(left,) = row("SELECT count(*) FROM users")
print(f"{restored} restored, {undone} undone, {left} left")
post = row("INSERT INTO posts (id, comments_count) VALUES (%b, %b) RETURNING comments_count", 1, 7)
first = datetime(2026, 11, 10, tzinfo=timezone.utc)
cursor.executemany("INSERT INTO comments VALUES (%b, %b, %b, %b)",
                   [(n, 1, n, first + timedelta(hours=n)) for n in range(1, 101)])
claim = "UPDATE posts SET comments_count = %b WHERE id = %b RETURNING comments_count, score, last_comment"
every = row(claim, 99, 1)
execute("DELETE FROM comments WHERE id < %b", 50)
(comments, score, last) = row(claim, 99, 1)
is_a(int, comments, score)
is_a(datetime, last)
print(f"{post[0]} comments, then {every[0]} with {every[1]}, then {comments} with {score}")
print(f"{first.date()} 100 hours: {last.astimezone(timezone.utc).date()}")
execute("DELETE FROM comments WHERE id = %b", 100)
(comments, score, last) = row(claim, 99, 1)
assert last == first + timedelta(hours=99)
(wrong,) = row("SELECT count(*) FROM upkeep.check_rollup(%b::text::regclass)", "posts")
print(f"the last one gone: {comments} with {score}, {wrong} wrong")
(findings,) = row("""SELECT (SELECT count(*) FROM upkeep.check()) +
  (SELECT count(*) FROM upkeep.check_orders(%b::text::regclass, %b::text::regclass))""", "orders", "order_items")
print("findings", findings)
