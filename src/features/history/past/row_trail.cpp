#include "features/history/past/row_trail.hpp"

#include "core/history/key_spellings.hpp"
#include "postgres/values/sameness.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace upkeep::history {

using pg::call;

namespace {

constexpr std::size_t most_spellings = 64;

std::string json_text(const JsonbValue &value) {
  return pg::string_from([&] {
    Jsonb *json = JsonbValueToJsonb(const_cast<JsonbValue *>(&value));
    return JsonbToCString(nullptr, &json->root, static_cast<int>(VARSIZE(json)));
  });
}

std::string plain_text(const pg::jsonb_field *field) {
  return field && field->value.type == jbvString
             ? std::string(field->value.val.string.val, static_cast<std::size_t>(field->value.val.string.len))
             : "";
}

} // namespace

row_trail::row_trail(const past_table &table, const given_key &given, bool is_read_only)
    : table(table), is_read_only(is_read_only) {
  const pg::jsonb_fields fields =
      call([&] { return pg::fields_of(DatumGetJsonbP(pg::jsonb_from(given.text.c_str()))); });
  for (const pg::jsonb_field &each : fields)
    key.push_back({pg::find_column(RelationGetDescr(table.relation), std::string(each.name)), std::string(each.name),
                   json_text(each.value)});
  read_renames();
}

void row_trail::read_renames() {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}};
  each_entry(pg::sql(R"sql(
    WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, NULL)
      AND e.table_number [=] $1 AND e.key IS NULL AND e.action [=] 'r'
    ORDER BY e.id DESC
  )sql"),
             parameters, is_read_only, [&](const past_entry &entry) {
               const pg::jsonb_fields before = call([&] { return pg::fields_of(entry.before); }),
                                      after = call([&] { return pg::fields_of(entry.after); });
               const std::string was = plain_text(before.find("column")), is = plain_text(after.find("column"));
               if (!was.empty() && !is.empty())
                 renames.push_back({entry.id, was, is});
             });
}

std::string row_trail::text_of(const std::vector<key_part> &key) {
  std::string json;
  for (const key_part &part : key)
    json += fmt::format("{}{}: {}", json.empty() ? "" : ", ", pg::json_string(part.name), part.value);
  json = fmt::format("{{{}}}", json);
  return pg::string_from(
      [json = json.c_str()] { return DatumGetCString(DirectFunctionCall1(jsonb_out, pg::jsonb_from(json))); });
}

// Before a change of its key the row had another one.
bool row_trail::take_key_before(const past_entry &entry) {
  if (entry.what != action::update)
    return false;
  const pg::jsonb_fields before = call([&] { return pg::fields_of(entry.before); });
  bool is_moved = false;
  for (key_part &part : key)
    if (const pg::jsonb_field *field = before.find(part.name)) {
      part.value = json_text(field->value);
      is_moved = true;
    }
  return is_moved;
}

// Before its column got another type, a key was written otherwise: the newest entry under such a key, between two ids.
bool row_trail::take_key_of_another_type(std::int64_t from, std::int64_t bound) {
  std::vector<std::vector<key_part>> keys{{}};
  for (const key_part &part : key) {
    std::vector<std::vector<key_part>> longer;
    for (const std::vector<key_part> &each : keys) {
      longer.push_back(each);
      longer.back().push_back(part);
      for (std::string &value : other_spellings(part.value)) {
        longer.push_back(each);
        longer.back().push_back({part.column, part.name, std::move(value)});
      }
    }
    keys = std::move(longer);
    if (keys.size() > most_spellings)
      return false;
  }
  if (keys.size() == 1)
    return false;
  std::map<std::string, const std::vector<key_part> *> by_text;
  std::vector<Datum> texts;
  for (const std::vector<key_part> &each : keys)
    if (const std::string text = text_of(each); by_text.emplace(text, &each).second && text != text_of(key))
      texts.push_back(call([&] { return CStringGetTextDatum(text.c_str()); }));
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)},
                                      {TEXTARRAYOID, call([&] {
                                         return PointerGetDatum(construct_array(texts.data(),
                                                                                static_cast<int>(texts.size()), TEXTOID,
                                                                                -1, false, TYPALIGN_INT));
                                       })},
                                      {INT8OID, Int64GetDatum(from)},
                                      {INT8OID, Int64GetDatum(bound)}};
  std::optional<std::vector<key_part>> found;
  each_entry(pg::sql(R"sql(
    , pg_catalog.unnest($2) AS k(key)
    WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, k.key)
      AND e.table_number [=] $1 AND e.key [=] k.key AND e.id [>] $3 AND e.id [<] $4
    ORDER BY e.id DESC LIMIT 1
  )sql"),
             parameters, is_read_only, [&](const past_entry &entry) { found = *by_text.at(entry.key); });
  if (found)
    key = std::move(*found);
  return found.has_value();
}

void row_trail::follow(const std::function<bool(const past_entry &, const entry_cursor &)> &with) {
  std::int64_t bound = std::numeric_limits<std::int64_t>::max();
  auto next_rename = renames.begin();
  while (true) {
    const std::int64_t from = next_rename == renames.end() ? 0 : next_rename->id;
    const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)},
                                        pg::parameter::text(text_of(key)),
                                        {INT8OID, Int64GetDatum(from)},
                                        {INT8OID, Int64GetDatum(bound)}};
    entry_cursor cursor(pg::sql(R"sql(
      WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, $2)
        AND e.table_number [=] $1 AND e.key [=] $2 AND e.id [>] $3 AND e.id [<] $4
      ORDER BY e.id DESC
    )sql"),
                        parameters, is_read_only, entry_parts::author_too);
    bool is_moved = false;
    for (std::span<const past_entry> some = cursor.next(); !is_moved && !some.empty();
         some = is_moved ? some : cursor.next())
      for (const past_entry &entry : some) {
        if (!with(entry, cursor)) {
          cursor.close();
          return;
        }
        bound = entry.id;
        if ((is_moved = take_key_before(entry)))
          break;
      }
    cursor.close();
    if (is_moved || take_key_of_another_type(from, bound))
      continue;
    if (next_rename == renames.end())
      return;
    for (key_part &part : key)
      if (part.name == next_rename->after)
        part.name = next_rename->before;
    bound = std::min(bound, next_rename->id);
    ++next_rename;
  }
}

} // namespace upkeep::history
