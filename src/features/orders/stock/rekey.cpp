// upkeep.follow_line_keys: where ALTER TABLE gives the lines another primary key, what is remembered of them follows.
#include "features/begun_commands.hpp"
#include "features/catalogue.hpp"
#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/registry.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

// The primary key of a table by the numbers of its columns, which a rename does not change. Trivial.
struct key_columns {
  int count;
  AttrNumber columns[INDEX_MAX_KEYS];
  Oid types[INDEX_MAX_KEYS];
};

// What the table had when its command began.
struct altered_table {
  Oid table;
  key_columns key;
};
using begun_alters = begun_commands<altered_table>;

key_columns key_of(Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT a.attnum, a.atttypid
    FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey) WITH ORDINALITY k(number, place)
    JOIN pg_catalog.pg_attribute a ON a.attnum [=] k.number
    WHERE a.attrelid [=] $1 AND i.indrelid [=] $1 AND i.indisprimary AND k.place [<=] i.indnkeyatts
    ORDER BY k.place
  )sql"),
                                     parameters);
  key_columns key{};
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    bool is_null = false;
    key.columns[key.count] = DatumGetInt16(found.value(row, 1, is_null));
    key.types[key.count++] = found.oid(row, 2);
  }
  return key;
}

// Types of which equal values have the same text in a key.
Oid kind_of(Oid type) {
  switch (const Oid base = call([=] { return getBaseType(type); })) {
  case INT2OID:
  case INT4OID:
  case INT8OID:
    return NUMERICOID;
  case VARCHAROID:
  case BPCHAROID:
  case NAMEOID:
    return TEXTOID;
  default:
    return base;
  }
}

bool is_same(const key_columns &a, const key_columns &b) {
  bool same = a.count == b.count;
  for (int i = 0; same && i < a.count; ++i)
    same = a.columns[i] == b.columns[i] && kind_of(a.types[i]) == kind_of(b.types[i]);
  return same;
}

bool is_remembered(Oid table) {
  const pg::parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(table)}};
  bool remembered = false;
  with_memory([&] {
    remembered =
        pg::execute(sql("SELECT FROM upkeep.stock_taken t WHERE t.order_items [=] $1 LIMIT 1"), parameters).count() > 0;
  });
  return remembered;
}

// The table that the command is about to alter, if there is one of that name.
Oid target_of(const EventTriggerData &event) {
  if (!event.parsetree || !IsA(event.parsetree, AlterTableStmt))
    return InvalidOid;
  const auto &statement = *reinterpret_cast<const AlterTableStmt *>(event.parsetree);
  return statement.objtype == OBJECT_TABLE ? call([&] { return RangeVarGetRelid(statement.relation, NoLock, true); })
                                           : InvalidOid;
}

void begin(const EventTriggerData &event) {
  begun_alters::forget(event.parsetree);
  const Oid table = target_of(event);
  if (!OidIsValid(table))
    return;
  pg::with_spi([&] {
    if (is_remembered(table))
      begun_alters::begin(event.parsetree) = {table, key_of(table)};
  });
}

[[noreturn]] void cannot_follow(Oid table, const char *why) {
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message =
                  fmt::format("what the lines of \"{}\" have taken from stock cannot follow their new primary key",
                              pg::table_name(table)),
              .detail = why,
              .hint = "Keep the columns of the old key until the new one is there, and do not change values by it; "
                      "upkeep.check_orders() lists lines that are gone."};
}

std::vector<std::string> names_of(const key_columns &key, Relation lines) {
  std::vector<std::string> names;
  for (int i = 0; i < key.count; ++i) {
    const FormData_pg_attribute &column = *TupleDescAttr(RelationGetDescr(lines), key.columns[i] - 1);
    if (column.attisdropped)
      cannot_follow(RelationGetRelid(lines), "A column of the old one is gone.");
    names.emplace_back(NameStr(column.attname));
  }
  return names;
}

// For each remembered line its key as it was and as it is.
struct line_keys {
  pg::parameter before, after;
};

line_keys match_lines(Oid table, const key_columns &before, const key_columns &after, const pg::parameter &remembered) {
  line_keys keys;
  pg::with_relation(table, [&](Relation lines) {
    const stock_key was(lines, names_of(before, lines)), now(lines, names_of(after, lines));
    pg::as_user(lines->rd_rel->relowner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
      const pg::rows found = execute_latest(sql(R"sql(
        SELECT pg_catalog.array_agg(k.line), pg_catalog.array_agg({key})
        FROM pg_catalog.unnest($1) AS k(line)
        JOIN {lines} i ON {had_key}
      )sql",
                                                "key"_is = now.of("i"), "lines"_is = pg::own_rows_of(table),
                                                "had_key"_is = was.equals("i", "k.line")),
                                            {&remembered, 1});
      keys = {array_in(found, 1, TEXTOID), array_in(found, 2, TEXTOID)};
    });
  });
  return keys;
}

// Every line must be found, and two of them may exchange their keys.
void follow(Oid table, const key_columns &before, const key_columns &after) {
  if (after.count == 0)
    cannot_follow(table, "There is no longer one.");
  const pg::parameter of_table{REGCLASSOID, ObjectIdGetDatum(table)};
  pg::parameter remembered{};
  with_memory([&] {
    const pg::rows found =
        execute_latest(sql("SELECT pg_catalog.array_agg(t.line) FROM upkeep.stock_taken t WHERE t.order_items [=] $1"),
                       {&of_table, 1});
    remembered = array_in(found, 1, TEXTOID);
  });
  const line_keys keys = match_lines(table, before, after, remembered);
  const pg::parameter parameters[] = {of_table, keys.before, keys.after};
  with_memory([&] {
    // Under keys that no line has, the old ones are out of the way of the new.
    execute_latest(sql("UPDATE upkeep.stock_taken t SET line = 'was ' [||] t.line WHERE t.order_items [=] $1"),
                   {&of_table, 1});
    execute_latest(sql(R"sql(
      UPDATE upkeep.stock_taken t
      SET line = k.after
      FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) k(before, after)
      WHERE t.order_items [=] $1 AND t.line [=] ('was ' [||] k.before)
    )sql"),
                   parameters);
    const pg::rows left = execute_latest(sql(R"sql(
      SELECT FROM upkeep.stock_taken t
      WHERE t.order_items [=] $1 AND pg_catalog.starts_with(t.line, 'was ')
      LIMIT 1
    )sql"),
                                         {&of_table, 1});
    if (left.count() > 0)
      cannot_follow(table, "It does not find all lines that are remembered.");
  });
}

bool is_enabled(Oid table) {
  bool enabled = false;
  pg::with_relation(table, [&](Relation lines) { enabled = trigger_of(lines, stock_feature) != nullptr; });
  return enabled;
}

// What stock remembers of lines that it no longer looks after is not needed, and must not get in their owner's way.
void forget(Oid table) {
  const pg::parameter of_table{REGCLASSOID, ObjectIdGetDatum(table)};
  with_memory([&] {
    execute_latest(sql("DELETE FROM upkeep.stock_taken t WHERE t.order_items [=] $1"), {&of_table, 1});
  });
  call([=] {
    ereport(NOTICE, errmsg("what the lines of \"%s\" have taken from stock is forgotten", get_rel_name(table)),
            errdetail("It cannot follow their new primary key, and stock is not enabled for them."));
  });
}

void follow_or_forget(Oid table, const key_columns &before, const key_columns &after) {
  if (is_enabled(table))
    return follow(table, before, after);
  try {
    follow(table, before, after);
  } catch (const fault &) {
    forget(table);
  }
}

void end(const EventTriggerData &event) {
  const altered_table *begun = begun_alters::find(event.parsetree);
  if (!begun)
    return;
  const Oid table = begun->table;
  const key_columns before = begun->key;
  begun_alters::forget(event.parsetree);
  pg::with_spi([&] {
    call([=] { LockRelationOid(table, AccessShareLock); });
    const key_columns after = key_of(table);
    if (before.count > 0 && !is_same(before, after))
      follow_or_forget(table, before, after);
  });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.follow_line_keys() RETURNS event_trigger: ON ddl_command_start and ddl_command_end, for ALTER TABLE. Errors:
// 39P01, 42804, 55000. It sets no search_path: the command's names are the caller's.
UPKEEP_FUNCTION(upkeep_follow_line_keys) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep.follow_line_keys() can only be called as an event trigger"};
    const auto &event = *reinterpret_cast<const EventTriggerData *>(fcinfo->context);
    std::string_view(event.event) == "ddl_command_start" ? begin(event) : end(event);
    return Datum(0);
  });
}
