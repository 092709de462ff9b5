#include "features/history/seals/sealed_entries.hpp"

#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/hmac.hpp"
#include "postgres/values/jsonb_fields.hpp"

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

// May raise.
const char *text_of(const Jsonb *document) {
  return JsonbToCString(nullptr, const_cast<JsonbContainer *>(&document->root), VARSIZE(document));
}

// Of what is no object, which none of ours is, the whole, as the value of a column without a name.
std::vector<entry_value> values_of(Jsonb *document) {
  if (!JB_ROOT_IS_OBJECT(document))
    return {{"", call([=] { return text_of(document); })}};
  const pg::jsonb_fields fields = call([=] { return pg::fields_of(document); });
  std::vector<entry_value> values;
  values.reserve(static_cast<std::size_t>(fields.count));
  for (const pg::jsonb_field &each : fields)
    values.push_back(
        {each.name, call([&] { return text_of(JsonbValueToJsonb(const_cast<JsonbValue *>(&each.value))); })});
  return values;
}

} // namespace

sealed_entries::sealed_entries(std::int64_t from, std::int64_t to)
    : keys(required_keys()), scratch(call([] {
        return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep entries", ALLOCSET_DEFAULT_SIZES);
      })) {
  const pg::fragment query = pg::sql(R"sql(
    SELECT e.id, e.at, e.transaction, e.statement, e.table_number, e.cluster, e.action::pg_catalog.text, e.role,
      e.actor, e.application, e.reason, e.key, e.before, e.after
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
    return values_of(call([=] { return DatumGetJsonbP(found); }));
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
