// upkeep.erase: takes a person's values out of the past.
#include "core/history/column_names.hpp"
#include "core/history/seals.hpp"
#include "features/history/digests.hpp"
#include "features/history/own_tables.hpp"
#include "features/history/past/row_trail.hpp"
#include "features/history/retention/live_row.hpp"
#include "features/history/retention/older_keys.hpp"
#include "features/soft_delete/soft_column.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/hmac.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

namespace {

struct erasure {
  Oid target;
  Datum key;
  std::vector<std::string> columns;
  std::string reason;
};

// An entry as it is to be; what is not replaced is nullptr.
struct erased_entry {
  std::int64_t id;
  TimestampTz at;
  std::string key;
  Jsonb *before, *after;
};

std::vector<column_rename> column_renames(const past_table &table) {
  std::vector<column_rename> renames;
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}};
  as_keeper([&] {
    const pg::rows found = pg::read(pg::sql(R"sql(
      SELECT e.id, e.before [->>] 'column', e.after [->>] 'column'
      FROM upkeep.history_entries e
      WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, NULL)
        AND e.table_number [=] $1 AND e.key IS NULL AND e.action [=] 'r' AND e.before [?] 'column'
      ORDER BY e.id DESC
    )sql"),
                                    parameters);
    bool is_null = false;
    for (std::uint64_t row = 0; row < found.count(); ++row)
      renames.push_back({DatumGetInt64(found.value(row, 1, is_null)), found.text(row, 2).value_or(""),
                         found.text(row, 3).value_or("")});
  });
  return renames;
}

// Under all the names that they had.
std::vector<name_span> names_of(const past_table &table, const erasure &what) {
  const std::vector<column_rename> renames = column_renames(table);
  std::vector<name_span> names;
  for (const std::string &column : what.columns) {
    const bool is_there = pg::find_column(RelationGetDescr(table.relation), column) != InvalidAttrNumber;
    const auto of_column = names_of_column(column, is_there, renames);
    if (!of_column)
      throw fault{.sqlstate = sqlstate::undefined_column,
                  .message = fmt::format("column \"{}\" of table \"{}\" does not exist", column,
                                         RelationGetRelationName(table.relation)),
                  .detail = "Nor does history know of a column that was called so when it was dropped.",
                  .hint = "Pass the name that the column has now."};
    names.insert(names.end(), of_column->begin(), of_column->end());
  }
  return names;
}

// What is left of the values.
class eraser {
public:
  explicit eraser(std::vector<name_span> names) : names(std::move(names)), keys(required_keys()) {}

  // nullptr where there is nothing to erase.
  Jsonb *without(const past_entry &entry, side which) const {
    Jsonb *document = which == side::before ? entry.before : entry.after;
    const pg::jsonb_fields fields = call([=] { return pg::fields_of(document); });
    bool is_changed = false;
    JsonbParseState *state = nullptr;
    call([&] { pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr); });
    for (const pg::jsonb_field &each : fields) {
      const std::string left = is_named(names, entry.id, each.name) ? what_is_left(entry, which, each) : "";
      is_changed = is_changed || !left.empty();
      call([&] { push(state, each, left.empty() ? nullptr : left.c_str()); });
    }
    return is_changed ? call([&] { return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)); })
                      : nullptr;
  }

private:
  // "" of what is erased already.
  std::string what_is_left(const past_entry &entry, side which, const pg::jsonb_field &field) const {
    const std::string json = pg::string_from([&] {
      Jsonb *value = JsonbValueToJsonb(const_cast<JsonbValue *>(&field.value));
      return JsonbToCString(nullptr, &value->root, VARSIZE(value));
    });
    if (read_mark(json).is == mark::erased)
      return "";
    return erased_mark(value_digest(pg::hmac_sha256, key_at(keys, entry.at), entry.id, which, {field.name, json}));
  }

  static void push(JsonbParseState *&state, const pg::jsonb_field &field, const char *replaced) {
    JsonbValue name, value = field.value;
    name.type = jbvString;
    name.val.string = {static_cast<int>(field.name.size()), const_cast<char *>(field.name.data())};
    if (replaced)
      JsonbToJsonbValue(DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(replaced))), &value);
    pushJsonbValue(&state, WJB_KEY, &name);
    pushJsonbValue(&state, WJB_VALUE, &value);
  }

  std::vector<name_span> names;
  std::vector<digest_key> keys;
};

// The trail's memory goes with its next entries: what is replaced lies in that of the call.
std::vector<erased_entry> find_entries(const past_table &table, const given_key &key, const eraser &eraser) {
  std::vector<erased_entry> found;
  const MemoryContext memory = CurrentMemoryContext;
  row_trail(table, key, true).follow([&](const past_entry &entry, const entry_cursor &) {
    const pg::within lasting(memory);
    Jsonb *before = eraser.without(entry, side::before), *after = eraser.without(entry, side::after);
    if (before || after)
      found.push_back({entry.id, entry.at, entry.key, before, after});
    return true;
  });
  return found;
}

void write_erased(const past_table &table, const erased_entry &entry) {
  const auto json = [](Jsonb *document) {
    return pg::parameter{JSONBOID, PointerGetDatum(document), document == nullptr};
  };
  const pg::parameter parameters[] = {{INT8OID, Int64GetDatum(entry.id)},
                                      {TIMESTAMPTZOID, TimestampTzGetDatum(entry.at)},
                                      {INT4OID, Int32GetDatum(table.plan.number)},
                                      pg::parameter::text(entry.key),
                                      json(entry.before),
                                      json(entry.after)};
  const pg::marked_statement marked(pg::own_statement::history);
  pg::execute(pg::sql(R"sql(
    UPDATE upkeep.history_entries e
    SET before = COALESCE($5, e.before), after = COALESCE($6, e.after)
    WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($3, $4)
      AND e.table_number [=] $3 AND e.key [=] $4 AND e.id [=] $1 AND e.at [=] $2
  )sql"),
              parameters);
}

// {"columns": ["email"]}
void note_erasure(const past_table &table, const given_key &key, const erasure &what) {
  std::string names;
  for (const std::string &column : what.columns)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", pg::json_string(column));
  const std::string after = fmt::format(R"({{"columns": [{}]}})", names);
  entry_writer writer(table.plan.number, what.reason.c_str());
  call([&] {
    writer.add(action::erase, cstring_to_text(key.text.c_str()), nullptr,
               DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(after.c_str()))));
  });
  writer.close();
}

void require_no_key_column(const past_table &table, const erasure &what) {
  for (const kept_column &key : table.plan.columns.key)
    if (std::ranges::count(what.columns, key.name) > 0)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("column \"{}\" is in the key of table \"{}\"", key.name,
                                         RelationGetRelationName(table.relation)),
                  .detail = "Without the key nothing would tell whose entries they are.",
                  .hint = "Give the row another key first, or leave the column out."};
}

// Without its stamp a deleted row would live again.
void require_no_soft_column(const past_table &table, const erasure &what) {
  const auto column = soft_delete::soft_column_of(RelationGetRelid(table.relation));
  if (column && std::ranges::count(what.columns, column->name) > 0)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("column \"{}\" says when a row of table \"{}\" was deleted", column->name,
                                       RelationGetRelationName(table.relation)),
                .hint = "Leave the column out."};
}

std::int64_t erase(const erasure &what) {
  const MemoryContext memory = CurrentMemoryContext;
  std::int64_t erased = 0;
  pg::require_own_table(what.target, "erase history", RowExclusiveLock);
  pg::with_relation(what.target, [&](Relation relation) {
    const past_table table(relation, memory);
    require_no_key_column(table, what);
    require_no_soft_column(table, what);
    ensure_key();
    const given_key key = key_given(table, what.key);
    // Who is writing the row is waited for, and what is written then is read.
    lock_live_row(table, key);
    const bool is_emptied = empty_deleted_row(table, key, what.columns);
    pg::with_latest_snapshot([&] {
      const given_key known = key_given(table, what.key);
      require_no_older_keys(table, known);
      const std::vector<erased_entry> entries = find_entries(table, known, eraser(names_of(table, what)));
      as_keeper([&] {
        for (const erased_entry &each : entries)
          write_erased(table, each);
      });
      erased = static_cast<std::int64_t>(entries.size());
    });
    if (erased > 0 || is_emptied)
      note_erasure(table, key, what);
  });
  return erased;
}

erasure read_erasure(const pg::arguments &given) {
  given.value(2, "columns");
  erasure what{given.table(0, "target"), given.value(1, "key"), given.optional_names(2, "columns").value(),
               given.optional_string(3).value_or("")};
  if (what.columns.empty())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "columns must not be empty",
                .hint = "Name the columns whose values are to be erased: '{email, phone}'."};
  if (what.reason.find_first_not_of(" \t\n\r") == std::string::npos)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "an erasure needs a reason",
                .hint = "Say why the values are erased: 'Art. 17 GDPR, request of 2026-11-03'."};
  return what;
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.erase(target, key, columns, reason) RETURNS bigint: how many entries had such values. Errors: 22004; 22023 no
// reason, no column, a column of the key or of soft delete, a key that is none; 42501 not the owner; 42703; 42809;
// 55000 no history.
UPKEEP_FUNCTION(upkeep_erase) {
  return pg::entry([=] {
    const erasure what = read_erasure(pg::arguments(fcinfo));
    std::int64_t erased = 0;
    pg::with_spi([&] { erased = erase(what); });
    return Int64GetDatum(erased);
  });
}
