#include "features/history/seals/sealed_entries.hpp"

#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/hmac.hpp"

namespace upkeep::history {

using pg::call;

namespace {

constexpr long entries_at_once = 1000;

// The columns of the query.
enum : int {
  of_id = 1,
  of_at,
  of_transaction,
  of_statement,
  of_table,
  of_cluster,
  of_action,
  of_role,
  of_actor,
  of_application,
  of_reason,
  of_key,
  of_before,
  of_after
};

struct raw_value {
  const char *column;
  int length;
  const char *json;
};

const char *text_of(const Jsonb *document) {
  return JsonbToCString(nullptr, const_cast<JsonbContainer *>(&document->root), VARSIZE(document));
}

// Of what is no object, which none of ours is, the whole, as the value of a column without a name. May raise.
raw_value *values_of(const Jsonb *document, int &count) {
  if (!JB_ROOT_IS_OBJECT(document)) {
    count = 1;
    auto *whole = static_cast<raw_value *>(palloc(sizeof(raw_value)));
    *whole = {"", 0, text_of(document)};
    return whole;
  }
  auto *values = static_cast<raw_value *>(palloc(sizeof(raw_value) * Max(JB_ROOT_COUNT(document), 1)));
  JsonbIterator *position = JsonbIteratorInit(const_cast<JsonbContainer *>(&document->root));
  JsonbValue part;
  count = 0;
  for (JsonbIteratorToken token = JsonbIteratorNext(&position, &part, false); token != WJB_DONE;
       token = JsonbIteratorNext(&position, &part, true)) {
    if (token == WJB_KEY)
      values[count] = {part.val.string.val, part.val.string.len, nullptr};
    else if (token == WJB_VALUE)
      values[count++].json = text_of(JsonbValueToJsonb(&part));
  }
  return values;
}

} // namespace

sealed_entries::sealed_entries(std::int64_t from, std::int64_t to)
    : keys(required_keys()), scratch(call([] {
        return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep entries", ALLOCSET_DEFAULT_SIZES);
      })) {
  const pg::fragment query = pg::sql(R"sql(
    SELECT e.id, e.at, e.transaction, e.statement, e.table_number, e.cluster, e.action::pg_catalog.text, e.role, e.actor,
      e.application, e.reason, e.key, e.before, e.after
    FROM upkeep.history_entries e
    WHERE e.id [>=] $1 AND e.id [<=] $2
    ORDER BY e.id
  )sql");
  Oid types[] = {INT8OID, INT8OID};
  Datum values[] = {Int64GetDatum(from), Int64GetDatum(to)};
  cursor = call([&] {
    return SPI_cursor_open_with_args(nullptr, query.text().c_str(), 2, types, values, nullptr, true,
                                     CURSOR_OPT_NO_SCROLL);
  });
}

bool sealed_entries::fetch() {
  batch.free();
  call([this] { SPI_cursor_fetch(cursor, true, entries_at_once); });
  batch = pg::rows(SPI_tuptable);
  row = 0;
  return batch.count() > 0;
}

bool sealed_entries::next() {
  if (row == batch.count() && !fetch())
    return false;
  {
    const pg::within memory(scratch);
    entry = read_entry();
  }
  call([this] { MemoryContextReset(scratch); });
  ++row;
  return true;
}

sealed_entry sealed_entries::read_entry() {
  bool is_null = false;
  const auto value = [&](int column) { return batch.value(row, column, is_null); };
  const auto string = [&](int column) -> const char * {
    const Datum found = value(column);
    return is_null ? nullptr : call([=] { return TextDatumGetCString(found); });
  };
  const auto document = [&](int column) -> std::optional<std::vector<entry_value>> {
    const Datum found = value(column);
    if (is_null)
      return std::nullopt;
    int count = 0;
    const raw_value *values = call([&] { return values_of(DatumGetJsonbP(found), count); });
    std::vector<entry_value> result;
    for (int i = 0; i < count; ++i)
      result.push_back({{values[i].column, static_cast<std::size_t>(values[i].length)}, values[i].json});
    return result;
  };
  sealed_fields fields;
  fields.id = DatumGetInt64(value(of_id));
  fields.at = DatumGetTimestampTz(value(of_at));
  fields.transaction = U64FromFullTransactionId(DatumGetFullTransactionId(value(of_transaction)));
  fields.statement = DatumGetInt32(value(of_statement));
  fields.table_number = DatumGetInt32(value(of_table));
  fields.cluster = DatumGetInt32(value(of_cluster));
  fields.action = string(of_action);
  fields.role = string(of_role);
  fields.actor = string(of_actor);
  fields.application = string(of_application);
  fields.reason = string(of_reason);
  fields.key = string(of_key);
  fields.before = document(of_before);
  fields.after = document(of_after);
  return {fields.id, entry_digest(pg::hmac_sha256, key_at(keys, fields.at), fields)};
}

void sealed_entries::close() {
  batch.free();
  call([this] {
    MemoryContextDelete(scratch);
    SPI_cursor_close(cursor);
  });
}

} // namespace upkeep::history
