// The tour through JDBC: server-side prepared statements from the first execution on, and binary transfer.
import java.math.BigDecimal;
import java.sql.*;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.postgresql.PGStatement;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

public class JdbcTour {
  private final Connection connection;

  private JdbcTour(Connection connection) { this.connection = connection; }

  private PreparedStatement prepare(String query, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(query);
    statement.unwrap(PGStatement.class).setPrepareThreshold(-1);
    for (int i = 0; i < parameters.length; i++) statement.setObject(i + 1, parameters[i]);
    return statement;
  }

  private void execute(String query, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(query, parameters)) { statement.execute(); }
  }

  private List<Object[]> rows(String query, List<Class<?>> types, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(query, parameters); ResultSet result = statement.executeQuery()) {
      List<Object[]> rows = new ArrayList<>();
      while (result.next()) {
        Object[] row = new Object[types.size()];
        for (int i = 0; i < row.length; i++) row[i] = result.getObject(i + 1, types.get(i));
        rows.add(row);
      }
      return rows;
    }
  }

  private Object[] row(String query, List<Class<?>> types, Object... parameters) throws SQLException {
    return rows(query, types, parameters).get(0);
  }

  private ServerErrorMessage refused(String query, Object... parameters) throws SQLException {
    try {
      execute(query, parameters);
    } catch (PSQLException error) {
      return error.getServerErrorMessage();
    }
    throw new IllegalStateException("no error: " + query);
  }

  private static PGobject json(String text) throws SQLException {
    PGobject value = new PGobject();
    value.setType("jsonb");
    value.setValue(text);
    return value;
  }

  private static void say(String format, Object... values) { System.out.println(String.format(format, values)); }

  private void stamps() throws SQLException {
    execute("INSERT INTO products (id, name, price) VALUES (?, ?, ?)", 1, "Mug", new BigDecimal("12.00"));
    String rename = "UPDATE products SET name = ? WHERE id = ? RETURNING updated_at = now(), version, updated_at";
    List<Class<?>> types = List.of(Boolean.class, Integer.class, OffsetDateTime.class);
    Object[] first = row(rename, types, "Cup", 1), again = row(rename, types, "Cup", 1);
    if ((Boolean) first[0]) say("stamped, version %d", first[1]);
    if (!(Boolean) again[0] && again[2].equals(first[2])) say("the same again is no change, version %d", again[1]);
    ServerErrorMessage stale = refused("UPDATE products SET price = ?, version = ? WHERE id = ?", new BigDecimal("13"), 1, 1);
    say("%s: %s", stale.getSQLState(), stale.getDetail());
  }

  private void orders() throws SQLException {
    UUID order = UUID.randomUUID();
    Object number = row("INSERT INTO orders (id) VALUES (?) RETURNING order_number", List.of(String.class), order)[0];
    String line = "INSERT INTO order_items (order_id, product_id, quantity) VALUES (?, ?, ?) RETURNING id, price_snapshot, product_snapshot::text";
    List<Class<?>> types = List.of(Integer.class, BigDecimal.class, String.class);
    Object[] item = row(line, types, order, 1, 2);
    say("%s %s %s", number, item[1], item[2]);
    ServerErrorMessage forged = refused("INSERT INTO order_items (order_id, product_id, quantity, price_snapshot) VALUES (?, ?, ?, ?)",
        order, 1, 1, new BigDecimal("0.01"));
    say("%s: %s", forged.getSQLState(), forged.getDetail());
    connection.setAutoCommit(false);
    row(line, types, order, 1, 1);
    connection.commit();
    row(line, types, order, 1, 5);
    connection.rollback();
    connection.setAutoCommit(true);
    say("total %s", row("SELECT total_amount FROM orders WHERE id = ?", List.of(BigDecimal.class), order)[0]);
    ServerErrorMessage frozen = refused("UPDATE order_items SET price_snapshot = ? WHERE id = ?", BigDecimal.ONE, item[0]);
    say("%s: %s", frozen.getSQLState(), frozen.getMessage());

    Object paid = row("UPDATE orders SET status = ? WHERE id = ? RETURNING payment_completed_at", List.of(OffsetDateTime.class), "paid", order)[0];
    say(paid == null ? "paid, without a moment" : "paid, with the moment");
    ServerErrorMessage locked = refused(line, order, 1, 1);
    say("%s: %s", locked.getSQLState(), locked.getDetail().replaceAll(".*: |\\.$", ""));
    ServerErrorMessage reopened = refused("UPDATE orders SET status = ? WHERE id = ?", "pending", order);
    say("%s: %s", reopened.getSQLState(), reopened.getHint());
  }

  private void metrics() throws SQLException {
    execute("INSERT INTO shop_settings VALUES (?, ?)", 1, new BigDecimal("0.4"));
    String upsert = "INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads) VALUES (?, ?, ?, ?, ?, ?) "
        + "ON CONFLICT (shop_id, record_date) DO UPDATE SET orders = excluded.orders RETURNING aov, cvr, roas, net_profit";
    List<Class<?>> types = List.of(Long.class, BigDecimal.class, BigDecimal.class, Long.class);
    LocalDate first = LocalDate.of(2026, 9, 1);
    Object[] one = row(upsert, types, 1, first, 2, 2000000L, 100000L, 0);
    row(upsert, types, 1, first.plusDays(1), 9, 3000000L, 2900000L, 60);
    Object[] two = row(upsert, types, 1, first.plusDays(1), 10, 0L, 0L, 0);
    for (Object[] day : List.of(one, two)) say("aov %d, cvr %s, roas %s, net profit %d", day);
    execute("UPDATE shop_settings SET cogs_ratio = ? WHERE shop_id = ?", new BigDecimal("0.5"), 1);
    List<Object[]> profits = rows("SELECT net_profit FROM daily_records ORDER BY record_date", List.of(Long.class));
    say("after the settings: %d %d", profits.get(0)[0], profits.get(1)[0]);
    Object[] ratios = row("SELECT round(upkeep.roas(sum(revenue), sum(ad_spend)), 2), round(upkeep.evaluate(?, ?), 2) FROM daily_records",
        List.of(BigDecimal.class, BigDecimal.class), "revenue / orders", json("{\"revenue\": 1000, \"orders\": 3}"));
    say("%s of the sums, evaluated %s", ratios);
  }

  private void diagnosis() throws SQLException {
    LocalDate first = LocalDate.of(2026, 10, 12);
    String insert = "INSERT INTO daily_records (shop_id, record_date, orders, revenue, ad_spend, leads) VALUES (?, ?, ?, ?, ?, ?)";
    try (PreparedStatement days = connection.prepareStatement(insert)) {
      for (int n = 0; n < 35; n++) {
        Object[] day = n < 28 ? new Object[] {2, first.plusDays(n), 6, 2400000L, 600000L, 60}
                              : new Object[] {2, first.plusDays(n), 5, 1900000L, 900000L, 70};
        for (int i = 0; i < day.length; i++) days.setObject(i + 1, day[i]);
        days.addBatch();
      }
      days.executeBatch();
    }
    Object[] found = row("SELECT (SELECT string_agg(i ->> 'code', ', ' ORDER BY n) FROM jsonb_array_elements(d -> 'issues') WITH ORDINALITY i(i, n)), d ->> 'state' "
        + "FROM (SELECT upkeep.diagnose(record_date, orders, revenue, ad_spend, leads, ?, ?, ?) AS d FROM daily_records WHERE shop_id = ?) s",
        List.of(String.class, String.class), LocalDate.of(2026, 11, 9), json("{\"cogs_ratio\": 0.45, \"target_roas\": 3}"), LocalDate.of(2026, 11, 16), 2);
    say("%s; state %s", found);
  }

  private void history() throws SQLException {
    execute("INSERT INTO users VALUES (?, ?)", 1, "ada@example.com");
    OffsetDateTime inserted = (OffsetDateTime) row("SELECT at FROM upkeep.history ORDER BY id DESC LIMIT 1", List.of(OffsetDateTime.class))[0];
    String address = "UPDATE users SET email = ? WHERE id = ?";
    connection.setAutoCommit(false);
    execute("SELECT upkeep.set_actor(?, ?)", "anna", "she married");
    execute(address, "ada@example.org", 1);
    connection.commit();
    connection.setAutoCommit(true);
    String newest = "SELECT action, actor, reason, changes::text, transaction::text FROM upkeep.row_history(?::text::regclass, ?) LIMIT 1";
    List<Class<?>> texts = List.of(String.class, String.class, String.class, String.class, String.class);
    PGobject ada = json("{\"id\": 1}");
    say("%s by %s, %s: %s", row(newest, texts, "users", ada));
    String stood = "SELECT email FROM upkeep.as_of(NULL::users, ?)";
    say("as it stood: %s", row(stood, List.of(String.class), inserted));
    ServerErrorMessage early = refused(stood, inserted.minusDays(1));
    say("%s: %s", early.getSQLState(), early.getMessage());
    List<Object[]> gone = rows("DELETE FROM live.users WHERE id = ? RETURNING email", List.of(String.class), 1);
    Object[] there = row("SELECT (SELECT count(*) FROM live.users), (SELECT count(*) FROM users)", List.of(Long.class, Long.class));
    say("%d deleted: %s, %d live, %d kept", gone.size(), gone.get(0)[0], there[0], there[1]);
    ServerErrorMessage deleted = refused(address, "nobody@example.org", 1);
    say("%s: %s", deleted.getSQLState(), deleted.getMessage());
    ServerErrorMessage forged = refused("UPDATE upkeep.history_entries SET actor = ?", "nobody");
    say("%s: %s", forged.getSQLState(), forged.getHint());
    execute("DELETE FROM users WHERE id = ?", 1);
    Object restored = row("SELECT upkeep.restore_row(?::text::regclass, ?)", List.of(Long.class), "users", ada)[0];
    Object undone = row("SELECT upkeep.undo(?::text::xid8)", List.of(Long.class), row(newest, texts, "users", ada)[4])[0];
    say("%d restored, %d undone, %d left", restored, undone, row("SELECT count(*) FROM users", List.of(Long.class))[0]);
  }

  private void rollups() throws SQLException {
    Object before = row("INSERT INTO posts (id, comments_count) VALUES (?, ?) RETURNING comments_count", List.of(Integer.class), 1, 7)[0];
    OffsetDateTime first = OffsetDateTime.parse("2026-11-10T00:00Z");
    try (PreparedStatement comments = connection.prepareStatement("INSERT INTO comments VALUES (?, ?, ?, ?)")) {
      for (int n = 1; n <= 100; n++) {
        Object[] comment = {n, 1, (long) n, first.plusHours(n)};
        for (int i = 0; i < comment.length; i++) comments.setObject(i + 1, comment[i]);
        comments.addBatch();
      }
      comments.executeBatch();
    }
    String claim = "UPDATE posts SET comments_count = ? WHERE id = ? RETURNING comments_count, score, last_comment";
    List<Class<?>> types = List.of(Integer.class, Long.class, OffsetDateTime.class);
    Object[] all = row(claim, types, 99, 1);
    execute("DELETE FROM comments WHERE id < ?", 50);
    Object[] some = row(claim, types, 99, 1);
    say("%d comments, then %d with %d, then %d with %d", before, all[0], all[1], some[0], some[1]);
    say("%s 100 hours: %s", first.toLocalDate(), ((OffsetDateTime) some[2]).withOffsetSameInstant(first.getOffset()).toLocalDate());
    execute("DELETE FROM comments WHERE id = ?", 100);
    Object[] left = row(claim, types, 99, 1);
    Object wrong = row("SELECT count(*) FROM upkeep.check_rollup(?::text::regclass)", List.of(Long.class), "posts")[0];
    say("the last one gone: %d with %d, %d wrong", left[0], left[1], wrong);
  }

  private void findings() throws SQLException {
    say("findings %d", row("SELECT (SELECT count(*) FROM upkeep.check()) + (SELECT count(*) FROM upkeep.check_orders(?::text::regclass, ?::text::regclass))",
        List.of(Long.class), "orders", "order_items")[0]);
  }

  public static void main(String[] arguments) throws SQLException {
    try (Connection connection = DriverManager.getConnection(arguments[0])) {
      JdbcTour tour = new JdbcTour(connection);
      tour.stamps();
      tour.orders();
      tour.metrics();
      tour.diagnosis();
      tour.history();
      tour.rollups();
      tour.findings();
    }
  }
}
