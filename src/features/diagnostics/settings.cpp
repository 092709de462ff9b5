#include "features/diagnostics/settings.hpp"

#include "postgres/sql/text.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

// Trivial; the value points into the jsonb. May raise.
setting setting_of(const JsonbValue &value) {
  setting result{setting_kind::other, {}, decimal::null()};
  switch (value.type) {
  case jbvNull:
    result.kind = setting_kind::null;
    break;
  case jbvString:
    result.kind = setting_kind::string;
    result.text = {value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
    break;
  case jbvNumeric:
    if (pg::read_number(NumericGetDatum(value.val.numeric), NUMERICOID, result.number) == pg::number_kind::finite)
      result.kind = setting_kind::number;
    break;
  default:
    break;
  }
  return result;
}

// An array or an object of the settings, whole.
json tree_of(const JsonbValue &value) {
  return parse_json(
      pg::string_from([=] { return JsonbToCString(nullptr, value.val.binary.data, value.val.binary.len); }),
      on_too_deep::cut);
}

// What an object within the settings is.
enum class level { settings, thresholds, rule };

// Steps through the members of an object, down to the rules' own thresholds and no further. `parent`: as in
// shop_settings::take.
void take_members(JsonbIterator *&members, level where, std::string_view parent, shop_settings &into) {
  JsonbValue key, value;
  while (call([&] { return JsonbIteratorNext(&members, &key, true); }) == WJB_KEY) {
    const std::string name(key.val.string.val, static_cast<std::size_t>(key.val.string.len));
    const bool is_object = call([&] {
      JsonbIteratorNext(&members, &value, true);
      return value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data);
    });
    if (where == level::settings && value.type == jbvBinary && shop_settings::is_whole(name)) {
      into.take_whole(name, tree_of(value));
      continue;
    }
    const bool has_thresholds =
        where == level::settings ? name == "thresholds" : where == level::thresholds && !name.empty();
    if (!is_object) {
      const setting taken = call([&] { return setting_of(value); });
      into.take(parent, name, taken);
    } else if (has_thresholds) {
      JsonbIterator *inner = call([&] { return JsonbIteratorInit(value.val.binary.data); });
      call([&] { JsonbIteratorNext(&inner, &value, true); });
      take_members(inner, where == level::settings ? level::thresholds : level::rule, name, into);
    }
  }
}

std::int64_t ratio_at(JsonbContainer *object, std::string_view key, std::int64_t otherwise) {
  JsonbValue found;
  if (!call([&] { return getKeyJsonValueFromContainer(object, key.data(), static_cast<int>(key.size()), &found); }))
    return otherwise;
  return cogs_ratio_of(call([&] { return setting_of(found); }));
}

} // namespace

shop_settings read_settings(Jsonb *settings) {
  shop_settings result;
  if (!JB_ROOT_IS_OBJECT(settings)) {
    result.wrong = "the settings are not a JSON object";
    return result;
  }
  JsonbIterator *members = call([=] { return JsonbIteratorInit(&settings->root); });
  JsonbValue begin;
  call([&] { JsonbIteratorNext(&members, &begin, true); });
  take_members(members, level::settings, {}, result);
  return result;
}

void read_ratios(Jsonb *settings, day_number week_start, std::int64_t (&into)[weeks_kept]) {
  std::fill_n(into, weeks_kept, no_ratio);
  if (!JB_ROOT_IS_OBJECT(settings))
    return;
  const std::int64_t present = ratio_at(&settings->root, "cogs_ratio", no_ratio);
  std::fill_n(into, weeks_kept, present);
  JsonbValue earlier;
  static constexpr std::string_view key = "cogs_ratios";
  if (!call([&] { return getKeyJsonValueFromContainer(&settings->root, key.data(), key.size(), &earlier); }) ||
      earlier.type != jbvBinary || !JsonContainerIsObject(earlier.val.binary.data))
    return;
  for (int week = 0; week < this_week; ++week)
    into[week] = ratio_at(earlier.val.binary.data, date_text(week_start + (week - this_week) * days_per_week), present);
}

} // namespace upkeep::diagnostics
