#include "features/history/correction.hpp"

#include "features/catalogue.hpp"
#include "features/history/entries.hpp"
#include "features/history/past/given_key.hpp"
#include "features/registry.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/text.hpp"
#include "postgres/values/jsonb_object.hpp"

namespace upkeep::history {

using pg::call;

namespace {

// The key that history knows the row by, as a jsonb.
Datum key_of_row(const past_table &table, const pg::fragment &has_key, const pg::parameter &key) {
  std::string columns;
  for (const kept_column &each : table.plan.columns.key)
    columns += fmt::format("{}{}, o.{}", columns.empty() ? "" : ", ", pg::literals({each.name}), pg::quoted(each.name));
  const pg::rows found =
      pg::execute(pg::sql("SELECT pg_catalog.jsonb_build_object({columns}) FROM {table} o WHERE {has_key}",
                          "columns"_is = pg::fragment(columns),
                          "table"_is = pg::table{RelationGetRelid(table.relation)}, "has_key"_is = has_key),
                  {&key, 1});
  bool is_null = false;
  return found.value(0, 1, is_null);
}

} // namespace

void record_correction(Relation table, const pg::fragment &has_key, const pg::parameter &key, const std::string &role,
                       const std::string &reason) {
  if (pg::is_paused(pg::pausable::history) || !trigger_of(table, history_feature))
    return;
  const past_table past(table, CurrentMemoryContext);
  const given_key of_row = key_given(past, key_of_row(past, has_key, key));
  entry_writer writer(past.plan.number, reason.c_str());
  call([&] {
    pg::jsonb_object after(1);
    after.add("role", 4, pg::jsonb_string(role.data(), static_cast<int>(role.size())));
    writer.add(action::correct, cstring_to_text_with_len(of_row.text.data(), static_cast<int>(of_row.text.size())),
               nullptr, after.finish());
  });
  writer.close();
}

} // namespace upkeep::history
